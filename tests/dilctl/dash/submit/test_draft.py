"""What the lines of the form say, and which line is at fault."""

import shlex

import pytest

from dilctl.dash.submit.checking import line_of
from dilctl.dash.submit.draft import Draft, wish_of
from dilctl.dash.submit.likeness import draft_like
from dilctl.dash.submit.offers import Known, offered
from dilctl.vocabulary import all_settings
from dilctl.wish import Wish, command
from storage.records import Run
from storage.registry import Registry
from tests.dilctl.stage import new_run, queue
from trainers.recipe import apply_assignment, parse_experiment, read_settings


def test_blanks_part_settings_but_not_those_inside_brackets_and_quotes():
    wish, faults = wish_of(Draft(settings='data.train=["a b", "c"]  name="x y"   train.batch=4'))
    assert wish.settings == ('data.train=["a b", "c"]', 'name="x y"', "train.batch=4")
    assert not faults


@pytest.mark.parametrize(
    ("line", "said"), [("gpus", "0"), ("gpus", "65"), ("priority", "1e3"), ("retries", "9" * 5000)]
)
def test_a_number_that_is_none_is_a_fault_of_its_line(line, said):
    wish, faults = wish_of(Draft(**{line: said}))
    assert list(faults) == [line]
    assert wish == Wish()


def test_the_command_says_all_that_was_typed_and_nothing_that_goes_without_saying():
    wish, _ = wish_of(
        Draft(
            recipe="my recipe.toml",
            settings="train.batch=16",
            sweep="rule=erm,dil-sf",
            seeds="1..3",
            gpus="2",
            gpu_memory="12GiB",
            after="7 8",
            after_any=True,
            tag="später",
            priority="-1",
            note="--not an option; $HOME",
            again=True,
        )
    )
    said = "--set train.batch=16 --sweep rule=erm,dil-sf --after 7 --after 8 --tag später --seeds"
    assert shlex.split(command(wish)) == [
        *("dilctl", "submit", "my recipe.toml", *said.split(), "1..3", "--gpus", "2"),
        *("--gpu-memory", "12GiB", "--priority=-1", "--note=--not an option; $HOME"),
        *("--after-any", "--again"),
    ]
    assert command(Wish(recipe="demo")) == "dilctl submit demo"


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("denoise-smal: no such recipe, did you mean denoise-small?", "recipe"),
        ("train.batch: must be greater than 0", "settings"),
        ("train.b: write KEY=VALUE, as in train.batch=16", "settings"),
        ("rule=erm: train.lr: must be greater than 0", "sweep"),
        ("rule=dil-xx: rule: must be one of 'erm'", "sweep"),
        ("--sweep rule: is --set, too; say it once", "sweep"),
        ("the sweeps have more than 10,000 combinations", "sweep"),
        ("--gpus 2: --set resources.processes=1 says otherwise; say it once", "gpus"),
        ("resources.gpu_memory: must be bytes", "gpu_memory"),
        ("--gpu 1: 2 processes need as many GPUs; name more", "gpu"),
        ("--set a: b", "settings"),
        ("--setx: unknown key", "settings"),
        ("data.train.0: /gone is not there", "settings"),
    ],
)
def test_a_fault_belongs_to_the_line_that_cures_it(sentence, line):
    wish = Wish(recipe="denoise-smal", sweep=("rule=erm,dil-xx",), gpus=2, gpu_memory="x")
    assert line_of(sentence, wish) == line


def test_recipes_are_found_by_any_of_their_words_and_settings_by_their_beginning_first():
    recipes = (("denoise", "Gaussian noise"), ("derain", "removing rain"))
    known = Known(recipes=recipes, settings=tuple(all_settings()), tags=(("best", ""),))
    assert offered("recipe", "rain rem", known) == [("derain", "removing rain")]
    assert offered("settings", "train.lr=1 batc", known)[0][0] == "train.batch="
    assert ("rule=erm,dil-sf", "") in offered("sweep", "rule=erm,dil", known)
    assert offered("tag", "a be", known) == [("best", "")]
    assert offered("tag", "best", known) == []
    assert offered("note", "be", known) == []


@pytest.mark.parametrize("named", ["denoise-small", "a name of its own"])
def test_the_settings_of_a_run_like_another_make_the_same_experiment(tmp_path, named):
    settings = read_settings("denoise-small")
    confounders = 'confounders=[{kind="jpeg", quality=30}, {kind="gaussian-noise", sigma=5}]'
    for assignment in ("rule=mldg", "train.batch=4", "train.lr=3e-4", confounders):
        apply_assignment(settings, assignment)
    wanted = parse_experiment(settings)
    draft = draft_like(_run(tmp_path, wanted, named), here=tmp_path)
    again = read_settings(draft.recipe)
    for assignment in wish_of(draft)[0].settings:
        apply_assignment(again, assignment)
    assert parse_experiment(again).signature == wanted.signature
    assert draft.recipe == "denoise-small"
    assert draft.name == ("" if named == "denoise-small" else named)


def _run(tmp_path, experiment, name) -> Run:
    with Registry.open(tmp_path / "registry.db") as registry:
        return queue(registry, new_run(name=name, experiment=experiment.model_dump(mode="json")))[0]
