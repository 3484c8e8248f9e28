import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.dilctl.shell import Shell


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Three images of sizes 70x50, 64x64 and 20x90, two of one stem, one in a sub-folder."""
    folder = tmp_path / "bilder ü"
    (folder / "sub").mkdir(parents=True)
    for number, (name, size) in enumerate(
        {"a.png": (70, 50), "a.bmp": (64, 64), "sub/c.png": (20, 90)}.items()
    ):
        _picture(size, number).save(folder / name)
    return folder


def _picture(size: tuple[int, int], seed: int) -> Image.Image:
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (size[1] // 4 + 1, size[0] // 4 + 1, 3), np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)


def _tiles(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in sorted(folder.rglob("*.png"))
    }


TILES = {
    *(f"a.png_r{r:03}_c{c:03}.png" for r in range(2) for c in range(3)),
    *(f"a.bmp_r{r:03}_c{c:03}.png" for r in range(3) for c in range(3)),
    *(f"sub/c_r{r:03}_c000.png" for r in range(4)),
}


def crop(shell: Shell, *words: object, code: int = 0) -> str:
    return shell("data", "crop", *map(str, words), "--patch", "20", "--workers", "1", code=code)


def test_as_many_tiles_as_fit_are_written_and_a_second_call_writes_none(
    shell: Shell, images: Path, tmp_path: Path
):
    tiles = tmp_path / "tiles"
    assert crop(shell, images, tiles) == f"19 tiles written to {tiles}\n"
    assert "3 images: 19 tiles of 20x20 pixels" in shell.result.stderr
    first = _tiles(tiles)
    assert set(first) == TILES
    assert "19 there already" in crop(shell, images, tiles)
    assert _tiles(tiles) == first


def test_only_what_is_missing_is_written(shell: Shell, images: Path, tmp_path: Path):
    tiles = tmp_path / "tiles"
    crop(shell, images, tiles)
    first = _tiles(tiles)
    (tiles / "sub/c_r002_c000.png").unlink()
    (tiles / "a.bmp_r001_c001.png").write_bytes(b"")  # as after a power cut
    (tiles / "sub/.dilctl-unfinished-1").write_bytes(b"half")  # as after a kill
    assert crop(shell, images, tiles).startswith("2 tiles written")
    again = _tiles(tiles)
    changed = {name for name in again if again[name] != first[name]}
    assert changed == {"sub/c_r002_c000.png", "a.bmp_r001_c001.png"}
    assert not (tiles / "sub/.dilctl-unfinished-1").exists()


def test_an_image_that_changed_is_cut_anew_and_its_old_tiles_go(
    shell: Shell, images: Path, tmp_path: Path
):
    tiles = tmp_path / "tiles"
    crop(shell, images, tiles)
    _picture((40, 25), 9).save(images / "a.bmp")
    (images / "sub/c.png").unlink()
    answer = json.loads(crop(shell, images, tiles, "--json"))
    assert (answer["tiles"], answer["written"], answer["gone"]) == (8, 2, ["sub/c.png"])
    left = {name for name in _tiles(tiles) if not name.startswith("sub/")}
    assert left == {name for name in TILES if name.startswith("a.png")} | {
        "a.bmp_r000_c000.png",
        "a.bmp_r000_c001.png",
    }


def test_an_interrupted_image_that_changes_meanwhile_keeps_no_old_tile(
    shell: Shell, images: Path, tmp_path: Path
):
    tiles = tmp_path / "tiles"
    crop(shell, images, tiles)
    record = tiles / ".dilctl-crop.jsonl"
    lines = record.read_text().splitlines(keepends=True)
    record.write_text("".join(lines[:-1]) + '{"name": "cut o')  # killed before c.png was done
    before = _tiles(tiles)
    assert "19 there already" in crop(shell, images, tiles)
    _picture((20, 90), 7).save(images / "sub/c.png")
    os.utime(images / "sub/c.png", ns=(0, 0))
    crop(shell, images, tiles)
    after = _tiles(tiles)
    assert {name for name in after if after[name] != before[name]} == {
        name for name in TILES if name.startswith("sub/")
    }


def test_unreadable_images_are_named_at_the_end_and_stop_nothing(
    shell: Shell, images: Path, tmp_path: Path
):
    (images / "bad\x1b.png").write_text("text")
    whole = (images / "a.png").read_bytes()
    (images / "cut.png").write_bytes(whole[: len(whole) // 2])
    said = crop(shell, images, tmp_path / "tiles", code=4)
    assert said.startswith("19 tiles written")
    errors = [line for line in shell.result.stderr.splitlines() if line.startswith("error: ")]
    assert ["bad␛.png" in errors[0], "cut.png" in errors[1]] == [True, True]
    assert len(errors) == 2


def test_a_dry_run_counts_and_writes_nothing(shell: Shell, images: Path, tmp_path: Path):
    target = tmp_path / "tiles"
    assert crop(shell, images, target, "--dry-run") == "3 images: 19 tiles of 20x20 pixels\n"
    assert not target.exists()


def test_files_of_somebody_else_are_never_overwritten(shell: Shell, images: Path, tmp_path: Path):
    foreign = tmp_path / "tiles" / "sub" / "c_r000_c000.png"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("mine")
    crop(shell, images, tmp_path / "tiles", code=2)
    assert "not written by this command" in shell.result.stderr
    assert foreign.read_text() == "mine"


@pytest.mark.parametrize("where", ["sub/tiles", ".", "..", "link"])
def test_tiles_never_lie_among_images(shell: Shell, images: Path, tmp_path: Path, where: str):
    (tmp_path / "link").symlink_to(images / "sub")
    target = tmp_path / "link" if where == "link" else images / where
    before = sorted(tmp_path.rglob("*"))
    crop(shell, images, target, code=2)
    assert "must lie apart" in shell.result.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_keeps_tiles_of_one_size_and_one_source(
    shell: Shell, images: Path, tmp_path: Path
):
    tiles = tmp_path / "tiles"
    crop(shell, images, tiles)
    shell("data", "crop", str(images), str(tiles), "--patch", "16", code=2)
    assert "holds tiles of 20 pixels, not 16" in shell.result.stderr
    crop(shell, "bundled", tiles, code=2)
    assert f"holds tiles of {images}" in shell.result.stderr


def test_a_wrong_path_makes_no_folder(shell: Shell, tmp_path: Path):
    crop(shell, tmp_path / "none", tmp_path / "tiles", code=4)
    assert not (tmp_path / "tiles").exists()


@pytest.mark.slow
def test_processes_write_what_one_process_writes(shell: Shell, images: Path, tmp_path: Path):
    crop(shell, images, tmp_path / "one")
    words = ("data", "crop", str(images), str(tmp_path / "two"), "--patch", "20", "--workers", "2")
    shell(*words)
    contents = [
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.png")}
        for name in ("one", "two")
    ]
    assert contents[0] == contents[1]


def test_packed_images_are_those_that_a_run_opens(shell: Shell, images: Path):
    told = shell("data", "pack", str(images))
    assert told.startswith("bilder ü: 3 images, 28")
    place = Path(told.strip().rsplit(": ", 1)[1])
    assert place.parent == shell.home / "packed"
    again = shell("data", "pack", str(images), "--verify")
    assert "decoded before and found whole" in again


def test_what_differs_from_the_last_packing_is_named(shell: Shell, images: Path):
    shell("data", "pack", str(images))
    (images / "a.bmp").rename(images / "d.bmp")
    shell("data", "pack", str(images), "--json")
    assert json.loads(shell.result.stdout)[0]["changes"]["changed"] == []
    assert f"added since: {images / 'd.bmp'}" in shell.result.stderr
    assert f"removed since: {images / 'a.bmp'}" in shell.result.stderr


def test_damaged_pixels_are_found_by_hashing_and_made_anew(shell: Shell, images: Path):
    shell("data", "pack", str(images))
    (pixels,) = shell.home.glob("packed/*/pixels.bin")
    whole = pixels.read_bytes()
    pixels.write_bytes(bytes(len(whole)))
    shell("data", "pack", str(images), "--verify")
    assert "were damaged; they were decoded anew" in shell.result.stderr
    assert pixels.read_bytes() == whole


def _check(shell: Shell, *words: str, code: int) -> str:
    return shell("data", "check", "denoise-small", *words, code=code)


def test_absent_data_is_said_with_where_to_get_it(shell: Shell):
    said = _check(shell, "--set", 'data.test=["bundled", "CBSD68"]', "--quick", code=1)
    assert "absent" in said
    assert "https://www2.eecs.berkeley.edu" in said


def test_what_is_there_is_counted_and_measured(shell: Shell):
    answer = json.loads(_check(shell, "--quick", "--json", code=0))
    train = answer["folders"][0]
    assert (train["role"], train["named"], train["images"]) == ("train", "bundled", 8)
    assert (train["smallest"], train["largest"]) == ("512x512", "1411x1411")
    assert (answer["faults"], answer["compared"]) == ([], False)


def test_small_and_unreadable_images_are_named(shell: Shell, images: Path):
    (images / "bad.png").write_text("text")
    words = ("--set", f"data.train={images}", "--set", "train.patch=32", "--quick")
    assert "2 unusable" in _check(shell, *words, code=1)
    assert "c.png: 20x90 pixels are too few; at least 32" in shell.result.stderr
    assert "bad.png: is not a PNG" in shell.result.stderr


def test_test_images_that_are_trained_on_or_leave_too_little_inside_a_border_are_named(
    shell: Shell, images: Path
):
    words = ("--set", f"data.train={images}", "--set", f"data.test={images}", "--quick")
    _check(shell, *words, "--set", "train.patch=16", "--set", "evaluate.border=27", code=1)
    assert "a.png: 70x50 pixels are too few; at least 65" in shell.result.stderr
    assert f"{images} would be trained on: 2 of its images" in shell.result.stderr


def test_a_test_image_whose_tile_is_trained_on_is_found(shell: Shell, tmp_path: Path):
    for folder in ("train", "test"):
        (tmp_path / folder).mkdir()
    shared = _picture((200, 180), 1)
    shared.save(tmp_path / "test" / "x.png")
    _picture((200, 180), 2).save(tmp_path / "test" / "y.png")
    shared.crop((10, 10, 180, 170)).save(tmp_path / "train" / "tile.jpg", quality=70)
    _picture((200, 180), 3).save(tmp_path / "train" / "z.png")
    words = [f"data.{folder}={tmp_path / folder}" for folder in ("train", "test")]
    arguments = [part for word in words for part in ("--set", word)]
    answer = json.loads(_check(shell, *arguments, "--json", code=1))
    assert answer["shared"] == [
        {"test": str(tmp_path / "test/x.png"), "training": [str(tmp_path / "train/tile.jpg")]}
    ]


def test_data_sets_are_listed_by_any_of_their_names(shell: Shell):
    assert shell("data", "list", "b100").startswith("BSD100\n")
    assert len(json.loads(shell("data", "list", "--json"))) > 25
    assert "no known data set" in shell.error("data", "list", "none", code=6)
