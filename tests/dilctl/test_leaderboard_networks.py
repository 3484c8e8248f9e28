"""Boards name a network by its sizes."""

from typing import Any

import pytest

from dilctl.leaderboard.labels import Named, labels, network_of, parameters_of, switches, trained_as
from tests.dilctl.evaluated import experiment


def written(**network: Any) -> dict[str, Any]:
    return {**experiment("erm").model_dump(mode="json"), "network": network}


@pytest.mark.parametrize(
    ("network", "name", "parameters"),
    [
        ({"kind": "rrdb"}, "rrdb 64×23×32", 16_624_131),
        ({"kind": "rrdb", "scale": 1}, "rrdb 64×23×32", 16_624_131),
        ({"kind": "rrdb", "scale": 4}, "rrdb 64×23×32 scale=4", 16_697_987),
        ({"kind": "swinir"}, "swinir 180×6×6", 11_504_163),
        ({"kind": "swinir", "features": 24, "groups": 2, "blocks": 2}, "swinir 24×2×2", 41_931),
    ],
)
def test_a_network_is_named_by_its_sizes(
    network: dict[str, Any], name: str, parameters: int
) -> None:
    assert network_of(written(**network)) == name
    assert parameters_of(written(**network)) == parameters


def named(*experiments: dict[str, Any]) -> tuple[str, ...]:
    return labels([Named(experiment=e, weights="last", is_oracle=False) for e in experiments])


def test_what_the_sizes_leave_out_is_said_where_rows_differ_in_it() -> None:
    full, narrow = written(kind="swinir"), written(kind="swinir", window=4)
    assert named(full, written(kind="rrdb")) == ("erm swinir 180×6×6", "erm rrdb 64×23×32")
    assert named(full, narrow) == (
        "erm swinir 180×6×6 window=8",
        "erm swinir 180×6×6 window=4",
    )
    large, small = written(kind="rrdb", scale=4), written(kind="rrdb")
    assert named(large, small) == ("erm rrdb 64×23×32 scale=4", "erm rrdb 64×23×32")


def test_a_network_without_the_setting_has_biases_as_plain_training_has() -> None:
    assert switches(written(kind="swinir")) == {}
    assert "network.bias" not in trained_as(written(kind="swinir"))
