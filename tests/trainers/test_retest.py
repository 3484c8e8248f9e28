from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from tests.trainers.data_fixtures import noise, png
from trainers.blind import restore_blind
from trainers.data.images import read_rgb
from trainers.data.testing import TestFile
from trainers.degradations.kinds import AsCaptured, GaussianNoise, LowResolution
from trainers.errors import DataError
from trainers.evaluate import Bench, Trial, evaluate_suite, opened
from trainers.retest import enlarged, folder_of, scored
from trainers.tiling import Restorer

CPU = torch.device("cpu")
NOISE = Trial(suite="levels", degradation=GaussianNoise(sigma=25))


def bench(network: Restorer) -> Bench:
    return Bench(network=network, device=CPU)


def smoothing(degraded: Tensor) -> Tensor:
    return torch.nn.functional.avg_pool2d(degraded, 3, stride=1, padding=1)


def images(folder: Path, *names: str) -> tuple[TestFile, ...]:
    files = [png(folder / name, noise(20, 24, seed=n)) for n, name in enumerate(names)]
    return tuple(TestFile(name=file.name, clean=file) for file in files)


def test_scores_are_those_of_a_runs_own_test(tmp_path: Path):
    files = images(tmp_path, "a.png", "b.png")
    found = list(scored(files, NOISE, bench(smoothing)))
    expected = evaluate_suite([opened(file) for file in files], NOISE, bench(smoothing))
    assert tuple(each.restored for each in found) == expected


def test_what_is_given_back_as_it_was_scores_as_the_degraded_images_do(tmp_path: Path):
    for each in scored(images(tmp_path, "a.png"), NOISE, bench(lambda degraded: degraded)):
        assert each.restored == each.degraded


def test_pictures_are_written_by_what_they_are(tmp_path: Path):
    folder = folder_of(tmp_path / "out", "Set", NOISE.degradation.name)
    files = images(tmp_path, "a.png", "deep.jpg.png")
    list(scored(files, NOISE, bench(lambda degraded: degraded), folder))
    assert folder == tmp_path / "out" / "Set" / "gaussian-noise sigma=25"
    assert sorted(path.name for path in folder.iterdir()) == ["degraded", "restored", "truth"]
    assert np.array_equal(read_rgb(folder / "truth" / "a.png"), noise(20, 24, seed=0))
    degraded = read_rgb(folder / "degraded" / "a.png")
    assert np.array_equal(degraded, read_rgb(folder / "restored" / "a.png"))
    assert not np.array_equal(degraded, read_rgb(folder / "truth" / "a.png"))


def test_no_name_of_a_test_leads_out_of_its_folder(tmp_path: Path):
    for name in ("rain folder=/etc/x", "..", "/", "a" * 500, "ü" * 300):
        found = folder_of(tmp_path, name, name)
        found.mkdir(parents=True, exist_ok=True)
        assert found.resolve().parent.parent == tmp_path.resolve()


def test_a_small_image_is_enlarged_to_be_compared_with_its_truth(tmp_path: Path):
    trial = Trial(suite="levels", degradation=LowResolution(scale=4))

    def enlarging(degraded: Tensor) -> Tensor:
        return enlarged(degraded, torch.empty(1, 3, *(4 * side for side in degraded.shape[-2:])))

    file = png(tmp_path / "a.png", noise(65, 70))
    (found,) = scored((TestFile(name="a", clean=file),), trial, bench(enlarging))
    assert found.restored == found.degraded


def test_an_image_too_small_to_be_measured_is_named(tmp_path: Path):
    file = png(tmp_path / "tiny.png", noise(10, 40))
    with pytest.raises(DataError, match=r"tiny\.png: has less than 11 pixels a side"):
        list(scored((TestFile(name="a", clean=file),), NOISE, bench(smoothing)))


def test_pairs_are_restored_as_they_were_captured(tmp_path: Path):
    clean, degraded = png(tmp_path / "c.png", noise(16, 16)), png(tmp_path / "d.png", noise(16, 16))
    trial = Trial(suite="pairs", degradation=AsCaptured())
    pair = TestFile(name="a", clean=clean, degraded=degraded)
    (found,) = scored((pair,), trial, bench(lambda image: image))
    assert found.restored.psnr == float("inf")


def test_images_without_public_truth_are_restored_all_the_same(tmp_path: Path):
    for side in ("input", "target"):
        png(tmp_path / "set" / side / "a.png", noise(16, 16))
    done = list(restore_blind(str(tmp_path / "set"), 1, bench(lambda x: 1 - x), tmp_path / "out"))
    assert done == ["a.png"]
    with Image.open(tmp_path / "out" / "restored" / "a.png") as image:
        assert np.array_equal(255 - np.array(image), noise(16, 16))
