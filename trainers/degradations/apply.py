"""How an image is spoilt: each degradation as batched tensor operations on the batch's device."""

from typing import assert_never

from torch import Tensor

from trainers import chance
from trainers.degradations import noise
from trainers.degradations.blur import blurred
from trainers.degradations.camera import photographed
from trainers.degradations.hybrid import distorted
from trainers.degradations.jpeg import compress
from trainers.degradations.kinds import (
    CameraNoise,
    CorrelatedNoise,
    GaussianBlur,
    GaussianNoise,
    Hybrid,
    Jpeg,
    LowResolution,
    Mixture,
    PoissonNoise,
    Rain,
    RainFolder,
    SaltAndPepper,
    SpeckleNoise,
    Synthetic,
)
from trainers.degradations.rain import rained_on, rained_on_from_folder
from trainers.degradations.resolution import shrunk


def degrade(clean: Tensor, degradation: Synthetic, keys: Tensor) -> Tensor:  # noqa: C901, PLR0911, PLR0912 -- a branch for each kind
    """Spoil a batch of images, y = g(x, d).

    Args:
        clean: images in [0, 1], shape (N, 3, H, W), floating point; H and W are multiples of
            what the degradation shrinks by.
        degradation: what spoils them, with its parameters.
        keys: one random key an image, int64, shape (N,), on the images' device. An image's
            result depends on its own key alone, whatever else is in the batch.

    Returns:
        The spoilt images, of the same type and device, and of the same shape unless the
        degradation shrinks them; in [0, 1] where clipped.
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
        case GaussianBlur():
            return blurred(clean, degradation, keys)
        case Hybrid():
            return distorted(clean, degradation, keys)
        case CameraNoise():
            return photographed(clean, degradation, keys)
        case LowResolution():
            return shrunk(clean, degradation, keys)
        case Rain():
            return rained_on(clean, degradation, keys)
        case RainFolder():
            return rained_on_from_folder(clean, degradation, keys)
        case Mixture():
            return _one_after_the_other(clean, degradation, keys)
        case _:
            assert_never(degradation)


def _one_after_the_other(clean: Tensor, mixture: Mixture, keys: Tensor) -> Tensor:
    spoilt = clean
    for place, part in enumerate(mixture.parts):
        spoilt = degrade(spoilt, part, chance.derived(keys, place))
    return spoilt
