"""What can be said of a network, and what identifies it."""

from typing import Any

import pytest

from trainers.errors import ExperimentError
from trainers.experiment import Experiment, Rrdb, SwinIr
from trainers.recipe import apply_assignment, parse_experiment


def with_network(network: object, *assignments: str) -> Experiment:
    settings: dict[str, Any] = {
        "task": "denoise",
        "confounders": [{"kind": "gaussian-noise", "sigma": 5}],
        "network": network,
    }
    for assignment in assignments:
        apply_assignment(settings, assignment)
    return parse_experiment(settings)


def faults(network: object, *assignments: str) -> tuple[str, ...]:
    with pytest.raises(ExperimentError) as refused:
        with_network(network, *assignments)
    return tuple(refused.value.faults)


def test_a_bare_kind_means_its_defaults() -> None:
    assert with_network("swinir").network == SwinIr()
    assert with_network({"features": 8}, "network=swinir").network == SwinIr()
    small = with_network("rrdb", "network=swinir", "network.features=24", "network.window=4")
    assert small.network == SwinIr(features=24, window=4)


def test_settings_that_name_no_kind_are_those_of_an_rrdb() -> None:
    assert with_network({"features": 8, "bias": False}).network == Rrdb(features=8, bias=False)
    assert with_network({}).network == Rrdb()


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        ("swinr", "network: must be one of 'rrdb', 'swinir', not 'swinr', did you mean swinir?"),
        (
            {"kind": "swinir", "features": 32},
            "network.heads: must divide features: 6 heads cannot share 32 evenly",
        ),
        ({"kind": "swinir", "features": 0}, "network.features: must be at least 1"),
        ({"kind": "swinir", "heads": 0}, "network.heads: must be at least 1"),
        (
            {"kind": "swinir", "scale": 4},
            "network.scale: unknown key; there are features, groups, blocks, heads, window, "
            "mlp_ratio",
        ),
        ({"kind": "swinir", "window": 2.5}, "network.window: must be a whole number, not 2.5"),
        ({"head": 3}, "network.head: unknown key; there are features, blocks, growth, bias, scale"),
        ({"scale": 2}, "network.scale: must be 1 or 4, not 2"),
    ],
)
def test_a_fault_is_named_with_its_place(network: object, sentence: str) -> None:
    assert faults(network) == (sentence,)


def test_a_setting_at_its_default_is_not_part_of_what_identifies_a_run() -> None:
    plain = with_network("rrdb")
    assert with_network({"kind": "rrdb", "scale": 1}).signature == plain.signature
    assert parse_experiment(plain.model_dump(exclude={"network"})).signature == plain.signature


def test_every_setting_of_a_network_makes_a_result_of_its_own() -> None:
    made = [
        Rrdb(),
        Rrdb(bias=False),
        SwinIr(),
        SwinIr(features=60),
        SwinIr(groups=4),
        SwinIr(blocks=2),
        SwinIr(heads=5),
        SwinIr(window=4),
        SwinIr(mlp_ratio=4),
    ]
    signatures = {with_network(network.model_dump()).signature for network in made}
    assert len(signatures) == len(made)
