"""JPEG as libjpeg compresses and decompresses it, for a batch at once.

What is lossy in baseline JPEG (ITU-T T.81) is computed as libjpeg-turbo does by default: colour
in fixed-point numbers, chroma halved both ways, quantised cosine coefficients, and chroma doubled
again by libjpeg's triangle filter. Entropy coding loses nothing and is left out. All numbers are
whole and small enough to be exact in float64, so the sums of a matrix product have one value in
whatever order they are taken: the result is the same on every device and in every batch. The
only difference from libjpeg is its transform, which rounds between rows and columns.
"""

import math
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import pad

# T.81, Tables K.1 and K.2: steps of quantisation at quality 50, row by row.
_LUMA = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
_CHROMA = (
    (17, 18, 24, 47, 99, 99, 99, 99),
    (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99),
    (47, 66, 99, 99, 99, 99, 99, 99),
    (99, 99, 99, 99, 99, 99, 99, 99),
    (99, 99, 99, 99, 99, 99, 99, 99),
    (99, 99, 99, 99, 99, 99, 99, 99),
    (99, 99, 99, 99, 99, 99, 99, 99),
)

_FIXED = 16
"""Binary places of the fixed-point colour transform and of the cosines."""
_HALF = 1 << (_FIXED - 1)


def compress(clean: Tensor, quality: int) -> Tensor:
    """Compress and decompress images.

    Args:
        clean: images, shape (N, 3, H, W), floating point; rounded to 8 bit first.
        quality: libjpeg's quality, 1 to 100.

    Returns:
        What a decoder shows, on the 8-bit grid in [0, 1], of the same shape and type.
    """
    height, width = clean.shape[-2:]
    luma, *chroma = _luma_and_chroma((clean.double().clamp(0, 1) * 255).round().int())
    luma = _coded(luma, _steps(_LUMA, quality))[:, :height, :width]
    halved = (_coded(_halved(each), _steps(_CHROMA, quality)) for each in chroma)
    rows, columns = -(-height // 2), -(-width // 2)
    blue, red = (_doubled(each[:, :rows, :columns])[:, :height, :width] for each in halved)
    return (_rgb(luma, blue, red) / 255).to(clean.dtype)


def _fixed(value: float) -> int:
    return math.floor(value * (1 << _FIXED) + 0.5)


def _luma_and_chroma(rgb: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Y, Cb and Cr in 0 to 255 (JFIF's, not the 16-235 of video): int32, (N, H, W) each."""
    red, green, blue = rgb.unbind(1)
    luma = _fixed(0.299) * red + _fixed(0.587) * green + _fixed(0.114) * blue + _HALF
    centre = (128 << _FIXED) + _HALF - 1
    to_blue = _HALF * blue - _fixed(0.168735892) * red - _fixed(0.331264108) * green + centre
    to_red = _HALF * red - _fixed(0.418687589) * green - _fixed(0.081312411) * blue + centre
    return luma >> _FIXED, to_blue >> _FIXED, to_red >> _FIXED


def _rgb(luma: Tensor, blue: Tensor, red: Tensor) -> Tensor:
    """Colours of Y, Cb and Cr: int32 in 0 to 255, (N, 3, H, W)."""
    blue, red = blue - 128, red - 128
    to_green = _HALF - _fixed(0.344136286) * blue - _fixed(0.714136286) * red
    channels = (
        luma + ((_fixed(1.402) * red + _HALF) >> _FIXED),
        luma + (to_green >> _FIXED),
        luma + ((_fixed(1.772) * blue + _HALF) >> _FIXED),
    )
    return torch.stack(channels, dim=1).clamp(0, 255)


def _halved(plane: Tensor) -> Tensor:
    """Means over 2×2 samples; halves are rounded down in even columns and up in odd ones."""
    plane = _extended(plane, rows=2, columns=16)
    four = plane[:, ::2, ::2] + plane[:, ::2, 1::2] + plane[:, 1::2, ::2] + plane[:, 1::2, 1::2]
    bias = 1 + torch.arange(four.shape[-1], dtype=torch.int32, device=plane.device) % 2
    return (four + bias) >> 2


def _doubled(plane: Tensor) -> Tensor:
    """Twice the size, a sample weighing 9, 3, 3 and 1 sixteenths by its distance."""
    above, below = _beside(plane, dim=1)
    rows = torch.stack((3 * plane + above, 3 * plane + below), dim=2).flatten(1, 2)
    left, right = _beside(rows, dim=2)
    near = torch.stack((3 * rows + left + 8, 3 * rows + right + 7), dim=3).flatten(2, 3)
    return near >> 4


def _beside(plane: Tensor, *, dim: Literal[1, 2]) -> tuple[Tensor, Tensor]:
    """The neighbour before and after every sample; the border is its own neighbour."""
    last = plane.shape[dim] - 1
    places = torch.arange(last + 1, device=plane.device)
    before, after = (places - 1).clamp(min=0), (places + 1).clamp(max=last)
    return plane.index_select(dim, before), plane.index_select(dim, after)


def _extended(plane: Tensor, *, rows: int, columns: int) -> Tensor:
    """Repeat the last row and column until the sides are whole multiples."""
    height, width = plane.shape[-2:]
    more = (0, -width % columns, 0, -height % rows)
    return pad(plane.double(), more, mode="replicate").int() if any(more) else plane


def _coded(plane: Tensor, steps: Tensor) -> Tensor:
    """Quantise the cosine coefficients of 8×8 blocks.

    Args:
        plane: 0 to 255, int32, (N, H, W).
        steps: quantisation steps, shape (64,).

    Returns:
        0 to 255, int32, shape (N, H, W), the sides extended to whole blocks.
    """
    plane = _extended(plane, rows=8, columns=8)
    count, height, width = plane.shape
    blocks = (plane - 128).double().reshape(count, height // 8, 8, width // 8, 8)
    samples = blocks.transpose(2, 3).reshape(-1, 64)
    cosines, steps = _cosines().to(plane.device), steps.to(plane.device)
    # The transform makes coefficients 8 · 2^32 times as large, and back again 8 · 2^32 times.
    scale = 8.0 * 2.0 ** (2 * _FIXED)
    coefficients = samples @ cosines.T / (scale * steps)
    levels = coefficients.sign() * (coefficients.abs() + 0.5).floor()  # halves away from 0
    decoded = ((levels * steps) @ cosines / scale + 128.5).floor().clamp(0, 255)
    restored = decoded.int().reshape(count, height // 8, width // 8, 8, 8)
    return restored.transpose(2, 3).reshape(count, height, width)


def _cosines() -> Tensor:
    """The cosine transform of a block, √8 · 2^16 times a side: whole, float64, (64, 64).

    Row 8 u + v is the pattern of frequency u down and v across.
    """
    place = torch.arange(8, dtype=torch.float64)
    wave = torch.cos((2 * place + 1) * place[:, None] * (math.pi / 16)) * math.sqrt(2)
    wave[0] = 1
    side = (wave * 2**_FIXED).round()
    return torch.kron(side, side)


def _steps(table: Sequence[Sequence[int]], quality: int) -> Tensor:
    """Quantisation steps at a quality, 1 to 255: float64, shape (64,)."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    scaled = torch.tensor(table, dtype=torch.int64).flatten() * percent + 50
    return (scaled // 100).clamp(1, 255).double()
