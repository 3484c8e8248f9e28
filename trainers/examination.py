"""How a run is examined: looks at a few crops while it trains, whole test sets at the end."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import torch
from torch import Tensor

from trainers import chance
from trainers.data.images import read_rgb
from trainers.data.material import Material
from trainers.data.sources import ImageFile
from trainers.data.store import PatchStore
from trainers.degradations.kinds import standing
from trainers.distributed import Processes
from trainers.evaluate import Restorer, TestImage, evaluate_suite
from trainers.experiment import Experiment
from trainers.look import degrade_crops, look
from trainers.parts import Part, PartsDone
from trainers.reporter import Position, Reporter, Scores
from trainers.suites import degradations_of


class Examination:
    """The examiner of one run.

    Args:
        experiment: says what is seen, and which suites are tested.
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
        self._confounders = experiment.confounders
        self._test_sets = material.test_sets
        self._processes = processes
        self._reporter = reporter
        self._dtype = dtype
        self._suites = {suite: degradations_of(suite) for suite in experiment.evaluate.suites}
        # Suites may overlap: by name, each degradation is there once.
        self._degradations = {d.name: d for suite in self._suites.values() for d in suite}
        self._crops = degrade_crops(
            _validation_crops(experiment, material),
            tuple(self._degradations.values()),
            confounders=self._confounders,
        )

    def look(self, network: Restorer, *, name: str = "psnr@crops") -> dict[str, float]:
        """Mean PSNR on the validation crops, by name of metric; every process gets the same."""
        return look(
            network,
            self._crops,
            device=self._processes.device,
            dtype=self._dtype,
            name=name,
        )

    def test(
        self,
        networks: Mapping[str, Restorer],
        position: Position,
        should_stop: Callable[[], bool],
        tested: PartsDone,
    ) -> bool:
        """Evaluate every suite on every test set, for each of the networks.

        Args:
            networks: what restores, by the name of its weights.
            position: how far the run has come.
            should_stop: asked between two parts of the test.
            tested: what is behind it already, which is left out, and where the rest is noted.

        Returns:
            False if it was told to stop first.
        """
        parts = self._parts(networks)
        done = tested.parts(step=position.step)
        ahead = [(n, part) for n, part in enumerate(parts, start=1) if part not in done]
        for test_set, numbered in groupby(ahead, key=lambda entry: entry[1].test_set):
            images = self._images(test_set)
            for number, part in numbered:
                if self._processes.any(should_stop()):
                    return False
                self._reporter.working(position, f"testing on {test_set}, {number} of {len(parts)}")
                self._reporter.evaluated(position, self._scores(networks, part, images))
                self._note(part, position, tested)
        return True

    def _parts(self, networks: Mapping[str, Restorer]) -> list[Part]:
        """Test set by test set, so that its images are read once."""
        return [
            Part(weights=weights, suite=suite, test_set=test_set, degradation=degradation.name)
            for test_set in self._test_sets
            for weights in networks
            for suite, degradations in self._suites.items()
            for degradation in degradations
        ]

    def _scores(
        self, networks: Mapping[str, Restorer], part: Part, images: Sequence[TestImage]
    ) -> Scores:
        degradation = self._degradations[part.degradation]
        mine = evaluate_suite(
            networks[part.weights],
            images,
            degradation,
            suite=part.suite,
            device=self._processes.device,
            dtype=self._dtype,
        )
        return Scores(
            suite=part.suite,
            weights=part.weights,
            test_set=part.test_set,
            degradation=part.degradation,
            standing=standing(degradation, self._confounders),
            images=tuple(self._processes.gather_objects(mine)),
        )

    def _note(self, part: Part, position: Position, tested: PartsDone) -> None:
        if self._processes.is_first:
            self._reporter.secure()
            tested.add(part, step=position.step)

    def _images(self, test_set: str) -> list[TestImage]:
        """This process's share of a test set."""
        files = self._test_sets[test_set]
        mine = self._processes.share(len(files))
        return [_test_image(file) for file in files[mine.start : mine.stop]]


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
