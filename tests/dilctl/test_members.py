"""What a request means where its recipe is a table of several runs."""

from pathlib import Path

import pytest

from dilctl.errors import UsageError
from dilctl.members import members, only_member
from dilctl.request import Request
from tests.dilctl.tables import HERE, members_of
from trainers.errors import ExperimentError


def labels(recipe: str, *assignments: str, sweeps: tuple[str, ...] = ()) -> list[str]:
    request = Request(recipe=recipe, assignments=assignments, sweeps=sweeps)
    return [member.label for member in members(request, here=HERE)]


def table(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_run_of_a_table_says_what_tells_it_apart() -> None:
    assert labels("table2") == ["rule=erm", "rule=dil-sf"]
    assert labels("table6")[2] == "network=swinir rule=erm"
    rules = ("erm", "dil-sf", "dil-ps")
    recipes = ("real-denoise", "derain")
    assert labels("table4") == [f"{recipe} rule={rule}" for recipe in recipes for rule in rules]


def test_what_a_person_says_stands_in_place_of_what_the_table_says() -> None:
    assert labels("table1", "rule=erm") == [""]
    assert labels("table1", sweeps=("rule=dil-ps,erm",)) == ["rule=dil-ps", "rule=erm"]
    assert labels("table6", "network=swinir") == ["rule=erm", "rule=dil-sf"]
    assert labels("table7", "rule.kind=erm") == ["real-sr", "real-sr-second-order"]


def test_what_a_person_says_holds_for_every_run() -> None:
    found = members_of("table4", "train.budget=10 steps", "data.train=tiles")
    assert {str(member.experiment.train.budget) for member in found} == {"10 steps"}
    assert {member.experiment.data.train for member in found} == {("tiles",)}


def test_runs_of_two_tables_that_are_the_same_have_one_signature() -> None:
    first, second = (
        {member.experiment.signature for member in members_of(name)}
        for name in ("table1", "table6")
    )
    assert len(first & second) == 2


def test_only_test_sets_that_the_table_names_may_be_absent() -> None:
    assert all(m.may_lack_tests and m.may_lack_data for m in members_of("table1"))
    named = members_of("table1", "data.test=mine")
    assert not any(member.may_lack_tests for member in named)
    (alone,) = members(Request(recipe="denoise"), here=HERE)
    assert not alone.may_lack_tests
    assert not alone.may_lack_data


def test_a_table_of_ones_own_finds_its_recipes_and_data_beside_it(tmp_path: Path) -> None:
    recipe = 'task = "denoise"\nconfounders = "noise-levels"\n[data]\ntrain = "photos"\n'
    (tmp_path / "own.toml").write_text(recipe)
    path = table(
        tmp_path,
        'set = ["train.batch=3"]\n[[runs]]\nrecipe = "own.toml"\nset = "train.batch=5"\n'
        '[[runs]]\nrecipe = "denoise"\n',
    )
    own, shipped = members(Request(recipe=str(path)), here=HERE)
    assert (own.label, own.experiment.train.batch, own.train_base) == ("own", 5, tmp_path)
    assert (shipped.label, shipped.experiment.train.batch) == ("denoise", 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[runs]]\nrecipe = "denois"\n', "runs.0.recipe: "),
        ('[[runs]]\nrecipe = "table1"\n', "runs.0.recipe: table1: is a table itself; name the"),
        ('[[runs]]\nrecipe = "denoise"\nset = "trian.batch=3"\n', "trian: unknown key, did you"),
        ('[[runs]]\nrecipe = "denoise"\nset = "batch"\n', "batch: write KEY=VALUE"),
    ],
)
def test_a_fault_in_an_entry_is_said(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        members(Request(recipe=str(table(tmp_path, text))), here=HERE)
    assert caught.value.faults[0].startswith(sentence)


def test_too_many_runs_are_refused_before_any_is_made() -> None:
    many = f"train.batch={','.join(map(str, range(2001, 4002)))}"
    with pytest.raises(UsageError, match="more than 10,000"):
        members(Request(recipe="table1", sweeps=(many,)), here=HERE)


def test_where_one_experiment_is_wanted_a_table_names_its_recipes() -> None:
    with pytest.raises(UsageError, match="name one of its recipes: real-denoise, derain"):
        only_member(Request(recipe="table4"), here=HERE)
