from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from tests.trainers.data_fixtures import noise, raw_png
from trainers.data.pictures import Picture, read_picture, refuse_unfit, write_picture
from trainers.errors import DataError

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LOSSLESS = ("png", "webp", "tif")
WIDTH, HEIGHT = 24, 16


def photograph(orientation: int = 1) -> bytes:
    """EXIF of a photograph, as a camera writes it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Maker"
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.ExifImageWidth: WIDTH,
        ExifTags.Base.ExifImageHeight: HEIGHT,
        ExifTags.Base.DateTimeOriginal: "2020:01:01 00:00:00",
    }
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N"}
    return exif.tobytes()


def saved(path: Path, mode: str = "RGB", **settings: Any) -> Path:
    Image.fromarray(noise(HEIGHT, WIDTH)).convert(mode).save(path, **settings)
    return path


def copied(path: Path, name: str) -> Path:
    write_picture(path.with_name(name), read_picture(path), beside=".new")
    assert not path.with_name(".new").exists()
    return path.with_name(name)


@pytest.mark.parametrize("ending", ["png", "webp", "tif", "jpg"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photograph_is_seen_as_before(tmp_path: Path, ending: str, orientation: int):
    path = saved(
        tmp_path / f"a.{ending}",
        exif=photograph(orientation),
        **({"lossless": True} if ending == "webp" else {}),
    )
    before, after = read_picture(path), read_picture(copied(path, f"b.{ending}"))
    assert before.size == ((HEIGHT, WIDTH) if orientation < 5 else (WIDTH, HEIGHT))
    assert after.size == before.size
    if ending in LOSSLESS:
        assert np.array_equal(after.colours, before.colours)
    with Image.open(tmp_path / f"b.{ending}") as image:
        assert image.getexif().get(ExifTags.Base.Orientation, 1) == 1


@pytest.mark.parametrize("ending", ["png", "webp", "tif", "jpg"])
def test_what_the_camera_told_is_kept_with_the_profile_and_the_density(tmp_path: Path, ending: str):
    path = saved(
        tmp_path / f"a.{ending}", exif=photograph(6), icc_profile=PROFILE, dpi=(300.0, 300.0)
    )
    with Image.open(copied(path, f"b.{ending}")) as image:
        exif = image.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        assert exif[ExifTags.Base.Make] == "Maker"
        assert inner[ExifTags.Base.DateTimeOriginal] == "2020:01:01 00:00:00"
        assert exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] == "N"
        assert (inner[ExifTags.Base.ExifImageWidth], inner[ExifTags.Base.ExifImageHeight]) == (
            image.size
        )
        assert image.info["icc_profile"] == PROFILE
        if ending != "webp":
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_an_enlarged_photograph_says_its_new_size(tmp_path: Path):
    picture = read_picture(saved(tmp_path / "a.jpg", exif=photograph()))
    larger = replace(picture, colours=np.zeros((4 * HEIGHT, 4 * WIDTH, 3), np.uint8))
    write_picture(tmp_path / "b.jpg", larger, beside=".new")
    with Image.open(tmp_path / "b.jpg") as image:
        told = image.getexif().get_ifd(ExifTags.IFD.Exif)
        assert told[ExifTags.Base.ExifImageWidth] == 4 * WIDTH


@pytest.mark.parametrize("ending", ["png", "tif", "bmp", "jpg"])
def test_grey_stays_grey(tmp_path: Path, ending: str):
    with Image.open(copied(saved(tmp_path / f"a.{ending}", "L"), f"b.{ending}")) as image:
        assert image.mode == "L"


@pytest.mark.parametrize(
    ("ending", "mode"),
    [("png", "LA"), ("png", "RGBA"), ("tif", "LA"), ("tif", "RGBA"), ("webp", "RGBA")],
)
def test_transparency_is_kept(tmp_path: Path, ending: str, mode: str):
    colours = Image.fromarray(noise(HEIGHT, WIDTH)).convert(mode)
    colours.putalpha(Image.fromarray(noise(HEIGHT, WIDTH, seed=1)[..., 0]))
    lossless = {"lossless": True, "exact": True} if ending == "webp" else {}
    colours.save(tmp_path / f"a.{ending}", **lossless)
    with Image.open(copied(tmp_path / f"a.{ending}", f"b.{ending}")) as image:
        assert image.mode == mode
        assert np.array_equal(np.array(image), np.array(colours))


def test_a_palette_with_transparency_keeps_it(tmp_path: Path):
    palette = Image.fromarray(noise(HEIGHT, WIDTH)).quantize(8)
    palette.save(tmp_path / "a.png", transparency=3)
    with Image.open(copied(tmp_path / "a.png", "b.png")) as image:
        expected = np.where(np.array(palette) == 3, 0, 255)
        assert np.array_equal(np.array(image.getchannel("A")), expected)


def test_garbled_exif_is_dropped_and_the_picture_kept(tmp_path: Path):
    path = saved(tmp_path / "a.jpg", exif=photograph()[:40] + b"\xff" * 30)
    assert read_picture(path).size == (HEIGHT, WIDTH)
    assert read_picture(copied(path, "b.jpg")).size == (HEIGHT, WIDTH)


def test_several_pictures_in_a_file_are_refused(tmp_path: Path):
    frames = [Image.fromarray(noise(8, 8, seed=seed)) for seed in range(3)]
    for ending in ("tif", "png", "webp"):
        path = tmp_path / f"a.{ending}"
        frames[0].save(path, save_all=True, append_images=frames[1:])
        with pytest.raises(DataError, match="holds 3 pictures; save each in a file of its own"):
            read_picture(path)


def test_more_than_8_bits_are_refused_rather_than_lost(tmp_path: Path):
    rows = bytes([0, *([1] * 12)]) * 2
    path = raw_png(tmp_path / "a.png", width=2, height=2, depth=16, colour=2, rows=rows)
    with pytest.raises(DataError, match="more than 8 bits a channel"):
        read_picture(path)


@pytest.mark.parametrize(
    ("name", "picture", "words"),
    [
        ("a.jpg", Picture(colours=noise(2, 2), alpha=noise(2, 2)[..., 0]), "no transparency"),
        ("a.webp", Picture(colours=noise(1, 5000)), "at most 16,383 pixels a side, not 20,000"),
        ("a.gif", Picture(colours=noise(2, 2)), "its ending names no format"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_before_the_work(
    name: str, picture: Picture, words: str
):
    with pytest.raises(DataError, match=words):
        refuse_unfit(Path(name), picture, scale=4)


def test_a_picture_that_cannot_be_written_leaves_nothing(tmp_path: Path):
    picture = Picture(colours=noise(1, 70_000))
    with pytest.raises(DataError, match="cannot be written as JPEG"):
        write_picture(tmp_path / "a.jpg", picture, beside=".new")
    with pytest.raises(FileNotFoundError):
        write_picture(tmp_path / "none" / "a.png", picture, beside=".new")
    assert list(tmp_path.iterdir()) == []
