"""Blur, noise and JPEG one after the other, each as strong as an image's severity says."""

from functools import cache
from itertools import product

import torch
from torch import Tensor

from trainers import chance
from trainers.degradations.blur import gaussian
from trainers.degradations.jpeg import compress
from trainers.degradations.kinds import Hybrid

_KERNEL = 21
_BLUR_BIN = 0.5
"""Width of a bin of the blur's deviation, pixels."""
_NOISE_BIN = 5.0
"""Width of a bin of the noise's deviation, 0-255 scale."""
_QUALITIES = (100, 80, 60, 50, 40, 35, 30, 25, 20, 15, 10)
"""Where the bins of JPEG's quality end and the next begin; no bin reaches its upper end."""


def distorted(clean: Tensor, hybrid: Hybrid, keys: Tensor) -> Tensor:
    """Blur, then noise, then JPEG.

    The blurred image is neither rounded nor in need of clipping; the noisy one is clipped to
    [0, 1]; JPEG rounds it to 8 bit.

    Args:
        clean: images in [0, 1], shape (N, 3, H, W), floating point.
        hybrid: from which severity to which.
        keys: one an image, int64, shape (N,), on the images' device.

    Returns:
        Images on the 8-bit grid in [0, 1], of the same shape and type.
    """
    blur, noise, quality = strengths(hybrid, keys)
    soft = gaussian(clean, blur, _KERNEL)
    drawn = chance.normal(chance.derived(keys, 3), clean.shape[1:])
    noisy = soft + drawn.to(clean.dtype) * (noise / 255).to(clean.dtype)[:, None, None, None]
    return compress(noisy.clamp(0, 1), quality)


def strengths(hybrid: Hybrid, keys: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What each image suffers.

    Args:
        hybrid: from which severity to which.
        keys: one an image, int64, shape (N,).

    Returns:
        The deviation of the blur in pixels, that of the noise on the 0-255 scale (both float64),
        and the quality of JPEG (int64): shape (N,) each.
    """
    triples = torch.tensor(_triples(hybrid.lowest, hybrid.highest), device=keys.device)
    chosen = chance.integers(chance.derived(keys, 0), torch.full_like(keys, len(triples)))
    blur_bin, noise_bin, jpeg_bin = triples[chosen].unbind(1)
    within = chance.fine_uniform(chance.derived(keys, 1), (2,))
    ends = torch.tensor(_QUALITIES, device=keys.device)
    least = ends[jpeg_bin]
    step = chance.integers(chance.derived(keys, 2), ends[jpeg_bin - 1] - least)
    blur = _BLUR_BIN * (blur_bin - 1 + within[:, 0])
    return blur, _NOISE_BIN * (noise_bin - 1 + within[:, 1]), least + step


@cache
def _triples(lowest: int, highest: int) -> tuple[tuple[int, ...], ...]:
    """The bins of blur, noise and JPEG, 1 to 10 each, whose severity lies between the bounds."""
    bins = product(range(1, 11), repeat=3)
    return tuple(triple for triple in bins if lowest <= sum(triple) - 2 <= highest)
