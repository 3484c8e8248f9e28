"""From a request to runs that can be queued: settings checked, images found and looked at."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dilctl import provenance
from dilctl.describe import differences
from dilctl.errors import UsageError
from dilctl.members import Member, members
from dilctl.request import Request
from dilctl.resolving import Bases, refuse, resolve
from storage.records import NewRun
from trainers.data import packed, reading
from trainers.data.needed import Needed, needed
from trainers.data.sources import ImageFile
from trainers.data.testing import TestSet, find_test_set, unmatched
from trainers.errors import AbsentError, DataError, ExperimentError
from trainers.experiment import BUNDLED, Experiment, gradients_per_step, steps_of

Packing = Callable[[str, int, int], None]
"""Told of images being decoded: (what, images done, images in all)."""

# Pixels a side that SSIM's window needs; `trainers.metrics` says so too, at the price of PyTorch.
SMALLEST_TEST = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """A run as it would be queued.

    Attributes:
        run: what enters the registry.
        words: the sweep's assignments for it, as in ``("rule=erm",)``.
        differences: the settings that differ from the defaults, as ``train.batch=16``.
        gradients: gradient evaluations the run will spend; None where its budget is in seconds.
        training, tests: the images found.
        absent: test sets that are not there, a sentence each.
    """

    run: NewRun
    words: tuple[str, ...]
    differences: tuple[str, ...]
    gradients: int | None
    training: tuple[Needed, ...]
    tests: tuple[TestSet, ...]
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
    experiment = resolved.experiment
    tests = tuple(
        shelf.test_set(source, experiment.network.scale) for source in experiment.data.test
    )
    if faults := unmatched(experiment.evaluate.suites, tests):
        raise ExperimentError(faults)
    return PlannedRun(
        run=_new_run(request, member, experiment, sweep, origin),
        words=member.words,
        differences=differences(experiment),
        gradients=gradients_of(experiment),
        training=shelf.training(experiment),
        tests=tests,
        absent=resolved.absent,
    )


class _Shelf:
    """Folders that were listed, each once, though a thousand runs name it."""

    def __init__(self) -> None:
        self._training: dict[object, tuple[Needed, ...]] = {}
        self.test_set = cache(_examined)

    def training(self, experiment: Experiment) -> tuple[Needed, ...]:
        key = (experiment.data, experiment.confounders, experiment.train.patch)
        if key not in self._training:
            self._training[key] = needed(experiment)
        return self._training[key]


def _examined(source: str, scale: int) -> TestSet:
    """A test set after a look at each image's header."""
    test_set = find_test_set(source, scale=scale)
    faults: list[str] = []
    for file in (file for each in test_set.files for file in (each.clean, each.degraded) if file):
        if fault := _too_small(file, SMALLEST_TEST, "too few to test on; SSIM needs"):
            faults.append(fault)
    refuse(faults)
    return test_set


def _too_small(file: ImageFile, least: int, why: str) -> str | None:
    """Why a file cannot be used, as its header tells."""
    try:
        info = reading.size_of(file)
    except DataError as error:
        return str(error)
    if min(info.width, info.height) >= least:
        return None
    return f"{file.path}: {info.width}x{info.height} pixels are {why} {least} each way"


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
        found = (_too_small(file, images.least, why) for file in images.files)
        refuse([fault for fault in found if fault])


def decode(planned: Sequence[PlannedRun], root: Path, packing: Packing | None) -> None:
    """Decode every image: test images to see that it can be done, training images to keep.

    Those of all runs are kept once, in a folder that all runs share.

    Raises:
        DataError: images that cannot be used or are too small; nothing was kept.
        NoSpaceError: no space for the pixels.
    """
    workers = min(8, os.cpu_count() or 1)
    for test_set in {each.name: each for entry in planned for each in entry.tests}.values():
        if test_set.name != BUNDLED:
            _try_tests(test_set, workers, packing)
    examine_headers(planned)  # of images too small to be used, none is decoded
    for images in _training(planned):
        progress = _told_of(images.what, packing)
        packed.pack(images.files, root, workers=workers, progress=progress)


def _try_tests(test_set: TestSet, workers: int, packing: Packing | None) -> None:
    """Decode test images and forget them: a damaged one would come up after all the training."""
    files = [file for each in test_set.files for file in (each.clean, each.degraded) if file]
    progress = _told_of(test_set.name, packing)
    faults: list[str] = []
    with ThreadPoolExecutor(workers) as pool:
        for done, fault in enumerate(pool.map(_fault_of, files), start=1):
            faults += [] if fault is None else [fault]
            progress(done, len(files))
    refuse(faults)


def _fault_of(file: ImageFile) -> str | None:
    """Why an image cannot be read, in a sentence; None if it can."""
    try:
        reading.read(file)
    except DataError as error:
        return str(error)
    return None


def _told_of(what: str, packing: Packing | None) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if packing is not None:
            packing(what, done, total)

    return progress


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
