"""Evaluations of runs side by side: each run's means, and how they differ from the first run's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import fmean
from typing import Literal

import numpy as np

from dilctl.leaderboard.statistics import estimate
from storage.records import Evaluation

Metric = Literal["psnr", "ssim"]
METRICS: tuple[Metric, ...] = ("psnr", "ssim")
_STANDINGS = ("seen", "interpolated", "unseen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What one run has where the first has something, too.

    Attributes:
        mean: over images, and over degradations where there are several.
        difference: to the first run's mean; None for the first run itself, and where it has none.
        low, high: 95 % interval of the difference, over images; None where the two were tested
            on different images, or on too few.
        is_paired: whether both were tested on the same images.
    """

    run: int
    mean: float
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    is_paired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that runs were tested on.

    Attributes:
        test_set, suite, weights, metric: what was tested and measured.
        of: a degradation, or a standing that several degradations have for the first run.
        degradations: how many they are.
        runs: in their order; None for a run that was not tested so.
    """

    test_set: str
    suite: str
    weights: str
    metric: Metric
    of: str
    degradations: int
    runs: tuple[Beside | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLine:
    """One image of a line.

    Attributes:
        image: its file name.
        values: of the runs in their order, means over the line's degradations; None where a run
            was not tested on it.
    """

    image: str
    values: tuple[float | None, ...]

    def difference(self, index: int) -> float | None:
        """By how much a run is above the first; None where one of them has no value."""
        first, own = self.values[0], self.values[index]
        return None if first is None or own is None else own - first


_Group = tuple[str, str, str]  # test set, suite, weights
_Tests = Mapping[str, Evaluation]  # by degradation


def side_by_side(
    runs: Sequence[int], evaluations: Sequence[Evaluation], metric: Metric
) -> tuple[Line, ...]:
    """Lines of each test set: its standings, as the first run was trained, then its degradations.

    Args:
        runs: numbers of the runs, the first of which the others are compared with.
        evaluations: the newest of each of them.
        metric: what was measured.
    """
    return tuple(
        line
        for group, tests in _tested(runs, evaluations).items()
        for line in _lines(group, tests, runs, metric)
    )


def by_image(
    line: Line, runs: Sequence[int], evaluations: Sequence[Evaluation]
) -> tuple[ImageLine, ...]:
    """What is behind a line: the images that its runs were tested on, in the order of the test."""
    tests = _tested(runs, evaluations)[line.test_set, line.suite, line.weights]
    names = dict(_degradations(tests))[line.of]
    values = [_by_image(each, names, line.metric) or {} for each in tests]
    images = dict.fromkeys(image for own in values for image in own)
    return tuple(
        ImageLine(image=image, values=tuple(own.get(image) for own in values)) for image in images
    )


def _tested(
    runs: Sequence[int], evaluations: Sequence[Evaluation]
) -> dict[_Group, list[dict[str, Evaluation]]]:
    """What each run was tested on, in the order of the runs, by degradation."""
    tested: dict[_Group, dict[int, dict[str, Evaluation]]] = {}
    for each in evaluations:
        group = (each.test_set, each.suite, each.weights)
        tested.setdefault(group, {}).setdefault(each.run, {})[each.degradation] = each
    return {group: [by_run.get(run, {}) for run in runs] for group, by_run in tested.items()}


def _degradations(tests: Sequence[_Tests]) -> list[tuple[str, list[str]]]:
    """Standings, as the first tested run was trained, then all degradations one by one."""
    reference = next(each for each in tests if each)
    lists = [
        (standing, [name for name, test in reference.items() if test.standing == standing])
        for standing in _STANDINGS
    ]
    order = dict.fromkeys(name for each in tests for name in each)
    return [(of, names) for of, names in lists if names] + [(name, [name]) for name in order]


def _lines(
    group: _Group, tests: Sequence[_Tests], runs: Sequence[int], metric: Metric
) -> list[Line]:  # fmt: skip
    return [
        Line(
            test_set=group[0],
            suite=group[1],
            weights=group[2],
            metric=metric,
            of=of,
            degradations=len(names),
            runs=_beside([_by_image(each, names, metric) for each in tests], runs),
        )
        for of, names in _degradations(tests)
    ]


def _by_image(tests: _Tests, names: Sequence[str], metric: Metric) -> Mapping[str, float] | None:
    """Each image's mean over degradations; None unless the run was tested on all of them."""
    if not all(name in tests and tests[name].images for name in names):
        return None
    values: dict[str, list[float]] = {}
    for name in names:
        for image in tests[name].images:
            values.setdefault(image.image, []).append(getattr(image, metric))
    return {image: fmean(several) for image, several in values.items()}


def _beside(
    values: Sequence[Mapping[str, float] | None], runs: Sequence[int]
) -> tuple[Beside | None, ...]:
    first = values[0]
    found: list[Beside | None] = []
    for run, own in zip(runs, values, strict=True):
        if own is None:
            found.append(None)
        elif own is first or first is None:
            found.append(Beside(run=run, mean=fmean(own.values())))
        else:
            found.append(_compared(run, own, first))
    return tuple(found)


def _compared(run: int, own: Mapping[str, float], first: Mapping[str, float]) -> Beside:
    mean = fmean(own.values())
    difference = mean - fmean(first.values())
    if own.keys() != first.keys():
        return Beside(run=run, mean=mean, difference=difference)
    apart = np.array([own[image] - first[image] for image in sorted(first)])
    if not all(map(isfinite, apart)):
        return Beside(run=run, mean=mean, difference=difference, is_paired=True)
    interval = estimate(apart)
    return Beside(
        run=run,
        mean=mean,
        difference=interval.mean,
        low=interval.low,
        high=interval.high,
        is_paired=True,
    )
