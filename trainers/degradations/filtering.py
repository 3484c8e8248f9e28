"""Filters an image by a kernel of any size, through the frequency domain."""

import torch
from torch import Tensor

_LENGTH = 16
"""Transforms are as long as a multiple of this, which has small factors."""


def filtered(image: Tensor, kernel: Tensor) -> Tensor:
    """Convolve every channel with a kernel; beyond the border the image is mirrored.

    The mirror does not repeat the border itself, and mirrors again where the image is smaller
    than half the kernel. A transform costs the same whatever the kernel's size; one image is
    filtered at a time, so that its sums are the same alone and in a batch.

    Args:
        image: shape (1, C, H, W), float32 or float64.
        kernel: shape (k, k), k odd, of the image's type and device.

    Returns:
        Shape (1, C, H, W), of the same type.
    """
    size, (height, width) = kernel.shape[-1], image.shape[-2:]
    surrounded = _mirrored(_mirrored(image, size // 2, dim=2), size // 2, dim=3)
    lengths = [-(-side // _LENGTH) * _LENGTH for side in surrounded.shape[-2:]]
    spectrum = torch.fft.rfft2(surrounded, s=lengths) * torch.fft.rfft2(kernel, s=lengths)
    result = torch.fft.irfft2(spectrum, s=lengths)
    return result[..., size - 1 : size - 1 + height, size - 1 : size - 1 + width].contiguous()


def _mirrored(image: Tensor, margin: int, *, dim: int) -> Tensor:
    length = image.shape[dim]
    period = max(2 * (length - 1), 1)
    places = torch.arange(-margin, length + margin, device=image.device).remainder(period)
    return image.index_select(dim, torch.minimum(places, period - places).clamp(max=length - 1))
