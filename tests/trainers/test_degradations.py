"""Laws that every degradation keeps."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.trainers.degradation_strategies import DEGRADATIONS, PARTS
from trainers import chance
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import (
    CorrelatedNoise,
    GaussianNoise,
    Jpeg,
    Mixture,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
)
from trainers.suites import degradations_of

SEEDS = st.integers(0, 2**31)
SIDES = st.integers(1, 19)
TYPES = st.sampled_from([torch.float32, torch.float64])


def picture(count: int, height: int, width: int, dtype: torch.dtype = torch.float32):
    values = (torch.arange(count * 3 * height * width) * 37) % 256
    return (values.reshape(count, 3, height, width) / 255).to(dtype)


@given(DEGRADATIONS, SEEDS, SIDES, SIDES, TYPES)
def test_a_batch_is_spoilt_as_its_images_alone_and_keeps_its_type_and_scale(
    degradation, seed, height, width, dtype
):
    by = degradation.shrinks_by
    clean = picture(3, height * by, width * by, dtype)
    keys = chance.keys([(seed, image) for image in range(3)])
    before = clean.clone()

    together = degrade(clean, degradation, keys)

    alone = [degrade(clean[k : k + 1], degradation, keys[k : k + 1]) for k in range(3)]
    assert torch.equal(together, torch.cat(alone))
    assert torch.equal(together, degrade(clean, degradation, keys))
    assert (together.shape, together.dtype) == ((3, 3, height, width), clean.dtype)
    assert torch.equal(clean, before)


@given(PARTS, SEEDS)
def test_what_is_clipped_stays_in_range(degradation, seed):
    spoilt = degrade(picture(2, 9, 7), degradation, chance.keys([(seed, 0), (seed, 1)]))
    if getattr(degradation, "clip", True):
        assert spoilt.min() >= 0
        assert spoilt.max() <= 1
    assert spoilt.isfinite().all()


@given(PARTS, SEEDS)
def test_what_is_quantised_lies_on_the_8_bit_grid(degradation, seed):
    spoilt = degrade(picture(1, 9, 7), degradation, torch.tensor([seed])) * 255
    if getattr(degradation, "quantise", True):
        assert torch.allclose(spoilt, spoilt.round(), rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize(
    "degradation",
    [
        GaussianNoise(sigma=0),
        PoissonNoise(alpha=0),
        SpeckleNoise(variance=0),
        SaltAndPepper(density=0),
        CorrelatedNoise(sigma=0),
        Mixture(parts=(GaussianNoise(sigma=0), SaltAndPepper(density=0))),
    ],
    ids=lambda degradation: degradation.label,
)
def test_a_degradation_of_level_zero_changes_nothing(degradation):
    clean = picture(2, 12, 10)
    assert torch.equal(degrade(clean, degradation, torch.tensor([1, 2])), clean)


@pytest.mark.parametrize(
    "degradation",
    [each for each in degradations_of("noise-types") if not isinstance(each, Jpeg)],
    ids=lambda degradation: degradation.label,
)
def test_the_same_image_under_another_key_is_spoilt_otherwise(degradation):
    clean = picture(1, 32, 32).expand(2, -1, -1, -1)
    first, second = degrade(clean, degradation, torch.tensor([1, 2]))
    assert not torch.equal(first, second)


def test_the_parts_of_a_mixture_follow_each_other_with_chance_of_their_own():
    clean = torch.full((1, 3, 128, 128), 0.5, dtype=torch.float64)
    keys = torch.tensor([5])
    part = GaussianNoise(sigma=10, clip=False)

    noisy = degrade(clean, Mixture(parts=(part, part)), keys)

    first = degrade(clean, part, chance.derived(keys, 0))
    assert torch.equal(noisy, degrade(first, part, chance.derived(keys, 1)))
    assert (noisy - clean).std().item() * 255 == pytest.approx(10 * 2**0.5, rel=0.02)


# Mean absolute change of a fixed image, in grey levels: what boards were measured on must not move.
GOLDEN = {
    "σ5": 3.9288,
    "σ10": 7.7857,
    "σ15": 11.5500,
    "σ20": 15.2344,
    "σ25": 18.8088,
    "σ30": 22.2833,
    "σ40": 28.9928,
    "σ50": 35.3426,
    "σ60": 41.3071,
    "σ75": 49.4793,
    "poisson 2": 15.8588,
    "poisson 3.5": 26.5729,
    "speckle .02": 14.4443,
    "speckle .04": 19.9125,
    "s&p .002": 0.5229,
    "s&p .02": 2.9958,
    "corr 40": 10.9527,
    "corr 55": 14.8822,
    "jpeg 30": 53.4444,
    "jpeg 10": 53.9319,
    "mix σ15+speckle .02+s&p .002": 19.4106,
    "mix poisson 2+jpeg 30": 56.2556,
}


@pytest.mark.parametrize(
    "degradation",
    [*degradations_of("noise-levels"), *degradations_of("noise-types")],
    ids=lambda degradation: degradation.label,
)
def test_test_images_keep_their_pixels_for_good(degradation):
    clean = picture(1, 24, 20)
    spoilt = degrade(clean, degradation, torch.tensor([20230613]))
    distance = (spoilt - clean).abs().double().mean().item() * 255
    assert distance == pytest.approx(GOLDEN[degradation.label], abs=1e-3)
