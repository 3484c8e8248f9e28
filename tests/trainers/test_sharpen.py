"""Filters mirror the border; the unsharp mask is Real-ESRGAN's."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage import data

from trainers.degradations.filtering import filtered
from trainers.degradations.resolution_kernels import Kernel, weights
from trainers.degradations.sharpen import sharpened

PHOTOGRAPH = (
    torch.from_numpy(data.astronaut()[60:140, 180:270].copy()).permute(2, 0, 1)[None].float() / 255
)


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3, 7, 21, 51]))
def test_an_image_of_any_size_is_filtered_as_by_scipy(height, width, size):
    image = torch.rand(1, 2, height, width, dtype=torch.float64)
    kernel = weights(
        Kernel(family="anisotropic", size=size, sigmas=(size / 5, size / 9), rotation=0.5)
    )
    expected = [ndimage.correlate(each, kernel.numpy(), mode="mirror") for each in image[0].numpy()]
    assert np.allclose(filtered(image, kernel)[0].numpy(), expected, atol=1e-12)


def test_a_filter_keeps_the_type_to_its_precision():
    kernel = weights(Kernel(family="sinc", size=21, cutoff=1.0))
    exact = filtered(PHOTOGRAPH.double(), kernel)
    rounded = filtered(PHOTOGRAPH, kernel.float())
    assert rounded.dtype == torch.float32
    assert torch.allclose(rounded.double(), exact, atol=2e-6)


def plainly_sharpened(channel: np.ndarray) -> np.ndarray:
    """I + mask (K - I), K = clip(I + (I - B) / 2), after the published code."""
    blurred = ndimage.gaussian_filter(channel, 8.0, mode="mirror", radius=25)
    detail = channel - blurred
    strong = (np.abs(detail) * 255 > 10).astype(float)
    mask = ndimage.gaussian_filter(strong, 8.0, mode="mirror", radius=25)
    return mask * np.clip(channel + 0.5 * detail, 0, 1) + (1 - mask) * channel


def test_a_photograph_is_sharpened_as_published():
    sharp = sharpened(PHOTOGRAPH.double())[0].numpy()
    expected = [plainly_sharpened(channel) for channel in PHOTOGRAPH[0].double().numpy()]
    assert np.allclose(sharp, expected, atol=1e-9)
    assert np.abs(sharp - PHOTOGRAPH[0].numpy()).max() * 255 > 20


def test_sharpening_keeps_what_is_flat_and_stays_in_range():
    flat = torch.full((1, 3, 9, 12), 0.4)
    assert torch.allclose(sharpened(flat), flat)
    edge = torch.zeros(1, 3, 24, 24)
    edge[..., 12:] = 1
    assert sharpened(edge).min() >= 0
    assert sharpened(edge).max() <= 1


@pytest.mark.parametrize("side", [1, 4, 40])
def test_an_image_is_sharpened_alone_as_in_a_batch(side):
    batch = torch.cat([PHOTOGRAPH[..., :side, k : k + side] for k in range(3)])
    alone = torch.cat([sharpened(image) for image in batch.split(1)])
    assert torch.equal(sharpened(batch), alone)
    assert (alone.shape, alone.dtype) == (batch.shape, batch.dtype)
