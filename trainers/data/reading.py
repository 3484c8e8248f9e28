"""The pixels of an image file, or of the part of a file that is an image of its own.

``ImageFile.part`` names the part: empty for the whole; ``left`` or ``right`` half of a file that
holds two images side by side; or a region of an array in a MATLAB file, as ``matlab.Region``
writes it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainers.data.images import ImageInfo, probe, read_rgb
from trainers.data.matlab import Region, read_region, shape_of
from trainers.data.sources import ImageFile
from trainers.errors import DataError


def read(file: ImageFile) -> NDArray[np.uint8]:
    """The pixels: uint8 (H, W, 3), sRGB.

    Raises:
        DataError: they cannot be read, or are no 8-bit RGB.
    """
    match file.part:
        case "":
            return read_rgb(file.path)
        case "left" | "right":
            pixels = read_rgb(file.path)
            half = _half(file, pixels.shape[1])
            return (pixels[:, :half] if file.part == "left" else pixels[:, half:]).copy()
        case _:
            pixels = _region(file)
            return pixels if pixels.dtype == np.uint8 else np.rint(pixels * 255).astype(np.uint8)


def read_unrounded(file: ImageFile) -> NDArray[np.float32]:
    """The pixels as they are stored, where that is finer than 8 bits: float32 (H, W, 3) in [0, 1].

    Raises:
        DataError: they cannot be read, or are no RGB.
    """
    pixels = _region(file) if _is_region(file) else read(file)
    largest = np.float32(255 if pixels.dtype == np.uint8 else 1)
    return pixels.astype(np.float32) / largest


def size_of(file: ImageFile) -> ImageInfo:
    """The size, from the header alone.

    Raises:
        DataError: the header already tells that ``read`` would refuse the file.
    """
    if _is_region(file):
        region = Region.parse(file.part)
        height, width, _ = _image_shape(file, region)
        return ImageInfo(width=width, height=height)
    whole = probe(file.path)
    if file.part:
        return ImageInfo(width=_half(file, whole.width), height=whole.height)
    return whole


def _is_region(file: ImageFile) -> bool:
    return file.part not in ("", "left", "right")


def _half(file: ImageFile, width: int) -> int:
    if width % 2:
        raise DataError(
            f"{file.path}: is {width} pixels wide, so it does not hold two images side by side; "
            "remove it or rename its folder"
        )
    return width // 2


def _region(file: ImageFile) -> NDArray[Any]:
    """(H, W, 3) of uint8, or of numbers in [0, 1]."""
    region = Region.parse(file.part)
    _image_shape(file, region)
    pixels = read_region(file.path, region)
    if pixels.dtype == np.uint8:
        return pixels
    if not np.issubdtype(pixels.dtype, np.floating):
        raise DataError(f"{file.path}: {region} holds {pixels.dtype}; make it uint8 or single")
    # A comparison with what is not a number is false.
    if not (pixels.min() >= 0 and pixels.max() <= 1):
        raise DataError(f"{file.path}: {region} leaves the range from 0 to 1; fetch it again")
    return pixels


def _image_shape(file: ImageFile, region: Region) -> tuple[int, int, int]:
    """Height, width and channels of a region, if it is an image."""
    shape = shape_of(file.path, region.variable)
    kept = [axis[1] - axis[0] for axis in region.index if not isinstance(axis, int)] + list(
        shape[len(region.index) :]
    )
    match kept:
        case [int(height), int(width), 3] if height > 0 and width > 0:
            return height, width, 3
        case _:
            raise DataError(f"{file.path}: {region} is no RGB image; fetch it again")
