"""Sharpened training targets, by Real-ESRGAN's unsharp mask."""

import torch
from torch import Tensor

from trainers.degradations.filtering import filtered
from trainers.degradations.resolution_kernels import Kernel, weights

_KERNEL = 51
_SIGMA = 8.0
"""What OpenCV takes for a Gaussian kernel of 51 pixels, 0.3 (25 - 1) + 0.8."""
_WEIGHT = 0.5
_THRESHOLD = 10 / 255


def sharpened(clean: Tensor) -> Tensor:
    """Add half of what a wide blur removes, where that is more than 10 grey levels.

    The mask of such samples is blurred too, so that sharpening fades in (Wang et al.,
    ICCVW 2021, section 3.4).

    Args:
        clean: images in [0, 1], shape (N, 3, H, W), floating point.

    Returns:
        Sharper images in [0, 1], of the same shape and type; an image's depend on it alone.
    """
    gaussian = Kernel(family="isotropic", size=_KERNEL, sigmas=(_SIGMA, _SIGMA))
    kernel = weights(gaussian).to(clean)
    return torch.cat([_sharpened(image, kernel) for image in clean.split(1)])


def _sharpened(image: Tensor, kernel: Tensor) -> Tensor:
    detail = image - filtered(image, kernel)
    mask = filtered((detail.abs() > _THRESHOLD).to(image.dtype), kernel)
    sharper = (image + _WEIGHT * detail).clamp(0, 1)
    return image + mask * (sharper - image)
