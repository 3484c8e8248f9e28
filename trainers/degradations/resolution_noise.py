"""Noise for images of different sizes at once, as the low-resolution synthesis wants it.

Random words are drawn for all images together, each image's from its own key: on small images,
and on a GPU, it is the number of operations that costs.
"""

import math
from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from trainers import chance
from trainers.degradations.resolution_course import Noise

_LOW = 0xFFFFFFFF
_LUMA = (0.2989, 0.587, 0.114)
"""What the released code mixes its grey images from."""

_PHOTONS = 256
"""Mean count of a white sample.

The released code takes the number of grey levels in the image, rounded up to a power of two,
which is 256 for most photographs; it is fixed, as in ``PoissonNoise``.
"""
_MOST = 400
"""No count reaches this, 9 deviations above the mean of a white sample."""


def noisy(images: Sequence[Tensor], noises: Sequence[Noise], keys: Tensor) -> list[Tensor]:
    """Add noise and clip.

    Args:
        images: shape (1, 3, H, W) each, of any sides.
        noises: what noise each image gets.
        keys: int64, one an image, shape (N,), on the images' device.

    Returns:
        The noisy images, in [0, 1].
    """
    bases = [_base(image, noise) for image, noise in zip(images, noises, strict=True)]
    words = _words(keys, [base.numel() for base in bases])
    return [
        (image + _drawn(noise, base, word) * noise.strength).clamp(0, 1)
        for image, noise, base, word in zip(images, noises, bases, words, strict=True)
    ]


def _base(image: Tensor, noise: Noise) -> Tensor:
    """What the noise depends on: the image, or its luma if the channels share their noise."""
    if not noise.is_grey:
        return image
    red, green, blue = image.split(1, dim=1)
    return _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue


def _words(keys: Tensor, counts: Sequence[int]) -> list[Tensor]:
    """``chance.words`` of each key, as many as each is to have, rounded up to whole fours."""
    blocks = [-(-count // 4) for count in counts]
    places = torch.cat([torch.arange(each, device=keys.device) for each in blocks])
    times = torch.tensor(blocks, device=keys.device)
    owners = keys.repeat_interleave(times, output_size=len(places))
    zero = torch.zeros_like(places)
    drawn = chance.philox((places, zero, zero, zero), (owners & _LOW, (owners >> 32) & _LOW))
    return list(torch.stack(drawn, dim=-1).split(blocks))


def _drawn(noise: Noise, base: Tensor, words: Tensor) -> Tensor:
    """Noise of strength 1, of the shape and type of its base."""
    drawn = _normal(words) / 255 if noise.kind == "gaussian" else words.flatten()
    drawn = drawn[: base.numel()].reshape(base.shape)
    return drawn.to(base.dtype) if noise.kind == "gaussian" else _shot(base, drawn)


def _normal(words: Tensor) -> Tensor:
    """Standard normal numbers by Box and Muller: float32, shape (4 B,) from words (B, 4)."""
    radius = ((words[:, :2] + 1).to(torch.float32) * 2.0**-32).log_().mul_(-2.0).sqrt_()
    angle = (words[:, 2:] >> 8).to(torch.float32) * (2.0 * math.pi * 2.0**-24)
    return torch.cat([radius * angle.cos(), radius * angle.sin()], dim=1).flatten()


def _shot(base: Tensor, words: Tensor) -> Tensor:
    """Counts less their mean, k / 256 - x, with k ~ Poisson(256 x), x the base rounded to 8 bit."""
    levels = (base.clamp(0, 1) * 255).round()
    # Row v of the table, raised by v, ends where row v + 1 begins: one sorted sequence.
    wanted = levels.double() + (words.double() + 0.5) * 2.0**-32
    found = torch.searchsorted(_cumulative(base.device), wanted)
    return ((found - levels.long() * _MOST).to(base.dtype) / _PHOTONS) - levels / 255


@cache
def _cumulative(device: torch.device) -> Tensor:
    """The table of v + P(X ≤ k) for X ~ Poisson(256 v / 255), row after row: float64."""
    level = torch.arange(256, dtype=torch.float64)[:, None]
    count = torch.arange(_MOST, dtype=torch.float64)
    probability = torch.special.gammaincc(count + 1, level * (_PHOTONS / 255))
    return (level + probability).flatten().to(device)
