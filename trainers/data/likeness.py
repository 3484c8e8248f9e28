"""What a picture looks like, in numbers that recompression hardly changes.

The whole of it is told by a small thumbnail, so that the picture is known again in any size. Parts
of it are told by what surrounds its salient points, so that a tile cut from it is known again, as
long as it was not resized.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import fft, ndimage

_THUMBNAIL = 16  # pixels a side
_FREQUENCIES = 12  # of a thumbnail, each way
_FLAT = 4.0  # a thumbnail's contrast, in grey levels, below which it says nothing

_BLUR = 2.0  # standard deviation, pixels
_APART = 25  # pixels; of two points within half of it, the more salient one counts
_SALIENT = 3.0  # grey levels
_STEP, _STEPS = 3, 8  # samples around a point: their distance, and how many there are each way
_REACH = _STEP * _STEPS
_SIGNS = 8  # frequencies of a point's surroundings, each way
_VAGUE = 0.004  # share of the strongest frequency's order below which signs are left to chance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likeness:
    """What a picture looks like.

    Attributes:
        whole: float32 (12, 12), frequencies of the whole, the finer the heavier, of length 1; zeros
            where the picture is flat.
        rows, columns: int64 (n,), where the salient points are.
        around: float32 (n, 8, 8), frequencies of their surroundings, whose signs count.
    """

    whole: NDArray[np.float32]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    around: NDArray[np.float32]


BLANK = Likeness(
    whole=np.zeros((_FREQUENCIES, _FREQUENCIES), dtype=np.float32),
    rows=np.zeros(0, dtype=np.int64),
    columns=np.zeros(0, dtype=np.int64),
    around=np.zeros((0, _SIGNS, _SIGNS), dtype=np.float32),
)
"""A picture without any detail, which is like no other."""


def likeness_of(pixels: NDArray[np.uint8]) -> Likeness:
    """What a picture looks like.

    Args:
        pixels: uint8 (H, W, 3), sRGB.
    """
    grey = Image.fromarray(pixels).convert("L")
    luma = np.asarray(grey, dtype=np.float32)
    rows, columns, blurred = _points(luma)
    around = _surroundings(blurred, rows, columns)
    clear = _is_clear(around)
    return Likeness(
        whole=_whole(grey), rows=rows[clear], columns=columns[clear], around=around[clear]
    )


def views(picture: Likeness) -> Iterator[Likeness]:
    """The picture and its mirror images and quarter turns, eight in all.

    Points of mirrored pictures are counted from the far side, so their places may be negative.
    """
    for one in (picture, _transposed(picture)):
        for other in (one, _flipped(one, axis=0)):
            yield from (other, _flipped(other, axis=1))


def _whole(grey: Image.Image) -> NDArray[np.float32]:
    small = grey.resize((_THUMBNAIL, _THUMBNAIL), Image.Resampling.BOX)
    thumbnail = np.asarray(small, dtype=np.float32)
    number = np.arange(_FREQUENCIES, dtype=np.float32)
    weights = np.hypot(number[:, None], number)  # coarse shades alone make any two skies alike
    found = _frequencies(thumbnail[None], _FREQUENCIES)[0] * weights
    length = np.linalg.norm(found)
    if length < _FLAT * _THUMBNAIL:
        return np.zeros_like(found)
    return found / length


def _points(
    luma: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Rows and columns where blobs stand out most, and the blurred picture."""
    blurred = np.asarray(ndimage.gaussian_filter(luma, _BLUR), dtype=np.float32)
    salience = np.abs(blurred - ndimage.gaussian_filter(blurred, 2 * _BLUR))
    chosen = (salience == ndimage.maximum_filter(salience, _APART)) & (salience > _SALIENT)
    inner = np.zeros_like(chosen)
    inner[_REACH:-_REACH, _REACH:-_REACH] = True
    rows, columns = np.nonzero(chosen & inner)
    return rows, columns, blurred


def _surroundings(
    blurred: NDArray[np.float32], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float32]:
    if not len(rows):
        return BLANK.around
    steps = np.arange(-_STEPS, _STEPS + 1) * _STEP
    patches = blurred[(rows[:, None] + steps)[:, :, None], (columns[:, None] + steps)[:, None, :]]
    found = _frequencies(patches, _SIGNS)
    found[:, 0, 0] = 0  # brightness
    return found


def _frequencies(pictures: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """The lowest frequencies, each way, of pictures of one size."""
    found = np.asarray(fft.dctn(pictures, axes=(1, 2), norm="ortho"), dtype=np.float32)
    return found[:, :most, :most].copy()


def _is_clear(around: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where signs mean something: at straight edges and in flat noise, most are left to chance."""
    sizes = np.abs(around).reshape(-1, _SIGNS * _SIGNS)
    lengths = np.sqrt((sizes**2).sum(1))
    return np.median(sizes, axis=1) > _VAGUE * lengths


def _transposed(picture: Likeness) -> Likeness:
    return Likeness(
        whole=picture.whole.T,
        rows=picture.columns,
        columns=picture.rows,
        around=picture.around.transpose(0, 2, 1),
    )


def _flipped(picture: Likeness, *, axis: int) -> Likeness:
    """Upside down (axis 0) or mirrored (axis 1): odd frequencies change their sign."""
    if axis == 1:
        return _transposed(_flipped(_transposed(picture), axis=0))
    odd = np.where(np.arange(_FREQUENCIES) % 2, np.float32(-1), np.float32(1))[:, None]
    return replace(
        picture,
        whole=picture.whole * odd,
        rows=-picture.rows,
        around=picture.around * odd[:_SIGNS],
    )
