"""From a request to runs that can be queued: settings checked, images found and looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dilctl import examining, provenance
from dilctl.apart import trained_on
from dilctl.describe import differences
from dilctl.errors import UsageError
from dilctl.examining import Packing
from dilctl.members import Member, members
from dilctl.request import Request
from dilctl.resolving import Bases, Resolved, refuse, resolve
from storage.records import NewRun
from trainers.data import packed
from trainers.data.needed import Needed, needed
from trainers.data.sources import ImageFile
from trainers.data.testing import TestSet, unmatched
from trainers.degradations.kinds import RainFolder
from trainers.errors import AbsentError, DataError, ExperimentError
from trainers.experiment import BUNDLED, Experiment, gradients_per_step, steps_of

__all__ = ["Packing", "Plan", "PlannedRun", "decode", "examine_headers", "gradients_of", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """A run as it would be queued.

    Attributes:
        run: what enters the registry.
        words: the sweep's assignments for it, as in ``("rule=erm",)``.
        differences: the settings that differ from the defaults, as ``train.batch=16``.
        gradients: gradient evaluations the run will spend; None where its budget is in seconds.
        training, tests: the images found.
        streaks: folders of streak images.
        absent: test sets that are not there, a sentence each.
    """

    run: NewRun
    words: tuple[str, ...]
    differences: tuple[str, ...]
    gradients: int | None
    training: tuple[Needed, ...]
    tests: tuple[TestSet, ...]
    streaks: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a request means.

    Attributes:
        runs: at least one.
        absent: what a table names that is not there, a sentence each: test sets that were left
            out, and runs that cannot be trained.
    """

    runs: tuple[PlannedRun, ...]
    absent: tuple[str, ...]


def plan(request: Request, *, here: Path) -> Plan:
    """The runs of a request; settings and test images are checked, training images are found.

    Args:
        request: what was asked.
        here: the folder that the person is in.

    Raises:
        ExperimentError, UsageError: the settings have faults; every one is named.
        DataError: a folder or a test image cannot be used; of a table, nothing at all can be.
    """
    wanted = members(request, here=here)
    origin = provenance.collect(here)
    sweep = request.title if len(wanted) * len(request.seeds) > 1 else None
    shelf = _Shelf()
    first: list[PlannedRun] = []
    absent: dict[str, list[Member]] = {}
    for member in wanted:
        try:
            first.append(_planned(request, member, sweep, origin, shelf))
        except AbsentError as error:
            if not member.may_lack_data:
                raise
            absent.setdefault(str(error), []).append(member)
    lost = [each for error, lacking in absent.items() for each in _lost(error, lacking)]
    if not first:
        raise DataError("\n".join(lost))
    tests = (each for entry in first for each in entry.absent)
    # A thousand seeds share their documents: those are written once.
    runs = (
        replace(entry, run=replace(entry.run, seed=seed))
        for entry in first
        for seed in request.seeds
    )
    return Plan(runs=tuple(runs), absent=(*dict.fromkeys(tests), *lost))


def _lost(faults: str, lacking: Sequence[Member]) -> list[str]:
    """Which runs cannot be trained, and each folder for want of which they cannot."""
    runs = ", ".join(member.label for member in lacking)
    return [f"no run of {runs}: {fault}" for fault in faults.splitlines()]


def _planned(
    request: Request, member: Member, sweep: str | None, origin: dict[str, Any], shelf: "_Shelf"
) -> PlannedRun:
    bases = Bases(train=member.train_base, test=member.test_base)
    resolved = resolve(member.experiment, bases, may_lack_tests=member.may_lack_tests)
    tests = shelf.tests(resolved.experiment)
    resolved = _with_fitting_suites(resolved, tuple(tests.values()))
    experiment = resolved.experiment
    if faults := unmatched(experiment.evaluate.suites, tuple(tests.values())):
        raise ExperimentError(faults)
    if faults := shelf.trained_on(experiment):
        raise ExperimentError(faults)
    return PlannedRun(
        run=_new_run(request, member, experiment, sweep, origin),
        words=member.words,
        differences=differences(experiment),
        gradients=gradients_of(experiment),
        training=shelf.training(experiment),
        tests=tuple(tests.values()),
        streaks=tuple(c.folder for c in experiment.confounders if isinstance(c, RainFolder)),
        absent=resolved.absent,
    )


def _with_fitting_suites(resolved: Resolved, tests: Sequence[TestSet]) -> Resolved:
    """Without the suites whose test sets are all among the absent, as long as one is left."""
    suites = resolved.experiment.evaluate.suites
    fitting = tuple(s for s in suites if any(test.is_tested_with(s) for test in tests))
    if not resolved.absent or not fitting or fitting == suites:
        return resolved
    evaluate = resolved.experiment.evaluate.model_copy(update={"suites": fitting})
    left_out = (
        f"evaluate.suites: {suite} is left out, for want of its test sets"
        for suite in suites
        if suite not in fitting
    )
    return replace(
        resolved,
        experiment=resolved.experiment.model_copy(update={"evaluate": evaluate}),
        absent=(*resolved.absent, *left_out),
    )


class _Shelf:
    """Folders that were listed, each once, though a thousand runs name it."""

    def __init__(self) -> None:
        self._training: dict[object, tuple[Needed, ...]] = {}
        self._trained_on: dict[object, list[str]] = {}
        self._test_set = cache(examining.examined)

    def tests(self, experiment: Experiment) -> dict[str, TestSet]:
        scale, border = experiment.network.scale, experiment.evaluate.border
        return {each: self._test_set(each, scale, border) for each in experiment.data.test}

    def training(self, experiment: Experiment) -> tuple[Needed, ...]:
        key = _trained(experiment)
        if key not in self._training:
            self._training[key] = needed(experiment)
        return self._training[key]

    def trained_on(self, experiment: Experiment) -> list[str]:
        """Test sets that share files with the training images, in a sentence each."""
        key = (_trained(experiment), experiment.data.test, experiment.network.scale)
        if key not in self._trained_on:
            self._trained_on[key] = trained_on(self.training(experiment), self.tests(experiment))
        return self._trained_on[key]


def _trained(experiment: Experiment) -> object:
    """What tells which images are trained on."""
    data = experiment.data
    return data.train, data.validation, experiment.confounders, experiment.train.patch


def gradients_of(experiment: Experiment) -> int | None:
    """Gradient evaluations that an experiment spends, None where its budget is in seconds."""
    cost = gradients_per_step(experiment)
    steps = steps_of(experiment.train.budget, cost)
    return None if steps is None else steps * cost


def examine_headers(planned: Sequence[PlannedRun]) -> None:
    """Look at the headers of the training images, writing nothing.

    Raises:
        DataError: images that cannot be used, or smaller than the patch.
    """
    for images in _training(planned):
        why = "smaller than the patch; leave it out or lower train.patch: it must have"
        found = (examining.too_small(file, images.least, why) for file in images.files)
        refuse([fault for fault in found if fault])
    examining.examine_streaks(_streaks(planned))


def decode(planned: Sequence[PlannedRun], root: Path, packing: Packing | None) -> None:
    """Decode every image: training images to keep, the others to see that it can be done.

    Those of all runs are kept once, in a folder that all runs share.

    Raises:
        DataError: images that cannot be used or are too small; nothing was kept.
        NoSpaceError: no space for the pixels.
    """
    for test_set in {each.name: each for entry in planned for each in entry.tests}.values():
        if test_set.name != BUNDLED:
            examining.try_tests(test_set, packing)
    examine_headers(planned)  # of images too small to be used, none is decoded
    examining.try_streaks(_streaks(planned), packing)
    for images in _training(planned):
        progress = examining.told_of(images.what, packing)
        packed.pack(images.files, root, workers=examining.WORKERS, progress=progress)


def _streaks(planned: Sequence[PlannedRun]) -> tuple[str, ...]:
    """The folders of streak images, each once."""
    return tuple(dict.fromkeys(folder for entry in planned for folder in entry.streaks))


def _training(planned: Sequence[PlannedRun]) -> tuple[Needed, ...]:
    """All images to train on, each list once, with the largest patch cut from it."""
    lists: dict[tuple[ImageFile, ...], Needed] = {}
    for images in (each for entry in planned for each in entry.training):
        known = lists.get(images.files)
        if known is None or known.least < images.least:
            lists[images.files] = images
    return tuple(lists.values())


def _new_run(
    request: Request,
    member: Member,
    experiment: Experiment,
    sweep: str | None,
    origin: dict[str, Any],
) -> NewRun:
    """What of a run its seed leaves as it is; the seed itself is the request's first."""
    return NewRun(
        name=" ".join([request.title, *member.words]),
        experiment=experiment.model_dump(mode="json"),
        seed=request.seeds[0],
        signature=experiment.signature,
        task=experiment.task,
        rule=experiment.rule.kind,
        network=experiment.network.kind,
        sweep=sweep,
        priority=request.priority,
        needs=_needs(request, experiment),
        provenance=origin,
        tags=request.tags,
        note=request.note,
        after=request.after,
        after_any=request.after_any,
        retries=request.retries,
    )


def _needs(request: Request, experiment: Experiment) -> dict[str, Any]:
    """What a run takes of a machine."""
    resources = experiment.resources
    needs = resources.model_dump(include={"processes", "threads", "device"})
    if resources.gpu_memory is not None:
        needs["gpu_memory"] = resources.gpu_memory
    if request.gpu:
        _refuse_few(request.gpu, resources.processes)
        needs |= {"gpu": list(request.gpu), "device": "cuda"}
    return needs


def _refuse_few(gpu: Sequence[int], processes: int) -> None:
    if len(gpu) < processes:
        named = ",".join(map(str, gpu))
        raise UsageError(f"--gpu {named}: {processes} processes need as many GPUs; name more")
