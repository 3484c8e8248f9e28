"""Laws that every degradation keeps, and what counts as seen."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainers import chance
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import GaussianNoise, standing

CLEAN = torch.linspace(0, 1, 2 * 3 * 12 * 10).reshape(2, 3, 12, 10)
NOISE = st.builds(
    GaussianNoise, sigma=st.floats(0, 255), clip=st.booleans(), quantise=st.booleans()
)


@given(NOISE, st.integers(0, 2**31))
def test_a_degradation_depends_on_its_key_alone_and_keeps_shape_and_type(noise, seed):
    keys = chance.keys([(seed, 0), (seed, 1)])
    together = degrade(CLEAN, noise, keys)
    alone = torch.cat([degrade(CLEAN[k : k + 1], noise, keys[k : k + 1]) for k in range(2)])
    assert torch.equal(together, alone)
    assert together.shape == CLEAN.shape
    assert together.dtype == CLEAN.dtype


@given(st.floats(0, 255), st.integers(0, 2**31))
def test_clipped_noise_stays_in_range(sigma, seed):
    noisy = degrade(CLEAN, GaussianNoise(sigma=sigma), chance.keys([(seed, 0), (seed, 1)]))
    assert noisy.min() >= 0
    assert noisy.max() <= 1


def test_noise_of_level_zero_changes_nothing():
    assert torch.equal(degrade(CLEAN, GaussianNoise(sigma=0), torch.tensor([1, 2])), CLEAN)


def test_noise_has_its_level():
    grey = torch.full((1, 3, 256, 256), 0.5, dtype=torch.float64)
    noisy = degrade(grey, GaussianNoise(sigma=20, clip=False), torch.tensor([3]))
    assert math.isclose((noisy - grey).std().item() * 255, 20, rel_tol=0.01)


def test_quantised_noise_lies_on_the_8_bit_grid():
    noisy = degrade(CLEAN, GaussianNoise(sigma=9, quantise=True), torch.tensor([1, 2])) * 255
    assert torch.allclose(noisy, noisy.round(), atol=1e-4)


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
    ],
)
def test_a_degradation_is_seen_only_as_it_was_trained_on(degradation, expected):
    confounders = tuple(GaussianNoise(sigma=sigma) for sigma in (5, 10, 15, 20))
    assert standing(degradation, confounders) == expected


def test_a_name_says_what_differs_from_the_defaults():
    assert GaussianNoise(sigma=30).name == "gaussian-noise sigma=30"
    assert GaussianNoise(sigma=2.5, clip=False).name == "gaussian-noise sigma=2.5 clip=false"
