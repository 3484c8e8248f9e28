"""How an image is spoilt: each degradation as batched tensor operations on the batch's device."""

from torch import Tensor

from trainers import chance
from trainers.degradations.kinds import Degradation, GaussianNoise


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
            return _gaussian_noise(clean, degradation, keys)


def _gaussian_noise(clean: Tensor, noise: GaussianNoise, keys: Tensor) -> Tensor:
    drawn = chance.normal(keys, clean.shape[1:]).to(clean.dtype)
    noisy = clean + drawn * (noise.sigma / 255)
    if noise.clip:
        noisy = noisy.clamp(0, 1)
    return (noisy * 255).round() / 255 if noise.quantise else noisy
