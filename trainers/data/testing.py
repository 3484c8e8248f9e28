"""Test sets: folders of clean images or of pairs, and which suites they are tested with."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainers.data import sources
from trainers.data.pairs import find_pairs, is_pairs, suite_of, test_set_name
from trainers.data.sources import ImageFile
from trainers.errors import DataError
from trainers.experiment import BUNDLED
from trainers.suites import is_captured

SMALLEST = 11
"""Pixels a side that SSIM's window needs; `trainers.metrics` says so too, to PyTorch."""


def least_side(*, scale: int, border: int) -> int:
    """Pixels a side that a clean test image needs, so that enough of it is measured.

    Args:
        scale: what its sides are cut to multiples of, before it is shrunk.
        border: pixels cut off at each side.
    """
    return -(-(SMALLEST + 2 * border) // scale) * scale


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFile:
    """An image to test on that has not been opened yet.

    Attributes:
        name: unique in its test set.
        clean: the truth.
        degraded: what is restored, where it is not made from the clean image.
    """

    __test__ = False  # the name does not make it a test of pytest's

    name: str
    clean: ImageFile
    degraded: ImageFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSet:
    """A test set.

    Attributes:
        name: as tables show it.
        suite: the suite that its pairs belong to; None for clean images, on which every suite
            of synthetic degradations is tested.
        files: at least one.
    """

    __test__ = False

    name: str
    suite: str | None
    files: tuple[TestFile, ...]

    def is_tested_with(self, suite: str) -> bool:
        """Whether a suite applies."""
        return suite == self.suite if is_captured(suite) else self.suite is None


def find_test_set(source: str, *, scale: int = 1) -> TestSet:
    """The images of a test set, pairs or not, in natural order of name.

    Args:
        source: ``bundled``, a folder of images, or a folder of pairs in a known layout.
        scale: how many times larger the clean image of a pair is, each way.

    Raises:
        DataError: the folder cannot be read, holds no image, or holds pairs without truth.
    """
    name = test_set_name(source)
    if source == BUNDLED or not is_pairs(source):
        files = (TestFile(name=file.name, clean=file) for file in sources.test_images(source))
        return TestSet(name=name, suite=None, files=tuple(files))
    pairs = find_pairs(source, scale=scale)
    return TestSet(
        name=name,
        suite=suite_of(source),
        files=tuple(
            TestFile(name=pair.name, clean=_truth(source, pair.clean), degraded=pair.degraded)
            for pair in pairs
        ),
    )


def _truth(source: str, clean: ImageFile | None) -> ImageFile:
    if clean is None:
        raise DataError(
            f"{source}: its clean images are not public, so nothing can be measured here; "
            "leave it out of data.test and use `dilctl eval --pairs` to make a submission"
        )
    return clean


def unmatched(suites: Sequence[str], test_sets: Sequence[TestSet]) -> list[str]:
    """Suites that no test set is tested with, and test sets of no suite, in sentences."""
    faults = [
        f"evaluate.suites: {suite} is tested on {_wanted(suite)}, and data.test names none; "
        "add one there or leave the suite out"
        for suite in suites
        if not any(test_set.is_tested_with(suite) for test_set in test_sets)
    ]
    return faults + [
        f"data.test: {test_set.name} holds {_held(test_set)}; "
        f"add {_suites_for(test_set)} to evaluate.suites or leave the test set out"
        for test_set in test_sets
        if not any(test_set.is_tested_with(suite) for suite in suites)
    ]


def _wanted(suite: str) -> str:
    if not is_captured(suite):
        return "plain folders of clean images"
    return "folders of pairs" if suite == "pairs" else f"folders of pairs of {suite}"


def _held(test_set: TestSet) -> str:
    return "clean images" if test_set.suite is None else "pairs of images"


def _suites_for(test_set: TestSet) -> str:
    return test_set.suite or "confounders, or another suite of synthetic degradations,"
