"""JPEG as libjpeg-turbo compresses and decompresses it, bit for bit, for a batch at once.

What is lossy in baseline JPEG (ITU-T T.81) is computed as libjpeg-turbo does by default: colour
in fixed-point numbers, chroma halved both ways, the accurate integer transform ("islow"), quantised
coefficients, and chroma doubled again by the triangle filter. Entropy coding loses nothing and is
left out. All numbers are whole, or halves and quarters, and small enough to be exact in the type
that holds them, so a sum has one value in whatever order it is taken: the result is the same on
every device and in every batch.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import interpolate, pad

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

# The transform of a row or a column, times 8192: frequencies down, the first four of eight samples
# across (the others mirror them). Cosines as libjpeg's butterflies add them up from rounded
# constants, so that some differ by one from the nearest whole number.
_COSINES = (
    (8192, 8192, 8192, 8192),
    (11363, 9633, 6437, 2260),
    (10703, 4433, -4433, -10703),
    (9633, -2259, -11362, -6436),
    (8192, -8192, -8192, 8192),
    (6437, -11362, 2261, 9633),
    (4433, -10704, 10704, -4433),
    (2260, -6436, 9633, -11363),
)

# Colour in fixed-point numbers of 16 binary places. Every partial sum below stays under 2^24, and
# so is exact in float32.
_HALF = 1 << 15


def compress(clean: Tensor, quality: int | Tensor) -> Tensor:
    """Compress and decompress images.

    Args:
        clean: images, shape (N, 3, H, W), floating point; rounded to 8 bit first.
        quality: libjpeg's quality, 1 to 100: one for all, or one an image, int64, shape (N,).

    Returns:
        What a decoder shows, on the 8-bit grid in [0, 1], of the same shape and type.
    """
    count, _, height, width = clean.shape
    quality = torch.as_tensor(quality, device=clean.device).reshape(-1, 1).expand(count, 1)
    luma, chroma = _luma_and_chroma(clean.float().clamp(0, 1).mul_(255).round_())
    luma = _coded(luma, _steps(_LUMA, quality))[:, :height, :width]
    chroma = _coded(_halved(chroma), _steps(_CHROMA, quality).repeat(2, 1))
    chroma = chroma[:, : -(-height // 2), : -(-width // 2)]
    rgb = _rgb(luma, _doubled(chroma)[:, :height, :width])
    return rgb.to(clean.dtype).div_(255)


def _luma_and_chroma(rgb: Tensor) -> tuple[Tensor, Tensor]:
    """Y, and Cb before Cr, in 0 to 255 (JFIF's, not the 16-235 of video).

    Args:
        rgb: 0 to 255, float32, (N, 3, H, W).

    Returns:
        Whole numbers, float32: shapes (N, H, W) and (2 N, H, W).
    """
    red, green, blue = rgb.unbind(1)
    luma = (red * 19595).add_(green, alpha=38470).add_(blue, alpha=7471).add_(_HALF)
    centre = (128 << 16) + _HALF - 1
    to_blue = (blue * _HALF).sub_(red, alpha=11058).sub_(green, alpha=21710).add_(centre)
    to_red = (red * _HALF).sub_(green, alpha=27439).sub_(blue, alpha=5329).add_(centre)
    return _whole(luma, 16), _whole(torch.cat((to_blue, to_red)), 16)


def _rgb(luma: Tensor, chroma: Tensor) -> Tensor:
    """Colours of Y and of Cb before Cr: whole numbers in 0 to 255, float32, (N, 3, H, W)."""
    blue, red = (chroma - 128).chunk(2)
    to_red = _whole((red * 91881).add_(_HALF), 16)
    to_green = _whole((blue * -22554).sub_(red, alpha=46802).add_(_HALF), 16)
    to_blue = _whole((blue * 116130).add_(_HALF), 16)
    return torch.stack((to_red, to_green, to_blue), dim=1).add_(luma[:, None]).clamp_(0, 255)


def _whole(fixed: Tensor, places: int) -> Tensor:
    """Drop the binary places of fixed-point numbers, in place."""
    return fixed.mul_(2.0**-places).floor_()


def _halved(planes: Tensor) -> Tensor:
    """Means over 2×2 samples; halves are rounded down in even columns and up in odd ones."""
    planes = _extended(planes, rows=2, columns=16)
    pairs = planes[:, ::2] + planes[:, 1::2]
    fours = pairs[:, :, ::2] + pairs[:, :, 1::2]
    bias = 1 + torch.arange(fours.shape[-1], device=planes.device) % 2
    return _whole(fours.add_(bias), 2)


def _doubled(planes: Tensor) -> Tensor:
    """Twice the size, a sample weighing 9, 3, 3 and 1 sixteenths by its distance.

    Halves are rounded up in even columns and down in odd ones. What is one or two samples wide is
    repeated, as libjpeg does it.
    """
    if planes.shape[-1] <= 2:
        return planes.repeat_interleave(2, dim=1).repeat_interleave(2, dim=2)
    near = interpolate(planes[:, None], scale_factor=2, mode="bilinear", align_corners=False)[:, 0]
    odd = torch.arange(near.shape[-1], device=planes.device) % 2
    return near.add_((8 - odd) / 16).floor_()


def _extended(planes: Tensor, *, rows: int, columns: int) -> Tensor:
    """Repeat the last row and column until the sides are whole multiples."""
    height, width = planes.shape[-2:]
    more = (0, -width % columns, 0, -height % rows)
    return pad(planes, more, mode="replicate") if any(more) else planes


def _coded(planes: Tensor, steps: Tensor) -> Tensor:
    """Quantise the cosine coefficients of 8×8 blocks.

    Args:
        planes: whole numbers in 0 to 255, float32, (N, H, W).
        steps: quantisation steps, float64, shape (N, 64).

    Returns:
        Whole numbers in 0 to 255, float32, (N, H, W), the sides extended to whole blocks.
    """
    planes = _extended(planes, rows=8, columns=8)
    transform = _transform(planes.device)
    steps = steps.reshape(-1, 1, 8, 8).repeat(1, 1, 1, planes.shape[-1] // 8)
    coefficients = _down(_along(planes.double().sub_(128), transform, 11), transform, 15)
    levels = coefficients.unflatten(1, (-1, 8)).div_(8 * steps)
    halves_away_from_zero = levels.abs().add_(0.5).floor_().copysign_(levels)
    coefficients = halves_away_from_zero.mul_(steps).flatten(1, 2)
    restored = _along(_down(coefficients, transform.T, 11), transform.T, 18)
    return restored.add_(128).clamp_(0, 255).float()


def _along(planes: Tensor, transform: Tensor, places: int) -> Tensor:
    """Transform every eight samples of a row, and round off binary places."""
    transformed = (planes.reshape(-1, 8) @ transform.T).reshape(planes.shape)
    return _whole(transformed.add_(1 << (places - 1)), places)


def _down(planes: Tensor, transform: Tensor, places: int) -> Tensor:
    """Transform every eight samples of a column, and round off binary places."""
    count, height, width = planes.shape
    transformed = (transform @ planes.reshape(-1, 8, width)).reshape(count, height, width)
    return _whole(transformed.add_(1 << (places - 1)), places)


def _transform(device: torch.device) -> Tensor:
    """``_COSINES`` in full: float64, (8, 8)."""
    left = torch.tensor(_COSINES, dtype=torch.float64, device=device)
    odd = torch.arange(8, device=device)[:, None] % 2
    return torch.cat((left, left.flip(1) * (1 - 2 * odd)), dim=1)


def _steps(table: Sequence[Sequence[int]], quality: Tensor) -> Tensor:
    """Quantisation steps at qualities (N, 1), 1 to 255: float64, shape (N, 64)."""
    percent = torch.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    scaled = torch.tensor(table, device=quality.device).flatten() * percent + 50
    return (scaled // 100).clamp(1, 255).double()
