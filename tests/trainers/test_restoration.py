from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from tests.trainers.data_fixtures import noise
from trainers.data.pictures import read_picture
from trainers.errors import TrainerError
from trainers.restoration import Progress, Tool, Work, restore_all
from trainers.tiling import Restorer, Tiling


def brighter(degraded: Tensor) -> Tensor:
    return degraded + 10 / 255


def enlarging(degraded: Tensor) -> Tensor:
    return torch.nn.functional.interpolate(degraded, scale_factor=4, mode="nearest")


def tool(network: Restorer, scale: int = 1) -> Tool:
    return Tool(
        network=network,
        scale=scale,
        device=torch.device("cpu"),
        tiling=Tiling(pixels=100, core=16, halo=4),
        quality=95,
        beside=".new",
    )


def work(folder: Path, name: str) -> Work:
    return Work(source=folder / name, target=folder / "out" / "deep" / name)


def ignore(_told: Progress) -> None:
    pass


def test_colours_and_greys_are_restored_and_clipped(tmp_path: Path):
    colours = noise(20, 30)
    Image.fromarray(colours).save(tmp_path / "colours.png")
    Image.fromarray(colours[..., 0]).save(tmp_path / "grey.png")
    works = [work(tmp_path, name) for name in ("colours.png", "grey.png")]
    assert restore_all(works, tool(brighter), ignore) == ()
    expected = np.minimum(colours.astype(int) + 10, 255)
    assert np.array_equal(read_picture(works[0].target).colours, expected)
    assert np.array_equal(read_picture(works[1].target).colours, expected[..., 0])


def test_the_network_sees_grey_as_three_channels_and_its_mean_counts(tmp_path: Path):
    Image.fromarray(np.full((8, 8), 100, np.uint8)).save(tmp_path / "grey.png")

    def uneven(degraded: Tensor) -> Tensor:
        assert degraded.shape == (1, 3, 8, 8)
        return degraded + torch.tensor([30, 0, 0]).view(3, 1, 1) / 255

    (done,) = works = [work(tmp_path, "grey.png")]
    assert restore_all(works, tool(uneven), ignore) == ()
    assert (read_picture(done.target).colours == 110).all()


def test_transparency_grows_with_the_picture(tmp_path: Path):
    alpha = np.zeros((8, 12), np.uint8)
    alpha[:, 6:] = 255
    picture = Image.fromarray(noise(8, 12))
    picture.putalpha(Image.fromarray(alpha))
    picture.save(tmp_path / "a.png")
    (done,) = works = [work(tmp_path, "a.png")]
    assert restore_all(works, tool(enlarging, scale=4), ignore) == ()
    found = read_picture(done.target)
    assert found.size == (32, 48)
    assert found.alpha is not None
    assert (found.alpha[:, :16] == 0).all()
    assert (found.alpha[:, 32:] == 255).all()


def test_a_picture_that_cannot_be_read_is_told_and_does_not_stop_the_others(tmp_path: Path):
    for name in ("a.png", "b.png"):
        Image.fromarray(noise(40, 30)).save(tmp_path / name)
    cut = (tmp_path / "a.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(cut[: len(cut) // 2])
    (tmp_path / "empty.png").touch()
    works = [work(tmp_path, name) for name in ("a.png", "cut.png", "empty.png", "b.png")]
    told: list[Progress] = []
    faults = restore_all(works, tool(brighter), told.append)
    assert len(faults) == 2
    assert any("cut.png: is cut short or damaged" in fault for fault in faults)
    assert [each.target.exists() for each in works] == [True, False, False, True]
    assert [each.pixels for each in told] == sorted(each.pixels for each in told)
    assert (told[-1].pixels, told[-1].total) == (3 * 1200, 3 * 1200)


def test_answers_that_are_no_numbers_are_refused_before_anything_is_written(tmp_path: Path):
    Image.fromarray(noise(8, 8)).save(tmp_path / "a.png")
    with pytest.raises(TrainerError, match="its weights are damaged or have diverged"):
        restore_all([work(tmp_path, "a.png")], tool(lambda x: x / 0 * 0), ignore)
    assert not (tmp_path / "out").exists()
