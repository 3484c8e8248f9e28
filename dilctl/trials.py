"""What a trained network is to be tested on: test sets, and the degradations that each gets."""

import math
import os
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dilctl.errors import NotFoundError, UsageError
from trainers.data import sources
from trainers.data.pairs import find_pairs, is_pairs, suite_of, test_set_name
from trainers.degradations.kinds import AsCaptured, Degradation, DegradationKind, Synthetic
from trainers.errors import DataError, ExperimentError
from trainers.experiment import BUNDLED, Experiment
from trainers.faults import sentence
from trainers.suites import LEVELS, SUITES, degradations_of, is_captured

_MOST_LEVELS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person wants tested.

    Attributes:
        suites: names of suites; none for those of the experiment.
        images: folders of clean images; pairs: folders of pairs. None of either for the test
            sets of the experiment.
        levels: as in ``5..75`` or ``5,10,12.5``; None for none.
        degradations: as in ``jpeg quality=10``, or with levels a kind alone.
        name: of the only folder, for tables; None for its own.
    """

    suites: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    levels: str | None = None
    degradations: tuple[str, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSource:
    """A folder to test on.

    Attributes:
        source: an absolute path, or ``bundled``.
        name: what tables call it.
        suite: of pairs; None for clean images.
        images: how many there are.
        has_truth: whether what is restored can be measured.
    """

    __test__ = False  # the name does not make it a test of pytest's

    source: str
    name: str
    suite: str | None
    images: int
    has_truth: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPlan:
    """A test set under the degradations of one suite."""

    __test__ = False

    source: TestSource
    suite: str
    degradations: tuple[Degradation, ...]


def plans(asked: Asked, experiment: Experiment, *, here: Path) -> tuple[TestPlan, ...]:
    """What is to be tested, in order; every folder is there and every degradation is valid.

    Args:
        asked: what a person wants.
        experiment: what the network was trained with.
        here: the folder that relative paths start from.

    Raises:
        UsageError, NotFoundError: it contradicts itself, or nothing is left to be tested.
        DataError: a folder cannot be used.
    """
    _refuse_contradictions(asked)
    own = _own_degradations(asked, experiment)
    found = _sources(asked, experiment, here)
    made = [plan for source in found for plan in _of(source, asked, own, experiment)]
    if not made:
        raise UsageError(_nothing(asked, found))
    _refuse_namesakes(made)
    for plan in made:
        _refuse_scale(plan, experiment)
    return tuple(made)


def _refuse_contradictions(asked: Asked) -> None:
    for suite in asked.suites:
        if suite not in SUITES:
            raise NotFoundError(f"{suite}: no such suite; the suites are {', '.join(SUITES)}")
    if asked.suites and (asked.levels or asked.degradations):
        raise UsageError("--suite has its own levels; leave out --level and --degradation")
    if asked.name is not None and len(asked.images) + len(asked.pairs) != 1:
        raise UsageError("--set-name names one folder; say one --images or one --pairs with it")
    if asked.levels is not None and len(asked.degradations) > 1:
        raise UsageError("--level is of one kind of degradation; say one --degradation with it")


def _own_degradations(asked: Asked, experiment: Experiment) -> tuple[Degradation, ...]:
    """The degradations that are named one by one."""
    said = [_parsed(text, asked.levels is not None) for text in asked.degradations]
    if asked.levels is None:
        return tuple(dict.fromkeys(_valid(each) for each in said))
    template = said[0] if said else _template(experiment)
    return _of_levels(template, asked.levels)


def _parsed(text: str, is_level_apart: bool) -> dict[str, Any]:  # noqa: FBT001
    """``jpeg quality=10`` as settings; ``{kind = "mixture", …}`` is TOML."""
    if text.lstrip().startswith("{"):
        try:
            return tomllib.loads(f"degradation = {text}")["degradation"]
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"--degradation {text}: is no table of TOML ({error})") from error
    kind, *words = text.split() or [""]
    pairs = [word.partition("=") for word in words]
    if not kind or "=" in kind or not all(equals and value for _, equals, value in pairs):
        raise UsageError(
            f"--degradation {text}: write a kind and its parameters, as in 'jpeg quality=10'"
        )
    return {"kind": kind, **{key: value for key, _, value in pairs}}


def _valid(settings: dict[str, Any]) -> Degradation:
    try:
        return TypeAdapter[Degradation](Synthetic).validate_python(settings)
    except ValidationError as error:
        raise ExperimentError([f"--degradation: {sentence(e)}" for e in error.errors()]) from error


def _template(experiment: Experiment) -> dict[str, Any]:
    """The first confounder that levels measure: its kind, and its conventions."""
    for confounder in experiment.confounders:
        if confounder.measured_by is not None:
            return confounder.model_dump()
    raise UsageError("--level: the confounders have no levels; say of what with --degradation KIND")


def _of_levels(template: dict[str, Any], text: str) -> tuple[Degradation, ...]:
    measure = _measure(template)
    levels = _levels(template, measure, text)
    return tuple(_valid({**template, measure: level}) for level in levels)


def _measure(template: dict[str, Any]) -> str:
    """The parameter that levels are of."""
    known = {each.model_fields["kind"].default: each.measured_by for each in _subclasses()}
    kind = template["kind"]
    if kind not in known:
        _valid(template)  # which says what kinds there are
    measure = known.get(kind)
    if measure is None:
        raise UsageError(f"--level: no level measures {kind}; say its parameters instead")
    return measure


def _subclasses() -> Iterable[type[DegradationKind]]:
    return DegradationKind.__subclasses__()


def _levels(template: dict[str, Any], measure: str, text: str) -> list[float]:
    first, dots, last = text.partition("..")
    if not dots:
        return list(dict.fromkeys(_number(text, part) for part in text.split(",")))
    low, high = _number(text, first), _number(text, last)
    if low > high:
        raise UsageError(f"--level {text}: runs backwards; write {last}..{first}")
    between = {
        float(getattr(each, measure))
        for suite in SUITES
        for each in degradations_of(suite)
        if each.model_dump()["kind"] == template["kind"]
    }
    return sorted({low, high, *(level for level in between if low < level < high)})


def _number(text: str, part: str) -> float:
    try:
        number = float(part)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"--level {text}: write a range or levels, as in 5..75 or 5,10,12.5")
    return int(number) if number.is_integer() else number


def _sources(asked: Asked, experiment: Experiment, here: Path) -> list[TestSource]:
    scale = experiment.network.scale
    if not (asked.images or asked.pairs):
        return [_source(each, scale) for each in experiment.data.test]
    images = [_images(source, asked.name) for source in _resolved(asked.images, here)]
    return images + [_pairs(source, scale, asked) for source in _resolved(asked.pairs, here)]


def _resolved(named: Sequence[str], here: Path) -> tuple[str, ...]:
    found = (sources.resolve(each, base=here, environment=os.environ) for each in named)
    return tuple(dict.fromkeys(found))


def _source(source: str, scale: int) -> TestSource:
    if source == BUNDLED or not is_pairs(source):
        return _images(source, None)
    return _pairs(source, scale, Asked())


def _images(source: str, name: str | None) -> TestSource:
    count = len(sources.test_images(source))
    return TestSource(source=source, name=name or test_set_name(source), suite=None, images=count)


def _pairs(source: str, scale: int, asked: Asked) -> TestSource:
    if source == BUNDLED:
        raise DataError("bundled: holds photographs, no pairs; name a folder of pairs")
    pairs = find_pairs(source, scale=scale)
    suites = [suite for suite in asked.suites if is_captured(suite)]
    return TestSource(
        source=source,
        name=asked.name or test_set_name(source),
        suite=suites[0] if len(suites) == 1 and asked.pairs else suite_of(source),
        images=len(pairs),
        has_truth=all(pair.clean is not None for pair in pairs),
    )


def _of(
    source: TestSource, asked: Asked, own: tuple[Degradation, ...], experiment: Experiment
) -> list[TestPlan]:
    """The suites that apply to a test set."""
    if source.suite is not None:
        suites = [source.suite] if not own and source.suite in (asked.suites or SUITES) else []
    elif own:
        return [TestPlan(source=source, suite=LEVELS, degradations=own)]
    else:
        wanted = asked.suites or experiment.evaluate.suites
        suites = [suite for suite in wanted if not is_captured(suite)]
    found = [(suite, degradations_of(suite, experiment.confounders)) for suite in suites]
    return [
        TestPlan(source=source, suite=suite, degradations=_fitting(each, experiment))
        for suite, each in found
        if _fitting(each, experiment)
    ]


def _fitting(
    degradations: Sequence[Degradation], experiment: Experiment
) -> tuple[Degradation, ...]:
    """Those that shrink images as many times as the network enlarges them."""
    scale = experiment.network.scale
    return tuple(
        each for each in degradations if isinstance(each, AsCaptured) or each.shrinks_by == scale
    )


def _refuse_scale(plan: TestPlan, experiment: Experiment) -> None:
    if not _fitting(plan.degradations, experiment):
        raise UsageError(
            f"{plan.degradations[0].name}: does not shrink images {experiment.network.scale} "
            "times, as the network wants them; name another degradation"
        )


def _refuse_namesakes(made: Sequence[TestPlan]) -> None:
    first: dict[str, str] = {}
    for plan in made:
        if first.setdefault(plan.source.name, plan.source.source) != plan.source.source:
            raise UsageError(
                f"two test sets are called {plan.source.name}; test them one by one, "
                "with --set-name"
            )


def _nothing(asked: Asked, found: Sequence[TestSource]) -> str:
    names = ", ".join(source.name for source in found)
    if all(source.suite is not None for source in found):
        return f"{names}: holds pairs, which are tested as they are; name clean images (--images)"
    suites = ", ".join(asked.suites) or "the experiment's suites"
    return (
        f"{names}: {suites} cannot be tested on it; name a folder of pairs (--pairs) or a --suite"
    )
