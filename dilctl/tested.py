"""What the final test of a run found, in a few means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from storage.records import Evaluation

_STANDINGS = ("seen", "interpolated", "unseen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One test set under one suite: means over images and degradations, in decibels.

    Attributes:
        weights: which weights of the run were tested: ``last``, ``average`` or ``best-seen``.
        psnr: by standing, ``seen``, ``interpolated`` and ``unseen``, as far as there are any.
    """

    test_set: str
    suite: str
    weights: str
    psnr: Mapping[str, float]


def means_of(evaluations: Sequence[Evaluation]) -> tuple[Tested, ...]:
    """The means of a run's evaluations, in the order of the test."""
    found: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    for each in evaluations:
        means = found.setdefault((each.test_set, each.suite, each.weights), {})
        means.setdefault(each.standing, []).append(fmean(image.psnr for image in each.images))
    return tuple(
        Tested(
            test_set=test_set,
            suite=suite,
            weights=weights,
            psnr={word: fmean(means[word]) for word in _STANDINGS if word in means},
        )
        for (test_set, suite, weights), means in found.items()
    )
