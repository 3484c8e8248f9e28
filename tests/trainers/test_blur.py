"""Gaussian blur is the textbook's, whatever the kernel, the image and the batch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import ndimage
from skimage import data

from trainers import chance
from trainers.degradations.blur import blurred, gaussian
from trainers.degradations.kinds import GaussianBlur

KEYS = torch.tensor([3, 4])
SIDES = st.integers(1, 23)


def photographs(dtype: torch.dtype = torch.float64) -> torch.Tensor:
    crops = [data.coffee()[top : top + 41, 100:157] for top in (50, 200)]
    return (torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2) / 255).to(dtype).contiguous()


def by_scipy(images: torch.Tensor, sigma: float, size: int) -> torch.Tensor:
    across = np.arange(size) - size // 2
    bell = np.exp(-(across[:, None] ** 2 + across**2) / (2 * sigma**2))
    kernel = (bell / bell.sum())[None, None]
    return torch.from_numpy(ndimage.convolve(images.double().numpy(), kernel, mode="nearest"))


@settings(max_examples=40)
@given(
    height=SIDES,
    width=SIDES,
    sigma=st.floats(0.05, 100),
    half=st.one_of(st.integers(0, 12), st.just(30)),
    dtype=st.sampled_from([torch.float32, torch.float64]),
)
def test_blur_is_a_convolution_with_the_border_repeated(height, width, sigma, half, dtype):
    clean = torch.rand((2, 3, height, width), generator=torch.Generator().manual_seed(1)).to(dtype)
    blur = GaussianBlur(sigma=sigma, kernel=2 * half + 1, quantise=False)

    soft = blurred(clean, blur, KEYS)

    error = (soft - by_scipy(clean, sigma, blur.kernel)).abs().max().item()
    assert error < (1e-12 if dtype == torch.float64 else 2e-6)
    assert soft.dtype == dtype


def test_the_largest_kernel_on_a_photograph_agrees_with_scipy():
    clean = photographs()
    soft = blurred(clean, GaussianBlur(sigma=40, kernel=201, quantise=False), KEYS)
    smooth = ndimage.gaussian_filter(clean.numpy(), 40, radius=100, axes=(2, 3), mode="nearest")
    assert np.abs(soft.numpy() - smooth).max() < 1e-12


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("blur", [{"sigma": 0, "kernel": 21}, {"sigma": 7, "kernel": 1}])
def test_no_blur_changes_no_bit(blur, dtype):
    clean = photographs(dtype) ** 2.2
    assert torch.equal(blurred(clean, GaussianBlur(**blur, quantise=False), KEYS), clean)


def test_no_blur_of_an_image_of_8_bit_changes_no_bit():
    clean = photographs(torch.float32)
    assert torch.equal(blurred(clean, GaussianBlur(sigma=0), KEYS), clean)


@settings(max_examples=40)
@given(st.floats(0, 1, width=32), st.floats(0, 100), st.integers(0, 30))
def test_an_even_image_stays_what_it_was(level, sigma, half):
    even = torch.full((1, 3, 5, 7), level)
    assert torch.equal(gaussian(even, torch.tensor([sigma]), 2 * half + 1), even)


@settings(max_examples=40)
@given(st.lists(st.floats(0, 30), min_size=1, max_size=5), SIDES, SIDES, st.integers(0, 12))
def test_each_image_is_blurred_by_its_own_deviation(sigmas, height, width, half):
    images = torch.rand(len(sigmas), 3, height, width)
    deviations, size = torch.tensor(sigmas), 2 * half + 1

    together = gaussian(images, deviations, size)

    alone = [gaussian(images[k : k + 1], deviations[k : k + 1], size) for k in range(len(sigmas))]
    assert torch.equal(together, torch.cat(alone))
    assert torch.equal(
        together, gaussian(images.to(memory_format=torch.channels_last), deviations, size)
    )


def test_a_kernel_far_beyond_its_deviation_costs_nothing_and_changes_nothing():
    clean = photographs(torch.float64)
    trimmed = blurred(clean, GaussianBlur(sigma=1.5, kernel=201, quantise=False), KEYS)
    whole = gaussian(clean, torch.tensor([1.5, 1.5]), 201)
    assert (trimmed - whole).abs().max() < 1e-15


def test_residual_noise_lies_on_the_blurred_image_and_is_clipped():
    even = torch.full((1, 3, 200, 200), 0.5, dtype=torch.float64)
    noisy = blurred(even, GaussianBlur(sigma=4, noise=10, quantise=False), KEYS[:1])
    assert (noisy - even).std().item() * 255 == pytest.approx(10, rel=0.01)

    bright = blurred(even * 1.98, GaussianBlur(sigma=4, noise=10, quantise=False), KEYS[:1])
    assert bright.max() == 1


@pytest.mark.parametrize("noise", [0, 10])
def test_the_result_is_rounded_to_8_bit_unless_told_otherwise(noise):
    levels = blurred(photographs(), GaussianBlur(sigma=2, noise=noise), KEYS) * 255
    assert (levels - levels.round()).abs().max() < 1e-9
    fine = blurred(photographs(), GaussianBlur(sigma=2, noise=noise, quantise=False), KEYS) * 255
    assert (fine - fine.round()).abs().max() > 0.4


@pytest.mark.parametrize("size", [0, 2, 20, 203])
def test_a_kernel_without_a_centre_or_beyond_bounds_is_refused(size):
    with pytest.raises(ValidationError, match="kernel"):
        GaussianBlur(sigma=1, kernel=size)


# Mean absolute change of a fixed image, in grey levels: what boards were measured on must not move.
@pytest.mark.parametrize(
    ("blur", "change"),
    [
        (GaussianBlur(sigma=1), 3.6873),
        (GaussianBlur(sigma=4), 6.8813),
        (GaussianBlur(sigma=5), 7.3158),
        (GaussianBlur(sigma=2, noise=5, quantise=False), 7.0845),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_blurred_test_images_keep_their_pixels_for_good(blur, change):
    clean = photographs(torch.float32)
    soft = blurred(clean, blur, chance.keys([("golden", 0), ("golden", 1)]))
    distance = (soft - clean).abs().double().mean().item() * 255
    assert distance == pytest.approx(change, abs=1e-3)
