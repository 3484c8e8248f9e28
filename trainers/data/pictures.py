"""Picture files whose colours are replaced while the rest of what they are is kept."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from trainers.data.images import opened
from trainers.errors import DataError

Format = Literal["PNG", "JPEG", "WEBP", "TIFF", "BMP", "PPM"]

SUFFIXES: Mapping[str, Format] = MappingProxyType(
    {
        ".png": "PNG",
        ".jpg": "JPEG",
        ".jpeg": "JPEG",
        ".webp": "WEBP",
        ".tif": "TIFF",
        ".tiff": "TIFF",
        ".bmp": "BMP",
        ".ppm": "PPM",
    }
)
"""What a file is written as, by the ending of its name in small letters."""

QUALITY = 95
"""Of a JPEG that is written, 1 to 100; its colours are as fine as its brightness (4:4:4)."""

_OPAQUE = ("JPEG", "BMP", "PPM")  # Pillow reads no BMP's transparency
_LONGEST_SIDE = {"JPEG": 65_535, "WEBP": 16_383}
_LONGEST_EXIF = 65_533  # bytes in a segment of a JPEG
_LARGEST_DENSITY = 65_535

# What EXIF tells of the photograph. What it tells of the layout of the file it was read from, such
# as strips and thumbnails, is void; so is the orientation, since the pixels are upright.
_TOLD = (
    ExifTags.Base.ImageDescription,
    ExifTags.Base.Make,
    ExifTags.Base.Model,
    ExifTags.Base.Software,
    ExifTags.Base.DateTime,
    ExifTags.Base.Artist,
    ExifTags.Base.HostComputer,
    ExifTags.Base.Rating,
    ExifTags.Base.RatingPercent,
    ExifTags.Base.Copyright,
    ExifTags.Base.XPTitle,
    ExifTags.Base.XPComment,
    ExifTags.Base.XPAuthor,
    ExifTags.Base.XPKeywords,
    ExifTags.Base.XPSubject,
)
_FOLDERS = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)
_SIZES = (ExifTags.Base.ExifImageWidth, ExifTags.Base.ExifImageHeight)

# What Pillow lets through where EXIF is garbled, and where a format cannot hold a picture.
_GARBLED = (OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, struct.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture, upright.

    Attributes:
        colours: uint8, (H, W, 3); of a grey picture (H, W).
        alpha: uint8, (H, W); None where every pixel is opaque for good.
        profile: the colour profile (ICC) that the colours are meant in; None for sRGB.
        exif: what the camera told, empty for nothing.
        density: dots per inch, across and down, where the file says so.
    """

    colours: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None = None
    profile: bytes | None = None
    exif: bytes = b""
    density: tuple[float, float] | None = None

    @property
    def is_grey(self) -> bool:
        """Whether it holds no colours."""
        return self.colours.ndim == 2

    @property
    def size(self) -> tuple[int, int]:
        """Height and width, in pixels."""
        height, width = self.colours.shape[:2]
        return height, width


def read_picture(path: Path) -> Picture:
    """A picture with all that can be kept of it.

    Raises:
        DataError: the file is missing, unreadable, damaged, not an image, deeper than 8 bits a
            channel, in other colours than grey or RGB, too large, or holds several pictures.
    """
    with opened(path) as image:
        _refuse_several(path, image)
        image.load()
        exif = _exif_of(image)
        upright = ImageOps.exif_transpose(image)
        is_grey = upright.mode in ("1", "L", "LA")
        alpha = None
        if upright.has_transparency_data:
            upright = upright.convert("LA" if is_grey else "RGBA")
            alpha = np.array(upright.getchannel("A"))
        return Picture(
            colours=np.array(upright.convert("L" if is_grey else "RGB")),
            alpha=alpha,
            profile=image.info.get("icc_profile") or None,
            exif=exif,
            density=_density_of(image),
        )


def format_of(path: Path) -> Format:
    """What a file of this name is written as.

    Raises:
        DataError: its ending names no format.
    """
    known = SUFFIXES.get(path.suffix.lower())
    if known is None:
        raise DataError(
            f"{path}: its ending names no format to write; end it in {', '.join(SUFFIXES)}"
        )
    return known


def refuse_unfit(path: Path, picture: Picture, *, scale: int = 1) -> None:
    """Make sure that a file's format can hold a picture once that is restored.

    Args:
        path: the file that is to be written.
        picture: the picture as it was read.
        scale: how many times larger it becomes.

    Raises:
        DataError: it cannot.
    """
    wanted = format_of(path)
    if picture.alpha is not None and wanted in _OPAQUE:
        raise DataError(f"{path}: {wanted} holds no transparency; write a PNG with --format png")
    most = _LONGEST_SIDE.get(wanted)
    longest = scale * max(picture.size)
    if most is not None and longest > most:
        raise DataError(
            f"{path}: {wanted} holds at most {most:,} pixels a side, not {longest:,}; "
            "write a PNG with --format png"
        )


def write_picture(path: Path, picture: Picture, *, beside: str, quality: int = QUALITY) -> None:
    """Write a picture whole or not at all, in the format that the ending of its name says.

    Args:
        path: where to; its folder exists; what stands there is replaced.
        picture: what to write.
        beside: name of the file in the same folder that it is first written to.
        quality: of a JPEG, 1 to 100.

    Raises:
        DataError: the format cannot hold it.
        OSError: the folder is not writable or the disk is full; nothing is left behind.
    """
    place, wanted = path.with_name(beside), format_of(path)
    image = _image_of(picture, wanted)
    settings = _told(picture, wanted) | _manner(picture, wanted, quality)
    try:
        _save(image, path, place, wanted, settings)
        place.replace(path)
    finally:
        place.unlink(missing_ok=True)


def _save(
    image: Image.Image, path: Path, place: Path, wanted: Format, settings: Mapping[str, Any]
) -> None:
    try:
        image.save(place, format=wanted, **settings)
    except _GARBLED as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the system, not of the picture
        raise DataError(
            f"{path}: cannot be written as {wanted} ({error}); choose another format"
        ) from error


def _image_of(picture: Picture, wanted: Format) -> Image.Image:
    image = Image.fromarray(picture.colours)
    if picture.alpha is not None:
        if picture.is_grey and wanted == "WEBP":  # which has no grey with transparency
            image = image.convert("RGB")
        image.putalpha(Image.fromarray(picture.alpha))
    return image


def _manner(picture: Picture, wanted: Format, quality: int) -> dict[str, Any]:
    match wanted:
        case "JPEG":
            return {"quality": quality, "subsampling": "4:4:4"}
        case "WEBP":
            return {"lossless": True, "exact": True}
        case "TIFF" if not picture.exif:  # Pillow's compressed TIFFs lose what the camera told
            return {"compression": "tiff_adobe_deflate"}
        case _:
            return {}


def _told(picture: Picture, wanted: Format) -> dict[str, Any]:
    """What is told of the picture beside its pixels, as far as the format has a place for it."""
    told: dict[str, Any] = {}
    exif = _with_size(picture)
    if exif and not (wanted == "JPEG" and len(exif) > _LONGEST_EXIF):
        told["exif"] = exif
    if picture.profile is not None:
        told["icc_profile"] = picture.profile
    if picture.density is not None:
        told["dpi"] = picture.density
    return told


def _refuse_several(path: Path, image: Image.Image) -> None:
    # A phone's JPEG may hold a second picture, of depth or brightness; the first is the photograph.
    count = getattr(image, "n_frames", 1)
    if count > 1 and image.format in ("PNG", "WEBP", "TIFF"):
        raise DataError(f"{path}: holds {count} pictures; save each in a file of its own")


def _exif_of(image: Image.Image) -> bytes:
    """What EXIF tells of the photograph, none of it where it is garbled."""
    told = Image.Exif()
    try:
        found = image.getexif()
        for tag in _TOLD:
            if tag in found:
                told[tag] = found[tag]
        for folder in _FOLDERS:
            if inner := found.get_ifd(folder):
                told[folder] = dict(inner)
        return told.tobytes() if len(told) else b""
    except _GARBLED:
        return b""


def _with_size(picture: Picture) -> bytes:
    """The picture's EXIF, in which the size, where it is told, is the picture's own."""
    exif = Image.Exif()
    exif.load(picture.exif)
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    height, width = picture.size
    if not any(tag in inner for tag in _SIZES):
        return picture.exif
    for tag, length in zip(_SIZES, (width, height), strict=True):
        inner[tag] = length
    return exif.tobytes()


def _density_of(image: Image.Image) -> tuple[float, float] | None:
    match image.info.get("dpi"):
        case (across, down):
            density = float(across), float(down)
            return density if all(1 <= each <= _LARGEST_DENSITY for each in density) else None
        case _:
            return None
