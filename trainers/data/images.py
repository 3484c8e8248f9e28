"""Image files and arrays of 8-bit RGB: what is read exactly, and what is refused in a sentence."""

import contextlib
import stat
import struct
import threading
import uuid
import warnings
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from trainers.errors import DataError

MEGAPIXELS = 256
"""Largest image that is read, in units of a million pixels."""

_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "PPM")
_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA")
_TURNED = (5, 6, 7, 8)  # values of EXIF's orientation that exchange width and height

# What Pillow lets through on a damaged file, besides OSError: the errors that its own opener looks
# out for, and those that files spoilt at random brought up.
_DAMAGE = (SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageInfo:
    """What the header of an image file says.

    Attributes:
        width, height: pixels, as the image is seen (EXIF's orientation applied).
    """

    width: int
    height: int


def probe(path: Path) -> ImageInfo:
    """The size of an image, from its header alone.

    Raises:
        DataError: the header already tells that ``read_rgb`` would refuse the file.
    """
    with opened(path) as image:
        width, height = image.size
        if _orientation(image) in _TURNED:
            width, height = height, width
        return ImageInfo(width=width, height=height)


def read_rgb(path: Path) -> NDArray[np.uint8]:
    """The pixels of an image, bit-exact, upright; grey and palette become RGB.

    Returns:
        uint8 (H, W, 3), sRGB, 0 to 255.

    Raises:
        DataError: the file is missing, unreadable, damaged, not an image, deeper than 8 bits a
            channel, partly transparent, in other colours than grey or RGB, or too large.
    """
    with opened(path) as image:
        image.load()
        upright = ImageOps.exif_transpose(image)
        if upright.has_transparency_data:
            upright = _opaque(path, upright)
        return np.array(upright.convert("RGB"))


def fault_of(path: Path) -> str | None:
    """Why ``read_rgb`` refuses a file, in a sentence; None if it does not."""
    try:
        read_rgb(path)
    except DataError as error:
        return str(error)
    return None


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Writes an image whole or not at all.

    Args:
        path: where to; its folder exists; what stands there is replaced.
        pixels: uint8 (H, W, 3) or (H, W).

    Raises:
        OSError: the folder is not writable or the disk is full; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        Image.fromarray(pixels).save(beside, format="PNG")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class _Quiet:
    """Keeps Pillow from warning and from judging sizes while at least one thread reads.

    Both are process-wide switches, so entering and leaving is counted under a lock. The size is
    judged here instead, by ``MEGAPIXELS`` and in words.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers = 0
        self._restore = contextlib.ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            if self._readers == 0:
                self._restore.enter_context(warnings.catch_warnings())
                warnings.simplefilter("ignore")
                self._restore.callback(setattr, Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
                Image.MAX_IMAGE_PIXELS = None
            self._readers += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._readers -= 1
            if self._readers == 0:
                self._restore.close()


_QUIET = _Quiet()


@contextlib.contextmanager
def opened(path: Path) -> Generator[Image.Image]:
    """An image whose header was read and judged; faults of the file, then or later, in words."""
    try:
        _refuse_special(path)
        with _QUIET, path.open("rb") as file, Image.open(file, formats=_FORMATS) as image:
            _judge(path, image)
            yield image
    except UnidentifiedImageError as error:
        raise _unidentified(path) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    except _DAMAGE as error:
        raise _damaged(path, error) from error


def _refuse_special(path: Path) -> None:
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # opening a pipe would wait for a writer
        raise DataError(f"{path}: is a pipe or a device, not an image file; remove it")


def _judge(path: Path, image: Image.Image) -> None:
    width, height = image.size
    if width * height > MEGAPIXELS * 1_000_000:
        raise DataError(
            f"{path}: has {width} × {height} pixels, more than {MEGAPIXELS} million; "
            "cut it into smaller images"
        )
    if _is_deep(image):
        raise DataError(f"{path}: has more than 8 bits a channel; convert it to 8-bit RGB")
    if image.mode not in _MODES:
        raise DataError(f"{path}: holds {image.mode} colours; convert it to 8-bit RGB")


def _is_deep(image: Image.Image) -> bool:
    """Whether a channel has more than 8 bits, which Pillow may cut to 8 without a word."""
    if image.mode.startswith(("I", "F")):
        return True
    told = getattr(image, "tile", None)
    arguments = told[0].args if told else ()
    match image.format, arguments:
        case "PPM", (_, int(largest)):
            return largest > 255
        case "PNG" | "TIFF", str(raw) | (str(raw), *_):
            return ";16" in raw
        case _:
            return False


def _orientation(image: Image.Image) -> int:
    """EXIF's orientation, 1 to 8, if it still has to be applied to the size."""
    if image.format == "TIFF":
        return 1  # Pillow applies it while it reads the header
    # The plain method: the one of PNG would decode the image to look for EXIF behind the pixels.
    return Image.Image.getexif(image).get(ExifTags.Base.Orientation, 1)


def _opaque(path: Path, image: Image.Image) -> Image.Image:
    with_alpha = image.convert("RGBA")
    least, _ = with_alpha.getchannel("A").getextrema()
    if least != 255:
        raise DataError(f"{path}: is partly transparent; flatten it onto a background")
    return with_alpha


def _unidentified(path: Path) -> DataError:
    if path.stat().st_size == 0:
        return DataError(f"{path}: is empty (0 bytes); fetch it again or remove it")
    return DataError(
        f"{path}: is not a PNG, JPEG, WebP, BMP, TIFF or PPM image, or is damaged at its start; "
        "fetch it again or remove it"
    )


def _unreadable(path: Path, error: OSError) -> DataError:
    match error:
        case FileNotFoundError():
            return DataError(f"{path}: is not there; correct the path")
        case PermissionError():
            return DataError(f"{path}: may not be read; change its permissions")
        case IsADirectoryError():
            return DataError(f"{path}: is a folder; name an image file")
        case _ if error.errno is not None:
            return DataError(f"{path}: cannot be read ({error.strerror}); check the disk")
        case _:
            return _damaged(path, error)


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(f"{path}: is cut short or damaged ({error}); fetch it again or remove it")
