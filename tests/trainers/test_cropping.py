import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.trainers.data_fixtures import noise, png
from trainers.data.cropping import UNFINISHED, Cut, Grid, cut, labels
from trainers.data.images import ImageInfo
from trainers.errors import NoSpaceError

PARTS = (("", "b/"), ("a", "b"), ("", ".jpg"), (".jpg", ".png"))
NAMES = st.lists(st.tuples(*map(st.sampled_from, PARTS)).map("".join), unique=True, max_size=8)


@settings(max_examples=40)
@given(NAMES)
def test_no_two_images_share_the_names_of_their_tiles(names: list[str]):
    grid = Grid(rows=2, columns=1)
    tiles = [tile for label in labels(names).values() for tile in grid.tiles(label)]
    assert len(set(tiles)) == 2 * len(names)


def test_tiles_are_named_for_the_image_and_by_its_suffix_only_where_they_must():
    assert labels(["a.png", "b/a.jpg", "b/c.png", "b/c.jpg", "b/c.jpg.png"]) == {
        "a.png": "a",
        "b/a.jpg": "b/a",
        "b/c.png": "b/c.png",
        "b/c.jpg": "b/c.jpg",
        "b/c.jpg.png": "b/c.jpg.png",
    }


def _work(folder: Path, pixels: np.ndarray, patch: int = 16) -> Cut:
    file = png(folder / "in" / "ä b.png", pixels)
    grid = Grid.of(ImageInfo(width=pixels.shape[1], height=pixels.shape[0]), patch)
    return Cut(
        file=file,
        target=folder / "out",
        patch=patch,
        grid=grid,
        label="sub/ä b",
        wanted=frozenset(grid.tiles("sub/ä b")),
    )


def test_tiles_are_the_pixels_of_their_places_and_the_remainder_is_dropped(tmp_path: Path):
    pixels = noise(40, 50)
    assert cut(_work(tmp_path, pixels)) is None
    written = sorted(path.name for path in (tmp_path / "out" / "sub").iterdir())
    assert written == [f"ä b_r{r:03}_c{c:03}.png" for r in range(2) for c in range(3)]
    with Image.open(tmp_path / "out" / "sub" / "ä b_r001_c002.png") as tile:
        assert np.array_equal(np.array(tile), pixels[16:32, 32:48])


def test_a_place_that_cannot_be_written_to_is_a_fault_of_that_image_alone(tmp_path: Path):
    work = _work(tmp_path, noise(20, 20))
    work.target.write_text("a file")
    assert "tiles cannot be written" in (cut(work) or "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path):
    work = _work(tmp_path, noise(20, 20))
    (work.target / "sub").mkdir(parents=True)
    (work.target / "sub" / f"{UNFINISHED}{os.getpid()}").symlink_to("/dev/full")
    with pytest.raises(NoSpaceError, match="make room, and the same command goes on"):
        cut(work)
