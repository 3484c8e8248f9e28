import os
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from tests.trainers.data_fixtures import noise, png, raw_png
from trainers.data.images import ImageInfo, probe, read_rgb, write_png
from trainers.errors import DataError


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "ppm", "webp"])
def test_lossless_files_come_back_bit_for_bit(tmp_path: Path, suffix: str) -> None:
    pixels = noise(7, 11)
    path = tmp_path / f"image.{suffix}"
    Image.fromarray(pixels).save(path, lossless=True)
    assert np.array_equal(read_rgb(path), pixels)
    assert probe(path) == ImageInfo(width=11, height=7)


def test_grey_becomes_three_equal_channels(tmp_path: Path) -> None:
    grey = noise(5, 6)[:, :, 0]
    Image.fromarray(grey).save(tmp_path / "grey.png")
    assert np.array_equal(read_rgb(tmp_path / "grey.png"), np.stack([grey] * 3, axis=2))


def test_a_palette_becomes_its_colours(tmp_path: Path) -> None:
    palette = Image.fromarray(noise(8, 8)).quantize(16)
    palette.save(tmp_path / "palette.png")
    assert np.array_equal(read_rgb(tmp_path / "palette.png"), np.array(palette.convert("RGB")))


def test_an_opaque_alpha_channel_is_dropped(tmp_path: Path) -> None:
    pixels = noise(5, 6)
    opaque = np.concatenate([pixels, np.full((5, 6, 1), 255, np.uint8)], axis=2)
    Image.fromarray(opaque).save(tmp_path / "opaque.png")
    assert np.array_equal(read_rgb(tmp_path / "opaque.png"), pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_exif_orientation_is_applied_to_pixels_and_to_the_probed_size(
    tmp_path: Path, suffix: str, orientation: int
) -> None:
    pixels = noise(4, 6)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    path = tmp_path / f"turned.{suffix}"
    Image.fromarray(pixels).save(path, exif=exif)
    # Where row 0 and column 0 of the file belong, by the EXIF standard.
    upright = {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.transpose(1, 0, 2),
        6: np.rot90(pixels, -1),
        7: np.rot90(pixels, 2).transpose(1, 0, 2),
        8: np.rot90(pixels, 1),
    }[orientation]
    read = read_rgb(path)
    assert np.array_equal(read, upright)
    assert probe(path) == ImageInfo(width=read.shape[1], height=read.shape[0])


def _transparent(path: Path) -> None:
    Image.new("RGBA", (4, 4), (1, 2, 3, 254)).save(path)


def _colour_key(path: Path) -> None:
    Image.new("RGB", (4, 4), (1, 2, 3)).save(path, transparency=(1, 2, 3))


def _deep_grey(path: Path) -> None:
    Image.fromarray(np.full((4, 4), 300, np.uint16)).save(path)


def _deep_rgb(path: Path) -> None:
    raw_png(path, width=2, height=2, depth=16, colour=2, rows=(b"\0" + bytes(12)) * 2)


def _deep_tiff(path: Path) -> None:
    Image.fromarray(np.zeros((4, 4), np.float32)).save(path, format="TIFF")


def _deep_ppm(path: Path) -> None:
    path.write_bytes(b"P6 2 2 65535\n" + bytes(24))


def _cmyk(path: Path) -> None:
    Image.new("CMYK", (4, 4)).save(path, format="JPEG")


def _cut(path: Path) -> None:
    png(path, noise(40, 40))
    path.write_bytes(path.read_bytes()[:-900])


def _text(path: Path) -> None:
    path.write_text("not an image")


def _enormous(path: Path) -> None:
    raw_png(path, width=30_000, height=30_000, depth=8, colour=2, rows=b"")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_transparent, "partly transparent; flatten it"),
        (_colour_key, "partly transparent; flatten it"),
        (_deep_grey, "more than 8 bits a channel; convert it"),
        (_deep_rgb, "more than 8 bits a channel; convert it"),
        (_deep_tiff, "more than 8 bits a channel; convert it"),
        (_deep_ppm, "more than 8 bits a channel; convert it"),
        (_cmyk, "holds CMYK colours; convert it"),
        (_cut, "cut short or damaged"),
        (_text, "is not a PNG, JPEG, WebP, BMP, TIFF or PPM image"),
        (Path.touch, r"is empty \(0 bytes\)"),
        (Path.mkdir, "is a folder; name an image file"),
        (_enormous, "30000 × 30000 pixels, more than 256 million; cut it"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "bad.png"
    make(path)
    with pytest.raises(DataError, match=words) as refusal:
        read_rgb(path)
    assert str(refusal.value).startswith(f"{path}: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("make", [_deep_rgb, _enormous, _text, _cmyk])
def test_what_the_header_tells_is_refused_without_decoding(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "bad.png")
    with pytest.raises(DataError):
        probe(tmp_path / "bad.png")


def test_an_image_beyond_pillows_limit_and_within_ours_is_accepted(tmp_path: Path) -> None:
    path = raw_png(tmp_path / "x.png", width=16_000, height=16_000, depth=8, colour=2, rows=b"")
    assert probe(path) == ImageInfo(width=16_000, height=16_000)


def test_reading_leaves_pillows_guard_and_the_warnings_as_they_were(tmp_path: Path) -> None:
    file = png(tmp_path / "x.png", noise(4, 4))
    guard, filters = Image.MAX_IMAGE_PIXELS, list(warnings.filters)
    readers = [threading.Thread(target=read_rgb, args=(file.path,)) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert guard is not None
    assert guard == Image.MAX_IMAGE_PIXELS
    assert filters == list(warnings.filters)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not there"):
        read_rgb(tmp_path / "absent.png")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    file = png(tmp_path / "secret.png", noise(4, 4))
    file.path.chmod(0)
    with pytest.raises(DataError, match="may not be read; change its permissions"):
        read_rgb(file.path)


def test_a_written_png_reads_back_and_nothing_else_is_left(tmp_path: Path) -> None:
    pixels = noise(5, 9)
    write_png(tmp_path / "restored.png", noise(3, 3))
    write_png(tmp_path / "restored.png", pixels)
    assert np.array_equal(read_rgb(tmp_path / "restored.png"), pixels)
    assert [path.name for path in tmp_path.iterdir()] == ["restored.png"]
