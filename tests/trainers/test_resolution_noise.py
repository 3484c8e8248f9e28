"""The noise of the low-resolution synthesis, for images of different sizes at once."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trainers import chance
from trainers.degradations.resolution_course import Noise
from trainers.degradations.resolution_noise import noisy

KEY = torch.tensor([11])
NOISES = st.builds(
    Noise,
    kind=st.sampled_from(["gaussian", "poisson"]),
    strength=st.floats(0.05, 30),
    is_grey=st.booleans(),
)


def noise(kind: str = "gaussian", strength: float = 10.0, *, is_grey: bool = False) -> Noise:
    return Noise(kind=kind, strength=strength, is_grey=is_grey)


def picture(height: int, width: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    levels = (torch.arange(3 * height * width) * 41) % 256
    return levels.reshape(1, 3, height, width).to(dtype) / 255


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), NOISES), min_size=1, max_size=4),
    st.integers(0, 2**40),
)
def test_images_of_any_sizes_are_spoilt_as_each_alone(images, seed):
    keys = chance.keys([(seed, place) for place in range(len(images))])
    clean = [picture(height, width) for height, width, _ in images]
    noises = [each for *_, each in images]

    together = noisy(clean, noises, keys)

    for place, spoilt in enumerate(together):
        one = slice(place, place + 1)
        assert torch.equal(spoilt, noisy(clean[one], noises[one], keys[one])[0])
        assert (spoilt.shape, spoilt.dtype) == (clean[place].shape, torch.float32)
        assert spoilt.min() >= 0
        assert spoilt.max() <= 1


def test_gaussian_noise_has_its_level_and_is_normal():
    grey = torch.full((1, 3, 128, 128), 0.5)
    difference = (noisy([grey], [noise(strength=20)], KEY)[0] - grey) * 255
    assert difference.std().item() == pytest.approx(20, rel=0.02)
    assert stats.kstest(difference.flatten().numpy() / 20, "norm").pvalue > 1e-3
    channels = torch.corrcoef(difference.reshape(3, -1))
    assert torch.allclose(channels, torch.eye(3), atol=0.03)


@pytest.mark.parametrize("kind", ["gaussian", "poisson"])
def test_grey_noise_is_the_same_on_all_channels(kind):
    clean = 0.3 + picture(32, 32) * 0.4
    strength = {"gaussian": 5, "poisson": 0.5}[kind]
    difference = noisy([clean], [noise(kind, strength, is_grey=True)], KEY)[0] - clean
    assert torch.allclose(difference, difference[:, :1].expand_as(difference), atol=1e-6)
    assert difference.std() > 0.01


def test_poisson_counts_are_the_quantiles_of_their_random_words():
    clean = picture(16, 16, torch.float64)
    spoilt = noisy([clean], [noise("poisson", 1.0)], KEY)[0]
    drawn = chance.words(KEY, clean.numel()).reshape(clean.shape)
    uniform = (drawn.double() + 0.5) * 2.0**-32
    expected = torch.from_numpy(stats.poisson.ppf(uniform, clean * 256)) / 256
    assert torch.allclose(spoilt, expected.clamp(0, 1), atol=1e-12)


def test_poisson_noise_is_as_strong_as_said():
    clean = torch.full((1, 3, 128, 128), 102 / 255, dtype=torch.float64)
    difference = noisy([clean], [noise("poisson", 2.0)], KEY)[0] - clean
    assert difference.var().item() == pytest.approx(4 * 0.4 / 256, rel=0.03)
    assert abs(difference.mean().item()) < 1e-3


def test_no_light_is_no_poisson_noise():
    black = torch.zeros(1, 3, 5, 5)
    assert torch.equal(noisy([black], [noise("poisson", 3.0)], KEY)[0], black)
