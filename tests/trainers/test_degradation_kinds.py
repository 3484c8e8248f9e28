"""Names of degradations tell them apart; what counts as seen is computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.trainers.degradation_strategies import DEGRADATIONS
from trainers.degradations.kinds import (
    CameraNoise,
    CorrelatedNoise,
    Degradation,
    GaussianNoise,
    Hybrid,
    Jpeg,
    LowResolution,
    Mixture,
    Pairs,
    PoissonNoise,
    Rain,
    RainFolder,
    SaltAndPepper,
    SpeckleNoise,
)
from trainers.degradations.naming import short_name
from trainers.degradations.standing import standing

WRITTEN = TypeAdapter(Degradation)
SHOT_AND_JPEG = Mixture(parts=(PoissonNoise(alpha=2), Jpeg(quality=30)))


@given(DEGRADATIONS, DEGRADATIONS)
def test_two_degradations_share_a_name_only_if_they_are_the_same(one, other):
    assert (one.name == other.name) == (one == other)
    assert (one.label == other.label) == (one == other)


@given(st.floats(0, 255), st.floats(0, 255))
def test_levels_that_differ_in_the_last_digit_have_names_of_their_own(one, other):
    first, second = GaussianNoise(sigma=one), GaussianNoise(sigma=other)
    assert (first.name == second.name) == (first == second)


@given(DEGRADATIONS)
def test_a_degradation_comes_back_from_json_as_it_was(degradation):
    assert WRITTEN.validate_json(WRITTEN.dump_json(degradation)) == degradation
    assert WRITTEN.validate_python(degradation.model_dump(mode="json")) == degradation


def test_mixtures_of_other_kinds_differ_even_without_their_defaults():
    white = Mixture(parts=(GaussianNoise(sigma=40), Jpeg(quality=30)))
    coloured = Mixture(parts=(CorrelatedNoise(sigma=40), Jpeg(quality=30)))
    assert white.model_dump(exclude_defaults=True) != coloured.model_dump(exclude_defaults=True)


@pytest.mark.parametrize(
    ("degradation", "name", "label"),
    [
        (GaussianNoise(sigma=30), "gaussian-noise sigma=30", "σ30"),
        (
            GaussianNoise(sigma=2.5, clip=False),
            "gaussian-noise sigma=2.5 clip=false",
            "σ2.5 clip=false",
        ),
        (GaussianNoise(sigma=-0.0), "gaussian-noise sigma=0", "σ0"),
        (PoissonNoise(alpha=3.5), "poisson-noise alpha=3.5", "poisson 3.5"),
        (SpeckleNoise(variance=0.04), "speckle-noise variance=0.04", "speckle .04"),
        (SaltAndPepper(density=0.02), "salt-and-pepper density=0.02", "s&p .02"),
        (CorrelatedNoise(sigma=55), "correlated-noise sigma=55", "corr 55"),
        (Jpeg(quality=10), "jpeg quality=10", "jpeg 10"),
        (SHOT_AND_JPEG, "mixture poisson-noise alpha=2 + jpeg quality=30", "mix poisson 2+jpeg 30"),
    ],
)
def test_a_name_says_what_differs_from_the_defaults(degradation, name, label):
    assert (degradation.name, degradation.label) == (name, label)


def test_an_unknown_name_is_not_shortened():
    assert short_name("fog density=0.5") == "fog density=0.5"


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "mixture", "parts": [{"kind": "jpeg", "quality": 10}]},
        {"kind": "mixture", "parts": [SHOT_AND_JPEG.model_dump(), SHOT_AND_JPEG.model_dump()]},
        {"kind": "jpeg", "quality": 0},
        {"kind": "salt-and-pepper", "density": 1.5},
        {"kind": "poisson-noise", "alpha": -1},
        {"sigma": 10},
    ],
)
def test_what_is_no_degradation_is_refused(written):
    with pytest.raises(ValidationError):
        WRITTEN.validate_python(written)


CONFOUNDERS = (
    *(GaussianNoise(sigma=sigma) for sigma in (5, 10, 15, 20)),
    Jpeg(quality=30),
    Jpeg(quality=80),
    PoissonNoise(alpha=2),
    SHOT_AND_JPEG,
)


@pytest.mark.parametrize(
    ("degradation", "expected"),
    [
        (GaussianNoise(sigma=10), "seen"),
        (GaussianNoise(sigma=12), "interpolated"),
        (GaussianNoise(sigma=20), "seen"),
        (GaussianNoise(sigma=25), "unseen"),
        (GaussianNoise(sigma=2), "unseen"),
        (GaussianNoise(sigma=10, clip=False), "unseen"),
        (GaussianNoise(sigma=12, quantise=True), "unseen"),
        (CorrelatedNoise(sigma=10), "unseen"),
        (CorrelatedNoise(sigma=12), "unseen"),
        (Jpeg(quality=30), "seen"),
        (Jpeg(quality=50), "interpolated"),
        (Jpeg(quality=10), "unseen"),
        (PoissonNoise(alpha=2), "seen"),
        (PoissonNoise(alpha=1), "unseen"),
        (SpeckleNoise(variance=0.02), "unseen"),
        (SHOT_AND_JPEG, "seen"),
        (Mixture(parts=(PoissonNoise(alpha=2), Jpeg(quality=50))), "unseen"),
        (Mixture(parts=SHOT_AND_JPEG.parts[::-1]), "unseen"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.label,
)
def test_a_degradation_is_seen_only_as_it_was_trained_on(degradation, expected):
    assert standing(degradation, CONFOUNDERS) == expected


@given(DEGRADATIONS, st.lists(DEGRADATIONS, max_size=4))
def test_every_confounder_is_seen_and_nothing_else_is(degradation, others):
    assert standing(degradation, (*others, degradation)) == "seen"
    if not isinstance(degradation, Hybrid):  # of which a wider range may hold a narrower one
        assert (standing(degradation, tuple(others)) == "seen") == (degradation in others)


@pytest.mark.parametrize(
    ("lowest", "highest", "expected"),
    [
        (18, 20, "seen"),
        (18, 19, "seen"),
        (14, 14, "interpolated"),
        (12, 18, "unseen"),
        (13, 20, "unseen"),
        (9, 11, "unseen"),
        (20, 21, "unseen"),
    ],
)
def test_severities_are_seen_where_every_one_of_them_was(lowest, highest, expected):
    confounders = tuple(Hybrid(lowest=level, highest=level) for level in (12, 18, 19, 20))
    assert standing(Hybrid(lowest=lowest, highest=highest), confounders) == expected


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (LowResolution(scale=4), LowResolution(scale=4, family="sinc", strength="weak")),
        (CameraNoise(space="raw"), CameraNoise(space="raw", shot=0.1, read=0)),
        (Rain(density=0.01), Rain(density=0.01, angle=(-10, 10), light=(0.5, 0.6))),
        (RainFolder(folder="/a/b"), RainFolder(folder="/a/b", strength=(0.6, 0.7))),
    ],
    ids=lambda value: value.label,
)
def test_what_lies_within_what_was_drawn_from_is_interpolated_and_the_reverse_unseen(wide, narrow):
    assert standing(narrow, (wide,)) == "interpolated"
    assert standing(wide, (narrow,)) == "unseen"


def test_another_space_scale_density_or_folder_is_unseen():
    assert standing(CameraNoise(space="xyz"), (CameraNoise(space="raw"),)) == "unseen"
    assert standing(LowResolution(scale=1), (LowResolution(scale=4),)) == "unseen"
    assert standing(Rain(density=0.02), (Rain(density=0.01),)) == "unseen"
    assert standing(RainFolder(folder="/b"), (RainFolder(folder="/a"),)) == "unseen"


def test_a_folder_goes_by_its_own_name_wherever_it_lies():
    assert Pairs(folder="/mnt/a/Rain14000").name == "pairs folder=Rain14000"
    assert RainFolder(folder="/b/streaks").name == "rain-folder folder=streaks"
    assert Pairs(folder="/d/a scale=4").name != Pairs(folder="/d/a", scale=4).name
