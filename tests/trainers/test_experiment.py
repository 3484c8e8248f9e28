"""Experiments: what they refuse and in which words, and what ``--set`` means."""

from typing import Any

import pytest

from trainers.errors import ExperimentError
from trainers.experiment import DilSf, Experiment, gradients_per_step
from trainers.recipe import apply_assignment, parse_experiment, read_settings, recipe_names


def small(*assignments: str) -> dict[str, Any]:
    settings = read_settings("denoise-small")
    for assignment in assignments:
        apply_assignment(settings, assignment)
    return settings


def faults(*assignments: str) -> tuple[str, ...]:
    with pytest.raises(ExperimentError) as caught:
        parse_experiment(small(*assignments))
    return caught.value.faults


@pytest.mark.parametrize("name", recipe_names())
def test_each_shipped_recipe_loads_and_survives_json(name: str) -> None:
    experiment = parse_experiment(read_settings(name))
    assert Experiment.model_validate_json(experiment.model_dump_json()) == experiment


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("trian.batch=2", "trian: unknown key, did you mean train?"),
        ("train.bach=2", "train.bach: unknown key, did you mean batch?"),
        ("rule.inner_rat=2", "rule.inner_rat: unknown key, did you mean inner_rate?"),
        ("rule.rule=3", "rule.rule: unknown key"),
        ("rule=sgd", "rule: must be one of 'erm', 'dil-sf', not 'sgd'"),
        ("confounders.0.sigma=-1", "confounders.0.sigma: must be at least 0"),
        ("confounders.0.sigma=loud", "confounders.0.sigma: must be a number, not 'loud'"),
        ("confounders.7.sigma=1", "confounders.7: the list has entries 0 to 3"),
        ("confounders.1.sigma=5", "confounders: the same degradation is listed twice"),
        ("confounders=[]", "confounders: must have at least 1 entry"),
        ("train.lr=inf", "train.lr: must be a finite number"),
        ("train.lr=nan", "train.lr: must be a finite number"),
        ("train.batch=1.5", "train.batch: must be a whole number, not 1.5"),
        ("train.betas=[0.9]", "train.betas.1: is required"),
        ("train.budget=3200", 'train.budget: needs its unit, as in "3200 gradients"'),
        (
            "train.budget=3 parsecs",
            "train.budget.unit: must be 'steps', 'gradients' or 'seconds', not 'parsecs'",
        ),
        ("train=3", "train: must be a table of settings, not 3"),
        ("data.train.0.x=3", "data.train.0: is a value, not a table of settings"),
        ("resources.processes=9", "train.batch: 8 images cannot be shared by 9 processes"),
        ("train.batch", "train.batch: write KEY=VALUE, as in train.batch=16"),
    ],
)
def test_a_fault_is_said_with_its_place(assignment: str, sentence: str) -> None:
    assert faults('data.train=["a"]', assignment) == (sentence,)


def test_all_faults_are_said_at_once() -> None:
    assert set(faults("train.batch=0", "data.validation=1", "task=sr")) == {
        "train.batch: must be at least 1",
        "data.validation: must be less than 1",
        "task: must be 'denoise', not 'sr'",
    }


def test_a_value_is_read_as_toml_where_it_is_toml_and_else_as_text() -> None:
    experiment = parse_experiment(
        small(
            "train.batch=16", "train.betas=[0.5, 0.9]", "train.shared_content=true", "data.test=x"
        )
    )
    assert experiment.train.batch == 16
    assert experiment.train.betas == (0.5, 0.9)
    assert experiment.train.shared_content
    assert experiment.data.test == ("x",)


def test_a_bare_word_is_a_kind_with_its_defaults() -> None:
    assert small("rule=dil-sf") == small() | {"rule": "dil-sf"}
    named = parse_experiment(small("rule.kind=dil-sf"))
    assert named == parse_experiment(small("rule=dil-sf"))
    assert parse_experiment(small("rule.inner_rate=0.5")).rule == DilSf(inner_rate=0.5)


def test_naming_a_kind_forgets_the_settings_of_the_one_before() -> None:
    experiment = parse_experiment(small("rule.inner_rate=0.5", "rule=erm", "rule.kind=dil-sf"))
    assert experiment.rule == DilSf()


def test_a_signature_tells_results_apart_and_nothing_else() -> None:
    signature = parse_experiment(small()).signature
    same = ("resources.threads=4", "train.log_every=3", "train.checkpoint_every=7", "rule=dil-sf",
            "train.precision=auto", "confounders.0.clip=true")  # fmt: skip
    other = ("rule=erm", "train.lr=0.1", "confounders.0.clip=false", "network.blocks=3")
    assert {parse_experiment(small(one)).signature for one in same} == {signature}
    others = {parse_experiment(small(one)).signature for one in other}
    assert len(others - {signature}) == len(other)


def test_a_step_costs_as_many_gradients_as_the_method_says() -> None:
    assert gradients_per_step(parse_experiment(small("rule=erm"))) == 1
    assert gradients_per_step(parse_experiment(small("rule=dil-sf"))) == 4
    shared = parse_experiment(small("rule=erm", "train.shared_content=true"))
    assert gradients_per_step(shared) == 4
