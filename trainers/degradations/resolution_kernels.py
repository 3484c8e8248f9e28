"""The blur kernels of Real-ESRGAN (Wang et al., ICCVW 2021, section 3.2 and supplement)."""

import math
from dataclasses import dataclass
from typing import assert_never

import torch
from torch import Tensor

from trainers.degradations.kinds.resolution import BlurFamily


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """What a kernel is made from.

    Attributes:
        family: which formula.
        size: side, pixels, odd.
        sigmas: standard deviations along the two axes, pixels; equal where isotropic.
        rotation: of the first axis, radians.
        shape: β, the exponent of generalised Gaussian and plateau kernels; 1 is neither flatter
            nor more pointed.
        cutoff: ω of a sinc kernel, radians a pixel.
    """

    family: BlurFamily
    size: int
    sigmas: tuple[float, float] = (1.0, 1.0)
    rotation: float = 0.0
    shape: float = 1.0
    cutoff: float = math.pi


def weights(kernel: Kernel) -> Tensor:
    """The kernel's weights, which sum to 1: float64, on the CPU, shape (size, size)."""
    half = kernel.size // 2
    place = torch.arange(-half, half + 1, dtype=torch.float64)
    drawn = _heights(kernel, place[:, None], place[None, :])
    return drawn / drawn.sum()


def _heights(kernel: Kernel, down: Tensor, across: Tensor) -> Tensor:
    match kernel.family:
        case "isotropic" | "anisotropic":
            return (-0.5 * _distance(kernel, down, across)).exp()
        case "generalised-isotropic" | "generalised-anisotropic":
            return (-0.5 * _distance(kernel, down, across) ** kernel.shape).exp()
        case "plateau-isotropic" | "plateau-anisotropic":
            return 1 / (1 + _distance(kernel, down, across) ** kernel.shape)
        case "sinc":
            return _low_pass(kernel.cutoff, (down.square() + across.square()).sqrt())
        case _:
            assert_never(kernel.family)


def _distance(kernel: Kernel, down: Tensor, across: Tensor) -> Tensor:
    """Squared distance from the centre, in standard deviations (Mahalanobis)."""
    cosine, sine = math.cos(kernel.rotation), math.sin(kernel.rotation)
    along, aside = across * cosine + down * sine, down * cosine - across * sine
    return (along / kernel.sigmas[0]).square() + (aside / kernel.sigmas[1]).square()


def _low_pass(cutoff: float, radius: Tensor) -> Tensor:
    """The circular low-pass filter, ω J₁(ω r) / (2 π r), which is ω² / (4 π) at the centre."""
    ring = cutoff * torch.special.bessel_j1(cutoff * radius) / (2 * math.pi * radius)
    return torch.where(radius == 0, cutoff**2 / (4 * math.pi), ring)
