"""Evaluating: a trained network tested on whatever a person names, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from dilctl import errand
from dilctl.errors import UsageError
from dilctl.jobs.door import who
from dilctl.jobs.exchanging import Exchanging
from storage.records import Evaluation, ImageValue, Json

if TYPE_CHECKING:  # these cost pydantic
    from dilctl.incoming import Incoming
    from dilctl.trials import TestPlan
    from trainers.degradations.kinds import Degradation
    from trainers.experiment import Experiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A network that is to be tested.

    Attributes:
        file: where its weights lie; part: which of them; None for the usual ones.
        experiment: what it was trained with.
        run: whose it is, by number; None for a result that is not kept.
        step: outer steps that the run took.
        weights: what its weights are called: ``last``, ``average``, ``best-seen``.
    """

    file: Path
    experiment: "Experiment"
    part: str | None = None
    run: int | None = None
    step: int = 0
    weights: str = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How it is tested.

    Attributes:
        save: folder for pictures; None for none.
        device: where; ``auto`` takes a GPU where there is one.
        threads: of the CPU; None for as many as PyTorch takes.
    """

    save: Path | None = None
    device: str = "auto"
    threads: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A test set under one degradation.

    Attributes:
        test_set, suite, degradation, standing: as in an evaluation.
        restored: the scores of the network, image by image.
        degraded: those of the degraded images themselves.
    """

    test_set: str
    suite: str
    degradation: str
    standing: str
    restored: tuple[ImageValue, ...]
    degraded: tuple[ImageValue, ...]

    @property
    def psnr(self) -> float:
        """Mean over the images, in decibels."""
        return fmean(image.psnr for image in self.restored)

    @property
    def ssim(self) -> float:
        """Mean over the images."""
        return fmean(image.ssim for image in self.restored)

    @property
    def input_psnr(self) -> float:
        """That of the degraded images, in decibels."""
        return fmean(image.psnr for image in self.degraded)

    @property
    def input_ssim(self) -> float:
        """That of the degraded images."""
        return fmean(image.ssim for image in self.degraded)


Told = Callable[[str, int, int], None]
"""Told how far it is: (what is tested, images done, images in all)."""


class Evaluating(Exchanging):
    """Tests after training."""

    def candidate(self, run: int, choice: str = "last", *, is_kept: bool = True) -> Candidate:
        """The network of a finished run; see ``weights`` for what is refused.

        Args:
            run: its number.
            choice: which of its weights.
            is_kept: whether results enter the registry.
        """
        from trainers.recipe import parse_experiment

        found = self.run(run)
        return Candidate(
            file=self.weights(run, choice),
            experiment=parse_experiment(found.experiment),
            run=run if is_kept else None,
            step=found.step,
            weights=choice,
        )

    def stranger(self, incoming: "Incoming", *, here: Path | None = None) -> Candidate:
        """The network of a file that is not to become a run, so that no result is kept.

        Raises:
            WeightsError: the file cannot be used.
            UsageError: it does not say what it was trained with, and nobody else does.
        """
        from dilctl import incoming as coming
        from trainers.errors import WeightsError
        from trainers.recipe import parse_experiment

        said = coming.experiment_of(incoming, here=here or Path.cwd())
        read = self.look_at_weights(incoming.file, part=incoming.part)
        if read["fault"] is not None:
            raise WeightsError(read["fault"])
        told = read["experiment"] if said is None else said.model_dump(mode="json")
        if told is None:
            raise UsageError(
                f"{incoming.file}: does not say what it was trained with; name it with --recipe, "
                "as in --recipe denoise"
            )
        experiment = parse_experiment({**told, "network": read["network"]})
        return Candidate(file=incoming.file, experiment=experiment, part=incoming.part)

    def evaluate(
        self, candidate: Candidate, plans: "Sequence[TestPlan]", manner: Manner, told: Told
    ) -> tuple[Result, ...]:
        """Test a network; each result enters the registry as soon as it is there.

        Of test sets without public truth, pictures are all that comes of it.

        Raises:
            TrainerError: weights or images cannot be used.
            StorageError: a result cannot be kept.
            OSError: a picture cannot be written.
        """
        tests = [_test(plan, each, candidate) for plan in plans for each in _degradations(plan)]
        results: list[Result] = []
        progress = _Progress(tests, sum(test["images"] for test in tests), told)

        def hear(said: Json) -> None:
            if "scores" in said:
                results.append(_result(tests[said["test"]], said["scores"]))
                self._keep(candidate, results[-1])
            else:
                progress.image(said)

        errand.run("evaluate", _request(candidate, tests, manner), progress=hear)
        return tuple(results)

    def _keep(self, candidate: Candidate, result: Result) -> None:
        if candidate.run is None:
            return
        evaluation = Evaluation(
            run=candidate.run,
            step=candidate.step,
            suite=result.suite,
            weights=candidate.weights,
            test_set=result.test_set,
            degradation=result.degradation,
            standing=result.standing,
            images=result.restored,
        )
        self.registry.add_evaluations(candidate.run, [evaluation], who=who())


class _Progress:
    """Counts images."""

    def __init__(self, tests: Sequence[Json], total: int, told: Told) -> None:
        self._tests, self._total, self._told = tests, total, told
        self._done = 0

    def image(self, said: Json) -> None:
        self._done += 1
        self._told(self._tests[said["test"]]["title"], self._done, self._total)


def _degradations(plan: "TestPlan") -> "Sequence[Degradation | None]":
    """Those of a plan; None alone where there is no truth to measure by."""
    return plan.degradations if plan.source.has_truth else (None,)


def _test(
    plan: "TestPlan", degradation: "Degradation | None", candidate: Candidate
) -> dict[str, Any]:
    from trainers.degradations.standing import standing

    experiment = candidate.experiment
    name = "as-captured" if degradation is None else degradation.name
    return {
        "source": plan.source.source,
        "name": plan.source.name,
        "images": plan.source.images,
        "suite": plan.suite,
        "degradation": None if degradation is None else degradation.model_dump(mode="json"),
        "degradation_name": name,
        "title": f"{plan.source.name} {name}",
        "standing": standing(degradation, experiment.confounders) if degradation else "unseen",
        "task": experiment.task,
        "border": experiment.evaluate.border,
    }


def _request(candidate: Candidate, tests: Sequence[Json], manner: Manner) -> dict[str, Any]:
    return {
        "weights": str(candidate.file.absolute()),
        "part": candidate.part,
        "tests": tests,
        "save": None if manner.save is None else str(manner.save.absolute()),
        "device": manner.device,
        "threads": manner.threads,
    }


def _result(test: Json, scores: Sequence[Mapping[str, Any]]) -> Result:
    return Result(
        test_set=test["name"],
        suite=test["suite"],
        degradation=test["degradation_name"],
        standing=test["standing"],
        restored=tuple(ImageValue(**each["restored"]) for each in scores),
        degraded=tuple(ImageValue(**each["degraded"]) for each in scores),
    )
