"""Pairs that share a clean image are held out together."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.trainers.data_fixtures import noise, png
from tests.trainers.plain import ALONE
from trainers.data.batches import Stores
from trainers.data.material import Material, Paired
from trainers.data.needed import needed
from trainers.data.store import PairStore
from trainers.errors import DataError
from trainers.experiment import Experiment
from trainers.recipe import apply_assignment, parse_experiment, read_settings
from trainers.validation import crops_of

CPU = torch.device("cpu")
RAINY = 3  # pairs of a clean image
SIDE = 20


def _rain14000(root: Path, truths: int) -> Experiment:
    """Clean images, each seen through rain several times: as dark as the number of the rain."""
    for truth in range(truths):
        clean = noise(SIDE + truth, SIDE + 2, seed=truth) // 2 * 2
        png(root / "training/ground_truth" / f"{truth + 1}.png", clean)
        for rain in range(RAINY):
            rainy = clean // 2 + np.uint8(rain)
            png(root / "training/rainy_image" / f"{truth + 1}_{rain + 1}.png", rainy)
    settings = read_settings("derain")
    for assignment in (
        f"confounders=[{{ kind = 'pairs', folder = '{root}' }}]",
        "train.patch=16",
        "data.validation=0.3",
        "evaluate.crop=16",
        "data.test=bundled",
    ):
        apply_assignment(settings, assignment)
    return parse_experiment(settings)


@pytest.fixture
def rain(tmp_path: Path) -> tuple[Experiment, Material]:
    experiment = _rain14000(tmp_path / "Rain14000", 6)
    return experiment, Material.read(experiment, tmp_path / "packed", ALONE)


def _truths(material: Material, pairs: tuple[tuple[int, int], ...]) -> set[str]:
    """The clean images of pairs, told by the names of the degraded ones."""
    return {material.pairs[0].degraded.names[pair].partition("_")[0] for pair, _ in pairs}


def test_no_clean_image_that_is_held_out_is_trained_on(rain: tuple[Experiment, Material]) -> None:
    _, material = rain
    own = material.pairs[0]
    training, validation = _truths(material, own.training), _truths(material, own.validation)
    assert not training & validation
    assert (len(training), len(validation)) == (4, 2)
    assert (len(own.training), len(own.validation)) == (4 * RAINY, 2 * RAINY)
    assert len(own.clean_held_out) == 2


def test_a_clean_image_of_several_pairs_is_decoded_once(rain: tuple[Experiment, Material]) -> None:
    experiment, material = rain
    degraded, clean = needed(experiment)
    assert (len(degraded.files), len(clean.files)) == (6 * RAINY, 6)
    assert len({file.path for file in clean.files}) == 6
    assert len(material.pairs[0].clean.names) == 6


@pytest.mark.parametrize("side", ["training", "validation"])
def test_each_pair_is_cut_from_its_own_clean_image(
    rain: tuple[Experiment, Material], side: str
) -> None:
    own: Paired = rain[1].pairs[0]
    store = PairStore(own.degraded, own.clean, getattr(own, side), scale=1, device=CPU)
    images = torch.arange(store.count)
    tops, lefts = store.limits(images, 16)
    degraded, clean = store.crops(images, tops, lefts, images % 8, 16)
    rain_of = images % RAINY
    assert torch.equal(degraded, (clean // 2 + rain_of[:, None, None, None]).to(torch.uint8))


def test_looks_show_held_out_pairs_and_batches_the_others(
    rain: tuple[Experiment, Material],
) -> None:
    experiment, material = rain
    own = material.pairs[0]
    crops = crops_of(experiment, material)
    darkened = crops.clean.to(torch.float32) // 2 / 255
    assert (crops.degraded - darkened).abs().max() < RAINY / 255
    assert Stores.open(material, CPU).pairs[0].count == len(own.training)


def test_pairs_of_a_single_clean_image_cannot_be_split(tmp_path: Path) -> None:
    experiment = _rain14000(tmp_path / "Rain14000", 1)
    with pytest.raises(DataError, match=r"Rain14000: holds pairs of one clean image only; add"):
        needed(experiment)
