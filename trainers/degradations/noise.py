"""The kinds of noise, each drawn from one key an image; see ``kinds`` for what they are.

Every function takes images of shape (N, 3, H, W), the settings, and keys of shape (N,), and
returns images of the same shape and type.
"""

from math import sqrt

from torch import Tensor
from torch.nn.functional import avg_pool2d

from trainers import chance
from trainers.degradations.kinds import (
    CorrelatedNoise,
    GaussianNoise,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
)
from trainers.degradations.poisson import counts

_PHOTONS = 256
"""Mean count of a white sample (see ``PoissonNoise``)."""


def gaussian(clean: Tensor, noise: GaussianNoise, keys: Tensor) -> Tensor:
    """White noise, y = x + n with n ~ N(0, (σ/255)²)."""
    drawn = chance.normal(keys, clean.shape[1:]).to(clean.dtype)
    return _recorded(clean + drawn * (noise.sigma / 255), noise)


def poisson(clean: Tensor, noise: PoissonNoise, keys: Tensor) -> Tensor:
    """Shot noise, y = x + α (k/256 − x) with k ~ Poisson(256 x); no photons where x < 0."""
    exact = clean.double()
    drawn = counts(keys, (exact * _PHOTONS).clamp(min=0))
    noisy = exact + noise.alpha * (drawn / _PHOTONS - exact)
    return _recorded(noisy.to(clean.dtype), noise)


def speckle(clean: Tensor, noise: SpeckleNoise, keys: Tensor) -> Tensor:
    """Multiplicative noise, y = x + n x with n uniform on ±√(3 v)."""
    drawn = chance.uniform(keys, clean.shape[1:]).to(clean.dtype)
    return _recorded(clean + clean * ((drawn - 0.5) * sqrt(12 * noise.variance)), noise)


def salt_and_pepper(clean: Tensor, noise: SaltAndPepper, keys: Tensor) -> Tensor:
    """Impulses: a sample is black with probability d/2, white with d/2, else as it was."""
    drawn = chance.uniform(keys, clean.shape[1:])
    hit = clean.masked_fill(drawn < noise.density, 1)
    return hit.masked_fill(drawn < noise.density / 2, 0)


def correlated(clean: Tensor, noise: CorrelatedNoise, keys: Tensor) -> Tensor:
    """White noise under a 3×3 mean, drawn one pixel beyond the border on every side."""
    channels, height, width = clean.shape[1:]
    white = chance.normal(keys, (channels, height + 2, width + 2))
    drawn = avg_pool2d(white, kernel_size=3, stride=1).to(clean.dtype)
    return _recorded(clean + drawn * (noise.sigma / 255), noise)


def _recorded(
    noisy: Tensor, noise: GaussianNoise | PoissonNoise | SpeckleNoise | CorrelatedNoise
) -> Tensor:
    """The noisy image as the convention wants it: clipped or not, quantised or not."""
    if noise.clip:
        noisy = noisy.clamp(0, 1)
    return (noisy * 255).round() / 255 if noise.quantise else noisy
