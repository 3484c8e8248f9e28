"""Gaussian blur of a batch, the border repeated."""

from collections.abc import Sequence
from math import ceil

import torch
from torch import Tensor

from trainers.degradations import noise
from trainers.degradations.kinds import GaussianBlur, GaussianNoise

_REACH = 9
"""Standard deviations beyond which a kernel's weights are lost in rounding, even of float64."""


def blurred(clean: Tensor, blur: GaussianBlur, keys: Tensor) -> Tensor:
    """Blur, add the residual noise, clip what is noisy, and round to 8 bit where asked.

    Args:
        clean: images, shape (N, 3, H, W), floating point.
        blur: what is done to them.
        keys: one an image, int64, shape (N,), for the noise.

    Returns:
        Images of the same shape and type.
    """
    size = min(blur.kernel, 2 * ceil(_REACH * blur.sigma) + 1)
    soft = gaussian(clean, clean.new_full((len(clean),), blur.sigma, dtype=torch.float64), size)
    if blur.noise > 0:
        residual = GaussianNoise(sigma=blur.noise, quantise=blur.quantise)
        return noise.gaussian(soft, residual, keys)
    return (soft * 255).round() / 255 if blur.quantise else soft


def gaussian(images: Tensor, sigmas: Tensor, size: int) -> Tensor:
    """Blur each image with a Gaussian kernel of its own.

    The two directions follow each other, and the terms are added one by one: neither a
    convolution nor a matrix product promises an image the same bits in another batch.

    Args:
        images: shape (N, C, H, W), floating point, of any size.
        sigmas: standard deviation for each image in pixels, shape (N,); 0 leaves it as it is.
        size: side of the square kernel, odd; its weights sum to 1 however much is cut off.

    Returns:
        Images of the same shape and type, none darker or brighter than its own samples.
    """
    weights = [each.to(images.dtype)[:, None, None, None] for each in _weights(sigmas, size)]
    soft = _along(_along(images, weights, dim=2), weights, dim=3)
    # A mean lies among its samples; rounding may put it outside, and white above 1.
    return soft.clamp(images.amin((1, 2, 3), keepdim=True), images.amax((1, 2, 3), keepdim=True))


def _weights(sigmas: Tensor, size: int) -> tuple[Tensor, ...]:
    """Weights from a kernel's centre to its end, (N,) each; both halves together sum to 1."""
    distance = torch.arange(size // 2 + 1, dtype=torch.float64, device=sigmas.device)[:, None]
    # At the least deviation all weights but the middle one are 0.
    bell = (-0.5 * (distance / sigmas.double().clamp(min=1e-3)).square()).exp()
    return (bell / (2 * bell.cumsum(0)[-1] - bell[0])).unbind()


def _along(images: Tensor, weights: Sequence[Tensor], *, dim: int) -> Tensor:
    """Blur in one direction, the border repeated."""
    reach, length = len(weights) - 1, images.shape[dim]
    places = torch.arange(-reach, length + reach, device=images.device).clamp(0, length - 1)
    wide = images.index_select(dim, places)
    total = images * weights[0]
    for away, weight in enumerate(weights[1:], start=1):
        before = wide.narrow(dim, reach - away, length)
        after = wide.narrow(dim, reach + away, length)
        total += (before + after) * weight
    return total
