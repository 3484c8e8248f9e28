"""PSNR and SSIM of 8-bit images, image by image, as the tables of the field define them."""

import torch
from torch import Tensor

_PEAK = 255.0
_WINDOW = 11
_WINDOW_SIGMA = 1.5
_C1 = (0.01 * _PEAK) ** 2
_C2 = (0.03 * _PEAK) ** 2


def to_8_bit(image: Tensor) -> Tensor:
    """An image in [0, 1] as uint8 of the same shape: clipped, then rounded, halves to even."""
    return image.to(torch.float64).clamp(0, 1).mul(_PEAK).round().to(torch.uint8)


def luma(rgb: Tensor) -> Tensor:
    """ITU-R BT.601 luma in the 16-235 range, the Y of MATLAB's ``rgb2ycbcr``.

    It is not rounded to 8 bit: the published SSIM of Rain100L's input, 0.8384 on Y, comes out
    without rounding, and 0.8383 with it.

    Args:
        rgb: values 0 to 255, (N, 3, H, W).

    Returns:
        float64, (N, 1, H, W).
    """
    weights = torch.tensor([65.481, 128.553, 24.966], dtype=torch.float64, device=rgb.device)
    weighted = rgb.to(torch.float64) * weights.view(3, 1, 1) / _PEAK
    return 16 + weighted.sum(1, keepdim=True)


def psnr(restored: Tensor, truth: Tensor) -> Tensor:
    """Peak signal-to-noise ratio, 10 log10(255² / mean squared error), over all samples.

    Args:
        restored: values 0 to 255, (N, C, H, W).
        truth: the same shape.

    Returns:
        Decibels, float64, (N,); inf where two images are identical.
    """
    error = restored.to(torch.float64) - truth.to(torch.float64)
    return 10 * torch.log10(_PEAK**2 / error.square().mean((1, 2, 3)))


def ssim(restored: Tensor, truth: Tensor) -> Tensor:
    """Structural similarity (Wang et al., 2004), mean over the valid region and the channels.

    The window is an 11×11 Gaussian of standard deviation 1.5; variances and covariance are
    those of a population.

    Args:
        restored: values 0 to 255, (N, C, H, W), at least 11 pixels high and wide.
        truth: the same shape.

    Returns:
        At most 1, float64, (N,).

    Raises:
        ValueError: an image is smaller than the window.
    """
    if min(restored.shape[-2:]) < _WINDOW:
        raise ValueError(f"SSIM needs images of at least {_WINDOW} by {_WINDOW} pixels")
    # Plane by plane, so that the intermediate values stay in the processor's cache.
    planes = zip(restored.flatten(0, 1), truth.flatten(0, 1), strict=True)
    similarities = [_plane_ssim(a.to(torch.float64), b.to(torch.float64)) for a, b in planes]
    return torch.stack(similarities).view(restored.shape[:2]).mean(1)


def _plane_ssim(a: Tensor, b: Tensor) -> Tensor:
    mean_a, mean_b = _window_mean(a), _window_mean(b)
    product, squares = mean_a * mean_b, mean_a.square() + mean_b.square()
    covariance = _window_mean(a * b) - product
    variances = _window_mean(a.square() + b.square()) - squares
    similarity = (2 * product + _C1) * (2 * covariance + _C2)
    return (similarity / ((squares + _C1) * (variances + _C2))).mean()


def _window_mean(plane: Tensor) -> Tensor:
    """Gaussian mean round each pixel of the valid region: (H, W) to (H - 10, W - 10).

    Written as a sum of shifted planes: in float64 on a CPU that is several times faster than
    ``conv2d``.
    """
    weights = _gaussian()
    for axis in (0, 1):
        size = plane.shape[axis] - _WINDOW + 1
        mean = plane.narrow(axis, 0, size) * weights[0]
        for shift, weight in enumerate(weights[1:], start=1):
            mean.add_(plane.narrow(axis, shift, size), alpha=weight)
        plane = mean
    return plane


def _gaussian() -> list[float]:
    offsets = torch.arange(_WINDOW, dtype=torch.float64) - _WINDOW // 2
    weights = torch.exp(-0.5 * (offsets / _WINDOW_SIGMA).square())
    return (weights / weights.sum()).tolist()
