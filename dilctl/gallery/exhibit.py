"""Which images several runs were tested on, and how well each did: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage.records import Evaluation, ImageValue, Run

Images = Mapping[str, ImageValue]
"""Scores by the names of images, in the order of the test set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A test set under one degradation."""

    __test__ = False  # the name does not make it a test of pytest's

    test_set: str
    suite: str
    degradation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A run whose pictures hang beside those of others.

    Attributes:
        run: the run.
        weights: which of its weights were tested.
        scores: what it scored, by test.
    """

    run: Run
    weights: str
    scores: Mapping[Test, Images]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """What there is to be looked at.

    Attributes:
        columns: the runs, in the order in which they were chosen.
        tests: those that all of them went through, in the order of the first.
        gone: numbers that were asked for and are no runs.
    """

    columns: tuple[Column, ...] = ()
    tests: tuple[Test, ...] = ()
    gone: tuple[int, ...] = ()

    def images(self, test: Test) -> tuple[str, ...]:
        """The images that all runs were tested on."""
        if not self.columns:
            return ()
        first, *others = (column.scores[test] for column in self.columns)
        return tuple(name for name in first if all(name in scores for scores in others))


def exhibit_of(
    runs: Sequence[Run], evaluations: Iterable[Evaluation], gone: tuple[int, ...] = ()
) -> Exhibit:
    """What runs have in common.

    Args:
        runs: in the order in which they are shown.
        evaluations: of these runs, each at its newest step.
        gone: see ``Exhibit``.
    """
    found = tuple(evaluations)
    columns = tuple(_column(run, [e for e in found if e.run == run.id]) for run in runs)
    shared = [
        test
        for test in (columns[0].scores if columns else ())
        if all(test in column.scores for column in columns)
    ]
    return Exhibit(columns=columns, tests=tuple(shared), gone=gone)


def _column(run: Run, evaluations: Sequence[Evaluation]) -> Column:
    """The last weights, where they were tested, else those that were tested first."""
    names = [each.weights for each in evaluations]
    weights = "last" if "last" in names or not names else names[0]
    scores = {
        Test(test_set=e.test_set, suite=e.suite, degradation=e.degradation): {
            value.image: value for value in e.images
        }
        for e in evaluations
        if e.weights == weights
    }
    return Column(run=run, weights=weights, scores=scores)


def closest(
    tests: Sequence[Test], *, test_set: str, degradation: str, suite: str = ""
) -> Test | None:
    """The test that is meant by whatever is said of it; the first of the likeliest."""

    def fit(test: Test) -> tuple[bool, bool, bool]:
        return test.test_set == test_set, test.degradation == degradation, test.suite == suite

    return max(tests, key=fit, default=None)
