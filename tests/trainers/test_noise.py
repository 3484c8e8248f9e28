"""Every kind of noise has the distribution that its settings promise."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trainers import chance
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import (
    CorrelatedNoise,
    GaussianNoise,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
)
from trainers.degradations.poisson import counts

KEY = torch.tensor([3])


def grey(value: float = 0.5):
    return torch.full((1, 3, 256, 256), value, dtype=torch.float64)


def test_gaussian_noise_has_its_level():
    noisy = degrade(grey(), GaussianNoise(sigma=20, clip=False), KEY)
    assert math.isclose((noisy - grey()).std().item() * 255, 20, rel_tol=0.01)


@pytest.mark.parametrize("value", [1 / 255, 0.1, 0.5, 1.0])
def test_poisson_noise_is_unbiased_and_its_variance_grows_with_the_light(value):
    noise = degrade(grey(value), PoissonNoise(alpha=3, clip=False), KEY) - grey(value)
    assert noise.var().item() == pytest.approx(9 * value / 256, rel=0.02)
    assert abs(noise.mean().item()) < 4 * noise.std().item() / math.sqrt(noise.numel())


def test_no_light_is_no_poisson_noise():
    black = torch.zeros(1, 3, 8, 8)
    assert torch.equal(degrade(black, PoissonNoise(alpha=3.5), KEY), black)


@given(
    st.lists(st.floats(0, 2000), min_size=1, max_size=20),
    st.integers(-(2**63), 2**63 - 1),
)
def test_a_poisson_count_is_the_quantile_of_its_uniform_number(rates, key):
    keys = torch.tensor([key])
    drawn = counts(keys, torch.tensor([rates], dtype=torch.float64))
    uniform = chance.fine_uniform(keys, (len(rates),))
    quantiles = torch.from_numpy(stats.poisson.ppf(uniform.numpy(), rates)).clamp(min=0)
    assert torch.equal(drawn, quantiles.reshape(drawn.shape))


@pytest.mark.parametrize("rate", [0.05, 1, 17, 256])
def test_poisson_counts_are_poisson_distributed(rate):
    drawn = counts(KEY, torch.full((1, 100_000), float(rate), dtype=torch.float64)).numpy()
    edges = sorted({*stats.poisson.ppf([0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99], rate)})
    observed = [(drawn <= edge).sum() for edge in edges] + [drawn.size]
    expected = [drawn.size * stats.poisson.cdf(edge, rate) for edge in edges] + [drawn.size]
    cells = [
        [b - a for a, b in zip([0, *each], each, strict=False)] for each in (observed, expected)
    ]
    assert stats.chisquare(*cells).pvalue > 1e-3


def test_speckle_is_uniform_and_multiplies():
    noise = (degrade(grey(0.4), SpeckleNoise(variance=0.04, clip=False), KEY) - 0.4) / 0.4
    assert noise.var().item() == pytest.approx(0.04, rel=0.02)
    assert noise.abs().max().item() == pytest.approx(math.sqrt(3 * 0.04), rel=1e-3)
    assert noise.abs().max().item() <= math.sqrt(3 * 0.04)


def test_salt_and_pepper_hit_half_each_and_leave_the_rest_alone():
    noisy = degrade(grey(), SaltAndPepper(density=0.02), KEY)
    assert (noisy == 0).double().mean().item() == pytest.approx(0.01, rel=0.1)
    assert (noisy == 1).double().mean().item() == pytest.approx(0.01, rel=0.1)
    assert set(noisy.unique().tolist()) == {0.0, 0.5, 1.0}


def test_salt_and_pepper_hit_channels_one_by_one():
    hit = (degrade(grey(), SaltAndPepper(density=0.1), KEY) != 0.5).double()
    assert (hit[:, 0] * hit[:, 1]).mean().item() == pytest.approx(0.01, rel=0.1)


def test_a_density_of_one_leaves_nothing():
    assert set(degrade(grey(), SaltAndPepper(density=1), KEY).unique().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize(("distance", "correlation"), [(1, 2 / 3), (2, 1 / 3), (3, 0)])
def test_correlated_noise_is_correlated_as_a_mean_of_three_by_three(distance, correlation):
    noise = (degrade(grey(), CorrelatedNoise(sigma=45, clip=False), KEY) - grey()) * 255
    products = noise[..., distance:] * noise[..., :-distance]
    assert noise.std().item() == pytest.approx(45 / 3, rel=0.02)
    assert products.mean().item() / 15**2 == pytest.approx(correlation, abs=0.02)


def test_correlated_noise_is_as_strong_at_the_border_as_inside():
    keys = torch.arange(400)
    clean = torch.full((400, 3, 6, 6), 0.5)
    noise = (degrade(clean, CorrelatedNoise(sigma=45, clip=False), keys) - clean) * 255
    spread = noise.std(dim=(0, 1))
    assert torch.allclose(spread, torch.full((6, 6), 15.0), rtol=0.1)
