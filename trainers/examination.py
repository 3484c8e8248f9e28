"""How a run is examined: looks at a few crops while it trains, whole test sets at the end."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from trainers import chance
from trainers.data.images import read_rgb
from trainers.data.material import Material
from trainers.data.sources import ImageFile
from trainers.data.store import PatchStore
from trainers.degradations.kinds import Degradation, standing
from trainers.distributed import Processes
from trainers.evaluate import Restorer, TestImage, evaluate_suite, look
from trainers.experiment import Experiment
from trainers.reporter import Position, Reporter, Scores
from trainers.suites import degradations_of


class Examination:
    """The examiner of one run.

    Args:
        experiment: says what is seen, and which suite is tested.
        material: the images.
        processes: each takes its share of the test images.
        reporter: told of every evaluation.
        dtype: type of the network's weights.
    """

    def __init__(
        self,
        experiment: Experiment,
        material: Material,
        processes: Processes,
        reporter: Reporter,
        dtype: torch.dtype,
    ) -> None:
        self._experiment = experiment
        self._test_sets = material.test_sets
        self._processes = processes
        self._reporter = reporter
        self._dtype = dtype
        self._degradations = degradations_of(experiment.evaluate.suite)
        self._crops = _validation_crops(experiment, material)

    def look(self, network: Restorer) -> dict[str, float]:
        """Mean PSNR on the validation crops, by name of metric; every process gets the same."""
        return look(
            network,
            self._crops,
            degradations=self._degradations,
            confounders=self._experiment.confounders,
            device=self._processes.device,
            dtype=self._dtype,
        )

    def test(self, network: Restorer, position: Position, should_stop: Callable[[], bool]) -> bool:
        """Evaluate the whole suite on every test set; False if it was told to stop first."""
        for test_set, files in self._test_sets.items():
            mine = self._processes.share(len(files))
            images = [_test_image(file) for file in files[mine.start : mine.stop]]
            for number, degradation in enumerate(self._degradations, start=1):
                if self._processes.any(should_stop()):
                    return False
                self._reporter.working(
                    position, f"testing on {test_set}, {number} of {len(self._degradations)}"
                )
                self._test(network, position, test_set, images, degradation)
        return True

    def _test(
        self,
        network: Restorer,
        position: Position,
        test_set: str,
        images: Sequence[TestImage],
        degradation: Degradation,
    ) -> None:
        suite = self._experiment.evaluate.suite
        mine = evaluate_suite(
            network,
            images,
            degradation,
            suite=suite,
            device=self._processes.device,
            dtype=self._dtype,
        )
        scores = Scores(
            suite=suite,
            test_set=test_set,
            degradation=degradation.name,
            standing=standing(degradation, self._experiment.confounders),
            images=tuple(self._processes.gather_objects(mine)),
        )
        self._reporter.evaluated(position, scores)


def _test_image(file: ImageFile) -> TestImage:
    pixels = torch.from_numpy(read_rgb(file.path)).permute(2, 0, 1).contiguous()
    return TestImage(name=file.name, pixels=pixels)


def _validation_crops(experiment: Experiment, material: Material) -> Tensor:
    """The crops of every look, the same for all seeds and rules: uint8, (M, 3, c, c)."""
    store = PatchStore(material.packed, material.validation, device=torch.device("cpu"))
    wanted = experiment.evaluate
    images = torch.arange(wanted.crops) % store.count
    held_out = list(material.validation)
    packed = material.packed
    side = min(wanted.crop, *packed.heights[held_out].tolist(), *packed.widths[held_out].tolist())
    words = chance.words(chance.keys([("look", index) for index in range(wanted.crops)]), 2)
    tops, lefts = store.limits(images, side)
    return store.crops(
        images,
        (words[:, 0] * (tops + 1)) >> 32,
        (words[:, 1] * (lefts + 1)) >> 32,
        torch.zeros_like(images),
        side,
    )
