"""Recipes that are tables of runs: what they may say, and what those that ship mean."""

from typing import Any

import pytest

from trainers.data.catalogue import find
from trainers.degradations.kinds import Pairs
from trainers.errors import ExperimentError
from trainers.experiment import BUNDLED
from trainers.recipe import parse_experiment, read_settings, recipe_names
from trainers.table import is_table, parse_table

TABLES = [name for name in recipe_names() if is_table(read_settings(name))]


def faults(settings: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(ExperimentError) as caught:
        parse_table(settings)
    return caught.value.faults


def test_each_table_of_the_paper_ships_and_two_of_our_own() -> None:
    numbers = {name: parse_table(read_settings(name)).paper for name in TABLES}
    assert numbers == {f"table{n}": n for n in range(1, 8)} | {
        "leave-one-out": None,
        "leave-one-out-small": None,
    }


@pytest.mark.parametrize("name", TABLES)
def test_the_recipes_of_a_shipped_table_ship_and_are_experiments(name: str) -> None:
    for entry in parse_table(read_settings(name)).runs:
        assert entry.recipe in recipe_names()
        parse_experiment(read_settings(entry.recipe))


def test_words_may_stand_alone_or_in_a_list() -> None:
    table = parse_table(
        {"set": "train.batch=8", "runs": [{"recipe": "denoise", "sweep": ["rule=erm,dil-sf"]}]}
    )
    assert table.set == ("train.batch=8",)
    assert table.runs[0].sweep == ("rule=erm,dil-sf",)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"runs": []}, "runs: must have at least 1 entry"),
        ({"runs": "denoise"}, "runs: must be a list, not 'denoise'"),
        ({"runs": [{}]}, "runs.0.recipe: is required"),
        ({"runs": [{"recipe": ""}]}, "runs.0.recipe: must not be empty"),
        (
            {"runs": [{"recipe": "denoise", "sweeps": "rule=erm"}]},
            "runs.0.sweeps: unknown key, did you mean sweep?",
        ),
        (
            {"runs": [{"recipe": "denoise"}], "task": "denoise"},
            "task: unknown key; there are paper, set, sweep, runs",
        ),
        ({"runs": [{"recipe": "denoise"}], "paper": 8}, "paper: must be at most 7"),
    ],
)
def test_a_fault_of_a_table_is_said_with_its_place(settings: Any, sentence: str) -> None:
    assert faults(settings) == (sentence,)


@pytest.mark.parametrize(
    ("name", "suites", "confounders"),
    [
        ("denoise", ("noise-levels",), 4),
        ("deblur", ("blur-levels",), 4),
        ("hybrid", ("hybrid-levels",), 3),
        ("real-denoise", ("real-noise",), 4),
        ("real-sr", ("real-sr",), 7),
        ("real-sr-second-order", ("real-sr",), 7),
        ("real-sr-x1", ("real-sr",), 7),
        ("derain", ("rain",), 3),
    ],
)
def test_the_full_recipes_have_the_papers_settings(
    name: str, suites: tuple[str, ...], confounders: int
) -> None:
    experiment = parse_experiment(read_settings(name))
    train, network = experiment.train, experiment.network
    assert (train.batch, train.lr, str(train.budget)) == (32, 1e-4, "110700 steps")
    assert train.patch // network.scale == 64
    assert network.parameters == (16_697_987 if network.scale == 4 else 16_624_131)
    assert (experiment.evaluate.suites, len(experiment.confounders)) == (suites, confounders)


@pytest.mark.parametrize("name", [name for name in recipe_names() if name not in TABLES])
def test_every_folder_of_a_shipped_recipe_is_a_data_set_that_is_known(name: str) -> None:
    experiment = parse_experiment(read_settings(name))
    pairs = [each.folder for each in experiment.confounders if isinstance(each, Pairs)]
    named = {*experiment.data.train, *experiment.data.test, *pairs} - {BUNDLED}
    assert [source for source in named if find(source) is None] == []
