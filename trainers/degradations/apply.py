"""How an image is spoilt: each degradation as batched tensor operations on the batch's device."""

from typing import assert_never

from torch import Tensor

from trainers import chance
from trainers.degradations import noise
from trainers.degradations.jpeg import compress
from trainers.degradations.kinds import (
    CorrelatedNoise,
    Degradation,
    GaussianNoise,
    Jpeg,
    Mixture,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
)


def degrade(clean: Tensor, degradation: Degradation, keys: Tensor) -> Tensor:
    """Spoil a batch of images, y = g(x, d).

    Args:
        clean: images in [0, 1], shape (N, 3, H, W), floating point.
        degradation: what spoils them, with its parameters.
        keys: one random key an image, int64, shape (N,), on the images' device. An image's
            result depends on its own key alone, whatever else is in the batch.

    Returns:
        The spoilt images, of the same shape, type and device; in [0, 1] where clipped.
    """
    match degradation:
        case GaussianNoise():
            return noise.gaussian(clean, degradation, keys)
        case PoissonNoise():
            return noise.poisson(clean, degradation, keys)
        case SpeckleNoise():
            return noise.speckle(clean, degradation, keys)
        case SaltAndPepper():
            return noise.salt_and_pepper(clean, degradation, keys)
        case CorrelatedNoise():
            return noise.correlated(clean, degradation, keys)
        case Jpeg():
            return compress(clean, degradation.quality)
        case Mixture():
            return _one_after_the_other(clean, degradation, keys)
        case _:
            assert_never(degradation)


def _one_after_the_other(clean: Tensor, mixture: Mixture, keys: Tensor) -> Tensor:
    spoilt = clean
    for place, part in enumerate(mixture.parts):
        spoilt = degrade(spoilt, part, chance.derived(keys, place))
    return spoilt
