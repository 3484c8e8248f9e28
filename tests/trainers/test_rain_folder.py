"""Streaks of a folder are put onto images as they are, and a folder of no use is refused."""

import shutil

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.data.images import write_png
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import RainFolder
from trainers.errors import DataError


def numbered(height, width):
    """Pixels that all differ: the place of each, in two of its channels."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows, columns, np.zeros_like(rows)], axis=-1).astype(np.uint8)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Three images of different sizes, one of them in a sub-folder."""
    folder = tmp_path_factory.mktemp("streaks")
    (folder / "heavy rain ☂").mkdir()
    write_png(folder / "1.png", numbered(20, 30))
    write_png(folder / "2.png", numbered(7, 5))
    write_png(folder / "heavy rain ☂" / "3.png", numbered(1, 1))
    return folder


def put(folder, *images):
    for number, image in enumerate(images):
        write_png(folder / f"{number}.png", image)
    return str(folder)


def places(folder, height, width, count=20):
    """Which row and column of a streak image each pixel shows: two of shape (count, H, W)."""
    rain = RainFolder(folder=folder, strength=1)
    rainy = degrade(torch.zeros(count, 3, height, width), rain, torch.arange(count)) * 255
    assert (rainy[:, 2] == 0).all()
    return rainy[:, 0].round().int(), rainy[:, 1].round().int()


@settings(max_examples=12)
@given(
    st.lists(st.integers(-(2**62), 2**62), min_size=2, max_size=4),
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from([torch.float32, torch.float64]),
    st.sampled_from([0.0, (0.1, 0.6)]),
)
def test_a_batch_gets_the_streaks_of_its_images_alone(library, seeds, height, width, dtype, veil):
    rain = RainFolder(folder=str(library), veil=veil)
    keys = torch.tensor(seeds)
    clean = (torch.arange(len(seeds) * 3 * height * width) % 256 / 255).to(dtype)
    clean = clean.view(len(seeds), 3, height, width)

    together = degrade(clean, rain, keys)

    alone = [degrade(clean[k : k + 1], rain, keys[k : k + 1]) for k in range(len(seeds))]
    assert torch.equal(together, torch.cat(alone))
    assert (together.shape, together.dtype) == (clean.shape, dtype)
    assert together.min() >= 0
    assert together.max() <= 1


def test_a_crop_is_a_part_of_the_image_mirrored_or_not(tmp_path):
    rows, columns = places(put(tmp_path, numbered(20, 30)), 8, 9)
    assert (rows.diff(dim=1) == 1).all()
    steps = columns.diff(dim=2)
    assert (steps == steps[:, :1, :1]).all()
    assert {int(step) for step in steps[:, 0, 0]} == {-1, 1}
    corners = torch.stack([rows[:, 0, 0], columns[:, 0, 0]])
    assert corners.unique(dim=1).shape[1] > 9


def test_every_place_of_an_image_is_shown_sometimes(tmp_path):
    rows, columns = places(put(tmp_path, numbered(9, 8)), 7, 7, count=200)
    assert set(rows.flatten().tolist()) == set(range(9))
    assert set(columns.flatten().tolist()) == set(range(8))


def test_an_image_that_is_too_small_goes_on_as_its_mirror_image(tmp_path):
    rows, columns = places(put(tmp_path, numbered(7, 5)), 30, 40)
    assert set(rows.flatten().tolist()) == set(range(7))
    assert set(columns.flatten().tolist()) == set(range(5))
    for steps in (rows.diff(dim=1), columns.diff(dim=2)):
        assert steps.abs().max() == 1  # no seam


def test_all_images_of_a_folder_are_used(library):
    rows, _ = places(str(library), 20, 30, count=60)
    assert {int(image.max()) for image in rows} == {19, 6, 0}


def test_streaks_are_added_as_bright_as_their_strength_says(tmp_path):
    folder = put(tmp_path, np.full((3, 3, 3), 51, dtype=np.uint8))
    clean = torch.full((200, 3, 2, 2), 0.1)
    added = degrade(clean, RainFolder(folder=folder, strength=(1, 2)), torch.arange(200)) - clean
    assert added.min().item() == pytest.approx(0.2, abs=0.01)
    assert added.max().item() == pytest.approx(0.4, abs=0.01)
    assert torch.equal(added, added[..., :1, :1].expand_as(added))


def test_what_is_too_bright_is_clipped_unless_a_veil_is_before_it(tmp_path):
    folder = put(tmp_path, np.full((3, 3, 3), 51, dtype=np.uint8))
    clean = torch.full((1, 3, 2, 2), 0.9)
    strong = RainFolder(folder=folder, strength=2)
    assert (degrade(clean, strong, torch.tensor([1])) == 1).all()
    veiled = strong.model_copy(update={"veil": (0.5, 0.5), "light": (0.5, 0.5)})
    assert degrade(clean, veiled, torch.tensor([1]))[0, 0, 0, 0].item() == pytest.approx(0.9)


def test_a_folder_is_read_only_once(tmp_path):
    folder = tmp_path / "streaks"
    folder.mkdir()
    rain = RainFolder(folder=put(folder, numbered(9, 9)))
    first = degrade(torch.zeros(1, 3, 4, 4), rain, torch.tensor([1]))
    shutil.rmtree(folder)
    assert torch.equal(degrade(torch.zeros(1, 3, 4, 4), rain, torch.tensor([1])), first)


def spoil(folder):
    with pytest.raises(DataError) as caught:
        degrade(torch.zeros(1, 3, 4, 4), RainFolder(folder=str(folder)), torch.tensor([1]))
    return str(caught.value)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    assert str(tmp_path / "nowhere") in spoil(tmp_path / "nowhere")


def test_a_folder_without_images_is_named(tmp_path):
    assert str(tmp_path) in spoil(tmp_path)


def test_a_damaged_image_is_named(tmp_path):
    put(tmp_path, numbered(9, 9))
    (tmp_path / "bad.png").write_bytes(b"no image")
    assert "bad.png: is not a PNG" in spoil(tmp_path)


def test_photographs_are_not_taken_for_streaks():
    assert "not streaks on black" in spoil("bundled")
