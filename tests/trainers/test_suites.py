"""What the suites hold."""

import pytest

from trainers.degradations.kinds import GaussianNoise
from trainers.degradations.standing import standing
from trainers.suites import SUITES, degradations_of

LONGEST = 28
"""Characters of the longest label, which heads a column."""


def test_noise_levels_run_from_5_to_75():
    levels = (5, 10, 15, 20, 25, 30, 40, 50, 60, 75)
    expected = tuple(GaussianNoise(sigma=sigma) for sigma in levels)
    assert degradations_of("noise-levels") == expected


def test_noise_types_show_two_strengths_of_each_kind():
    kinds = [degradation.kind for degradation in degradations_of("noise-types")]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "poisson-noise": 2,
        "speckle-noise": 2,
        "salt-and-pepper": 2,
        "correlated-noise": 2,
        "jpeg": 2,
        "mixture": 2,
    }


def test_all_noise_types_are_unseen_by_a_network_trained_on_gaussian_noise():
    confounders = degradations_of("noise-levels")
    assert {standing(each, confounders) for each in degradations_of("noise-types")} == {"unseen"}


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_lists_nothing_twice_and_its_labels_fit(suite):
    degradations = degradations_of(suite)
    assert len(set(degradations)) == len({each.name for each in degradations}) == len(degradations)
    assert all(len(each.label) <= LONGEST for each in degradations)
