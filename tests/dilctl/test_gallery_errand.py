from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from dilctl.gallery.exhibit import exhibit_of
from dilctl.gallery.hanging import hanging_of
from dilctl.gallery.studio import Studio
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Evaluation, ImageValue
from tests.dilctl.trained import trained
from tests.trainers.data_fixtures import noise, png
from trainers import retest
from trainers.data.testing import find_test_set
from trainers.degradations.kinds import GaussianNoise
from trainers.errors import DataError
from trainers.evaluate import Bench, Trial
from trainers.weights import load_network

pytestmark = pytest.mark.slow

NOISE = Trial(suite="levels", degradation=GaussianNoise(sigma=12.5))


def bench_of(weights: Path) -> Bench:
    return Bench(network=load_network(weights).network, device=torch.device("cpu"))


def evaluation_of(measured: Sequence[retest.Tested]) -> Evaluation:
    return Evaluation(
        run=1,
        step=1,
        suite=NOISE.suite,
        test_set="set",
        degradation=NOISE.degradation.name,
        standing="interpolated",
        images=tuple(
            ImageValue(image=each.restored.image, psnr=each.restored.psnr, ssim=each.restored.ssim)
            for each in measured
        ),
    )


def test_pictures_have_the_very_scores_that_the_test_found(tmp_path: Path):
    images = tmp_path / "set"
    for number in range(2):
        png(images / f"ü {number}.png", noise(40, 48, seed=number))
    weights = trained(tmp_path / "home", test=str(images))
    measured = list(retest.scored(find_test_set(str(images)).files, NOISE, bench_of(weights)))
    studio = Studio(root=tmp_path / "gallery")
    with Jobs(Settings(tmp_path / "home")) as jobs:
        jobs.registry.add_evaluations(1, [evaluation_of(measured)], who="ada")
        exhibit = exhibit_of(jobs.runs(), jobs.registry.evaluations([1]))
        hanging = hanging_of(exhibit, exhibit.tests[0], jobs.weights)
    scene = hanging.scene("ü 1.png")
    told: list[int] = []
    try:
        assert not studio.plate(scene).is_complete
        assert studio.make(scene, lambda said: told.append(said["run"])) == {}
        plate = studio.plate(scene)
        assert plate.is_complete
        assert told == [1, 1]
        (restored,), degraded, truth = plate.restored, plate.degraded, plate.truth
        assert restored is not None
        assert degraded is not None
        assert truth is not None
        stored = exhibit.columns[0].scores[exhibit.tests[0]]["ü 1.png"]
        assert (restored.psnr, restored.ssim) == pytest.approx((stored.psnr, stored.ssim), abs=1e-4)
        assert degraded.psnr == pytest.approx(measured[1].degraded.psnr)
        with Image.open(truth.path) as image:
            assert np.array_equal(np.array(image), noise(40, 48, seed=1))
        with Image.open(restored.path) as image:
            error = np.asarray(image, float) - noise(40, 48, seed=1)
        assert 10 * np.log10(255**2 / np.square(error).mean()) == pytest.approx(restored.psnr)
        # Then what is still missing is measured, and is known to the next dashboard.
        inputs = studio.measure_inputs(hanging.setting, ["ü 0.png", "ü 1.png"])
        assert inputs == pytest.approx(
            {each.degraded.image: each.degraded.psnr for each in measured}
        )
        assert Studio(root=studio.root).inputs(hanging.setting) == inputs
        # Nothing is made twice, and what fails is said by run.
        assert studio.make(scene, lambda _: pytest.fail("made anew")) == {}
        restored.path.unlink()
        scene.networks[0].weights.write_bytes(b"damaged")
        assert "safetensors" in studio.make(scene, lambda _: None)[1]
        (images / "ü 0.png").unlink()
        with pytest.raises(DataError, match="ü 0.png: is no longer in"):
            studio.make(hanging.scene("ü 0.png"), lambda _: None)
    finally:
        studio.rest()
