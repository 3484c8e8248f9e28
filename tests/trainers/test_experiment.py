"""Experiments: what they refuse and in which words, and what ``--set`` means."""

from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic.fields import FieldInfo

from tests.trainers.plain import RULES
from trainers.errors import ExperimentError
from trainers.experiment import (
    DilPf,
    DilPs,
    DilSf,
    DilSs,
    Erm,
    Experiment,
    Fish,
    GroupDro,
    Mldg,
    Resources,
    Rule,
    Settings,
    VRex,
    gradients_per_step,
)
from trainers.recipe import apply_assignment, parse_experiment, read_settings, recipe_names
from trainers.suites import degradations_of
from trainers.table import is_table


def small(*assignments: str) -> dict[str, Any]:
    settings = read_settings("denoise-small")
    for assignment in assignments:
        apply_assignment(settings, assignment)
    return settings


def faults(*assignments: str) -> tuple[str, ...]:
    with pytest.raises(ExperimentError) as caught:
        parse_experiment(small(*assignments))
    return caught.value.faults


@pytest.mark.parametrize(
    "name", [name for name in recipe_names() if not is_table(read_settings(name))]
)
def test_each_shipped_recipe_loads_and_survives_json(name: str) -> None:
    experiment = parse_experiment(read_settings(name))
    assert Experiment.model_validate_json(experiment.model_dump_json()) == experiment


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("trian.batch=2", "trian: unknown key, did you mean train?"),
        ("train.bach=2", "train.bach: unknown key, did you mean batch?"),
        ("rule.inner_rat=2", "rule.inner_rat: unknown key, did you mean inner_rate?"),
        (
            "rule.rule=3",
            "rule.rule: unknown key; there are inner_optimiser, inner_rate, inner_betas, "
            "carry_state, reduce, inner_steps",
        ),
        (
            "train.average.decay=2",
            "train.average: must name its kind, one of 'ema', 'swa'",
        ),
        (
            "confounders=[{kind='gaussian-noise', sigma=-1}]",
            "confounders.0.sigma: must be at least 0",
        ),
        (
            "rule=sgd",
            "rule: must be one of 'erm', 'dil-sf', 'dil-pf', 'dil-ss', 'dil-ps', 'group-dro', "
            "'v-rex', 'mldg', 'fish', not 'sgd'",
        ),
        ("rule={ kind = 'dil-pf', inner_steps = 1 }", "rule.inner_steps: must be at least 2"),
        ("train.mask=1", "train.mask: must be less than 1"),
        ("confounders.0.sigma=-1", "confounders.0.sigma: must be at least 0"),
        ("confounders.0.sigma=loud", "confounders.0.sigma: must be a number, not 'loud'"),
        ("confounders.7.sigma=1", "confounders.7: the list has entries 0 to 3"),
        ("confounders.1.sigma=5", "confounders: the same degradation is listed twice"),
        ("confounders=[]", "confounders: must have at least 1 entry"),
        ("train.lr=inf", "train.lr: must be a finite number"),
        ("train.lr=nan", "train.lr: must be a finite number"),
        ("train.batch=1.5", "train.batch: must be a whole number, not 1.5"),
        ("train.betas=[0.9]", "train.betas.1: is required"),
        (
            "train.budget=40steps",
            "train.budget: must be a number, a blank and a unit, as in \"40 steps\", not '40steps'",
        ),
        ("train.budget=3200", 'train.budget: needs its unit, as in "3200 gradients"'),
        (
            "train.budget=3 parsecs",
            "train.budget.unit: must be 'steps', 'gradients' or 'seconds', not 'parsecs'",
        ),
        ("train=3", "train: must be a table of settings, not 3"),
        ("data.train.0.x=3", "data.train.0: is a value, not a table of settings"),
        ("resources.processes=9", "train.batch: 8 images cannot be shared by 9 processes"),
        ("train.batch", "train.batch: write KEY=VALUE, as in train.batch=16"),
        ("resources.micro_batch=0", "resources.micro_batch: must be at least 1"),
        ("resources.micro_batch=half", "resources.micro_batch: must be a whole number, not 'half'"),
        (
            "resources.gpu_memory=12",
            "resources.gpu_memory: 12 bytes are too few for a run; write a unit, as in 12GiB",
        ),
        ("resources.gpu_memory=2000TiB", "resources.gpu_memory: must be at most 1125899906842624"),
        ("resources.gpu_memory=[1]", "resources.gpu_memory: must be a whole number, not [1]"),
    ],
)
def test_a_fault_is_said_with_its_place(assignment: str, sentence: str) -> None:
    assert faults('data.train=["a"]', assignment) == (sentence,)


@pytest.mark.parametrize(
    "written", ["12G", "12,5GiB", "12GiB each", "-5GiB", "2iB", "12 parsecs", "１２GiB", "\0", "''"]
)
def test_memory_that_cannot_be_read_is_said_with_what_can(written: str) -> None:
    (sentence,) = faults('data.train=["a"]', f"resources.gpu_memory={written}")
    meant = "" if written == "''" else written
    assert sentence == (
        f"resources.gpu_memory: must be bytes, or have a unit as in 12GiB or 8000MiB, not {meant!r}"
    )


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("12GiB", 12 * 2**30),
        ("12gib", 12 * 2**30),
        ("1.5 GiB", 3 * 2**29),
        ("8000MiB", 8000 * 2**20),
        ("12 GB", 12 * 10**9),
        ("900000kB", 900 * 10**6),
        ("12884901888", 12 * 2**30),
        ("12884901888B", 12 * 2**30),
        ("12_884_901_888", 12 * 2**30),
    ],
)
def test_memory_is_written_with_a_unit_and_kept_in_bytes(written: str, count: int) -> None:
    experiment = parse_experiment(small(f"resources.gpu_memory={written}"))
    assert experiment.resources.gpu_memory == count
    said = experiment.model_dump(mode="json")["resources"]["gpu_memory"]
    assert said == count
    assert type(said) is int


def test_the_best_look_at_what_is_seen_needs_a_suite_that_shows_it() -> None:
    unseen = "confounders=[{ kind = 'gaussian-noise', sigma = 7 }]"
    assert faults("data.train=a", unseen, "evaluate.weights=best-seen") == (
        "evaluate.weights: best-seen needs a suite that holds one of the confounders",
    )


def test_all_faults_are_said_at_once() -> None:
    assert set(faults("train.batch=0", "data.validation=1", "task=sr")) == {
        "train.batch: must be at least 1",
        "data.validation: must be less than 1",
        "task: must be 'denoise', 'deblur', 'hybrid', 'real-denoise', 'real-sr', 'derain' or "
        "'leave-one-out', not 'sr'",
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


def test_the_name_of_a_suite_means_all_its_degradations() -> None:
    oracle = parse_experiment(small("confounders=noise-levels", "rule=erm"))
    assert oracle.confounders == degradations_of("noise-levels")
    listed = parse_experiment(small("rule=erm") | {"confounders": degradations_of("noise-levels")})
    assert oracle == listed
    assert oracle.signature == listed.signature


@pytest.mark.parametrize(
    ("assignments", "sentence"),
    [
        (
            ["confounders=noise"],
            "confounders: must be a list of degradations or a suite (noise-levels, noise-types, "
            "blur-levels, hybrid-levels, type-levels), "
            "not 'noise'",
        ),
        (
            ["rule=mldg", "confounders=[{ kind = 'gaussian-noise', sigma = 5 }]"],
            "confounders: mldg holds one out, so it needs at least two",
        ),
        (
            ["evaluate.weights=average"],
            "evaluate.weights: there is no average to test; set train.average to ema or swa",
        ),
        (
            ["evaluate.suites=['noise-types', 'noise-types']"],
            "evaluate.suites: the same suite is listed twice",
        ),
        (
            ["evaluate.weights=['last', 'last']"],
            "evaluate.weights: the same weights are listed twice",
        ),
        (
            ["confounders=[{ kind = 'pairs', folder = 'a/Wet' }]", "evaluate.suites=confounders"],
            "evaluate.suites: confounders holds nothing that any image can be spoilt by; name a "
            "suite of pairs (real-noise, rain, real-sr, pairs) or of synthetic degradations",
        ),
        (
            [
                "confounders=[{ kind = 'gaussian-noise', sigma = 5 }, "
                "{ kind = 'pairs', folder = 'Wet' }]",
                "train.shared_content=true",
            ],
            "train.shared_content: confounders.1 is a folder of pairs, which bring their own "
            "content; set it to false",
        ),
        (
            [
                "confounders=[{ kind = 'pairs', folder = 'a/Wet' }, "
                "{ kind = 'pairs', folder = 'b/Wet' }]"
            ],
            "confounders: two are called pairs folder=Wet; rename a folder or leave one of them "
            "out",
        ),
    ],
)
def test_settings_that_do_not_fit_each_other_are_refused(
    assignments: list[str], sentence: str
) -> None:
    assert faults(*assignments) == (sentence,)


def test_a_signature_tells_results_apart_and_nothing_else() -> None:
    signature = parse_experiment(small()).signature
    same = ("resources.threads=4", "train.log_every=3", "train.checkpoint_every=7", "rule=dil-sf",
            "train.precision=auto", "confounders.0.clip=true", "resources.processes=2",
            "resources.device=cpu", "resources.micro_batch=3", "resources.gpu_memory=12GiB",
            "train.mask=0", "network.bias=true")  # fmt: skip
    other = ("rule=erm", "train.lr=0.1", "confounders.0.clip=false", "network.blocks=3",
             "network.bias=false", "train.mask=0.1", "train.shared_content=true",
             "train.average=ema", "train.average=swa",
             "train.average={ kind = 'ema', decay = 0.9 }",
             "evaluate.suites=noise-types", "evaluate.weights=best-seen",
             "confounders=noise-levels", "confounders=noise-types")  # fmt: skip
    assert {parse_experiment(small(one)).signature for one in same} == {signature}
    others = {parse_experiment(small(one)).signature for one in other}
    assert len(others - {signature}) == len(other)


def another(field: FieldInfo) -> Any:
    """A value that a setting may have, and not the one that it has."""
    if options := get_args(field.annotation):
        if get_origin(field.annotation) is Literal:
            return next(option for option in options if option != field.default)
        return tuple(value / 2 + 0.1 for value in field.default)
    match field.default:
        case bool():
            return not field.default
        case int():
            return field.default + 1
        case _:
            return field.default / 2


def with_rule(rule: Settings, processes: int = 1) -> Experiment:
    resources = Resources(processes=processes)
    return parse_experiment(small() | {"rule": rule, "resources": resources})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_every_setting_of_a_rule_makes_a_result_of_its_own(rule: Rule) -> None:
    kind = type(rule)
    fields = {name: each for name, each in kind.model_fields.items() if name != "kind"}
    changed = [kind(**{name: another(field)}) for name, field in fields.items()]
    signatures = {with_rule(each).signature for each in [kind(), *changed]}
    assert len(signatures) == 1 + len(changed)


def test_rules_of_equal_settings_are_told_apart() -> None:
    assert len({with_rule(type(rule)()).signature for rule in RULES}) == len(RULES) == 9


def test_the_number_of_processes_makes_a_result_where_they_walk_alone() -> None:
    together, apart = DilSf(), DilSf(reduce="outer")
    assert with_rule(together, 1).signature == with_rule(together, 2).signature
    assert len({with_rule(apart, processes).signature for processes in (1, 2, 3)}) == 3


@pytest.mark.parametrize(
    ("rule", "own", "shared"),
    [
        (Erm(), 1, 4),
        (DilSf(), 4, 4),
        (DilSf(inner_steps=2), 8, 8),
        (DilPf(inner_steps=3), 3, 12),
        (DilSs(), 16, 28),
        (DilSs(inner_steps=2), 28, 40),
        (DilPs(), 4, 16),
        (DilPs(inner_steps=2), 7, 28),
        (GroupDro(), 1, 4),
        (VRex(), 1, 4),
        (Mldg(), 4, 10),
        (Fish(), 4, 4),
    ],
    ids=lambda value: value.kind if isinstance(value, Settings) else None,
)
def test_a_step_costs_as_many_gradients_as_the_method_says(
    rule: Rule, own: int, shared: int
) -> None:
    experiment = with_rule(rule)
    assert gradients_per_step(experiment) == own
    train = experiment.train.model_copy(update={"shared_content": True})
    assert gradients_per_step(experiment.model_copy(update={"train": train})) == shared
