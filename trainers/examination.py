"""How a run is examined: looks at a few crops while it trains, whole test sets at the end."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import torch

from trainers.data.material import Material
from trainers.degradations.standing import standing
from trainers.distributed import Processes
from trainers.evaluate import Bench, TestImage, Trial, evaluate_suite, opened
from trainers.experiment import Experiment
from trainers.look import look
from trainers.parts import Part, PartsDone
from trainers.reporter import Position, Reporter, Scores
from trainers.suites import colour_space, degradations_of
from trainers.tiling import Restorer, tiling_for
from trainers.validation import crops_of


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
        self._experiment = experiment
        self._test_sets = {test_set.name: test_set for test_set in material.test_sets}
        self._processes = processes
        self._reporter = reporter
        self._dtype = dtype
        # Suites may overlap: by name, each degradation is there once.
        self._degradations = {
            degradation.name: degradation
            for suite in experiment.evaluate.suites
            for degradation in degradations_of(suite, experiment.confounders)
        }
        self._crops = crops_of(experiment, material)

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
            Part(weights=weights, suite=suite, test_set=test_set.name, degradation=degradation.name)
            for test_set in self._test_sets.values()
            for weights in networks
            for suite in self._experiment.evaluate.suites
            if test_set.is_tested_with(suite)
            for degradation in degradations_of(suite, self._experiment.confounders)
        ]

    def _scores(
        self, networks: Mapping[str, Restorer], part: Part, images: Sequence[TestImage]
    ) -> Scores:
        degradation = self._degradations[part.degradation]
        trial = Trial(
            suite=part.suite,
            degradation=degradation,
            colour_space=colour_space(self._experiment.task, part.suite, part.test_set),
            border=self._experiment.evaluate.border,
        )
        bench = Bench(
            network=networks[part.weights],
            device=self._processes.device,
            dtype=self._dtype,
            tiling=tiling_for(self._experiment.network),
        )
        mine = evaluate_suite(images, trial, bench)
        return Scores(
            suite=part.suite,
            weights=part.weights,
            test_set=part.test_set,
            degradation=part.degradation,
            standing=standing(degradation, self._experiment.confounders),
            images=tuple(self._processes.gather_objects(mine)),
        )

    def _note(self, part: Part, position: Position, tested: PartsDone) -> None:
        if self._processes.is_first:
            self._reporter.secure()
            tested.add(part, step=position.step)

    def _images(self, test_set: str) -> list[TestImage]:
        """This process's share of a test set."""
        files = self._test_sets[test_set].files
        mine = self._processes.share(len(files))
        return [opened(file) for file in files[mine.start : mine.stop]]
