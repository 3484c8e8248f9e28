"""From a request to runs that can be queued: paths resolved, images found and looked at."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from dilctl import provenance
from dilctl.describe import differences
from dilctl.errors import UsageError
from dilctl.request import Member, Request, members
from storage.records import NewRun
from trainers.data import images, packed, sources
from trainers.data.sources import ImageFile
from trainers.errors import DataError, ExperimentError
from trainers.experiment import BUNDLED, Experiment, gradients_per_step, steps_of

Packing = Callable[[str, int, int], None]
"""Told of images being decoded: (what, images done, images in all)."""

# Faults of images are listed up to here: a wrong folder has one in every image.
MOST_FAULTS = 10

# Pixels a side that SSIM's window needs; `trainers.metrics` says so too, at the price of PyTorch.
SMALLEST_TEST = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A source of images: ``bundled`` or an absolute path, and how many images it has."""

    source: str
    images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """A run as it would be queued.

    Attributes:
        run: what enters the registry.
        words: the sweep's assignments for it, as in ``("rule=erm",)``.
        differences: the settings that differ from the defaults, as ``train.batch=16``.
        gradients: gradient evaluations the run will spend; None where its budget is in seconds.
        training, tests: the images found.
    """

    run: NewRun
    words: tuple[str, ...]
    differences: tuple[str, ...]
    gradients: int | None
    training: tuple[Found, ...]
    tests: tuple[Found, ...]


def plan(request: Request, *, here: Path) -> tuple[PlannedRun, ...]:
    """The runs of a request; settings and test images are checked, training images are found.

    Args:
        request: what was asked.
        here: the folder that the person is in.

    Raises:
        ExperimentError, UsageError: the settings have faults; every one is named.
        DataError: a folder or a test image cannot be used.
    """
    resolved = [(member, _resolve(member)) for member in members(request, here=here)]
    listing = {source: sources.training_images(source) for source in _training_sources(resolved)}
    for _, experiment in resolved:  # refuses what is too little to hold a part out
        data = experiment.data
        sources.split([f.name for s in data.train for f in listing[s]], data.validation)
    tests = {source: _test_listing(source) for source in _test_sources(resolved)}
    origin = provenance.collect(here)
    sweep = request.title if len(resolved) * len(request.seeds) > 1 else None
    first = [
        PlannedRun(
            run=_new_run(request, member, experiment, sweep, origin),
            words=member.words,
            differences=differences(experiment),
            gradients=gradients_of(experiment),
            training=tuple(Found(source=s, images=len(listing[s])) for s in experiment.data.train),
            tests=tuple(Found(source=s, images=tests[s]) for s in experiment.data.test),
        )
        for member, experiment in resolved
    ]
    # A thousand seeds share their documents: those are written once.
    return tuple(
        replace(entry, run=replace(entry.run, seed=seed))
        for entry in first
        for seed in request.seeds
    )


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
    for train, patch in _training(planned):
        faults: list[str] = []
        for file in training_files(train):
            try:
                info = images.probe(file.path)
            except DataError as error:
                faults.append(str(error))
            else:
                if min(info.width, info.height) < patch:
                    faults.append(
                        f"{file.path}: {info.width}x{info.height} pixels are smaller than the "
                        f"patch of {patch}; leave it out or lower train.patch"
                    )
        _refuse(faults)


def decode(planned: Sequence[PlannedRun], root: Path, packing: Packing | None) -> None:
    """Decode every image: test images to see that it can be done, training images to keep.

    Those of all runs are kept once, in a folder that all runs share.

    Raises:
        DataError: images that cannot be used or are too small; nothing was kept.
        NoSpaceError: no space for the pixels.
    """
    workers = min(8, os.cpu_count() or 1)
    tests = dict.fromkeys(found.source for entry in planned for found in entry.tests)
    for source in tests:
        if source != BUNDLED:
            _try_tests(source, workers, packing)
    examine_headers(planned)  # of images too small to be used, none is decoded
    for train, _ in _training(planned):
        what = ", ".join(Path(source).name for source in train)
        progress = _told_of(what, packing)
        packed.pack(training_files(train), root, workers=workers, progress=progress)


def _try_tests(source: str, workers: int, packing: Packing | None) -> None:
    """Decode test images and forget them: a damaged one would come up after all the training."""
    files = sources.test_images(source)
    progress = _told_of(Path(source).name, packing)
    faults: list[str] = []
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(images.fault_of, [file.path for file in files])
        for done, fault in enumerate(found, start=1):
            faults += [] if fault is None else [fault]
            progress(done, len(files))
    _refuse(faults)


def _told_of(what: str, packing: Packing | None) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if packing is not None:
            packing(what, done, total)

    return progress


def training_files(train: Sequence[str]) -> tuple[ImageFile, ...]:
    """The training images of all sources, in order."""
    return tuple(file for source in train for file in sources.training_images(source))


def _training(planned: Sequence[PlannedRun]) -> tuple[tuple[tuple[str, ...], int], ...]:
    """Each combination of training sources, with the largest patch cut from it."""
    patches: dict[tuple[str, ...], int] = {}
    for entry in planned:
        experiment: Any = entry.run.experiment
        train = tuple(found.source for found in entry.training)
        patches[train] = max(patches.get(train, 0), experiment["train"]["patch"])
    return tuple(patches.items())


def _resolve(member: Member) -> Experiment:
    data = member.experiment.data
    missing: list[str] = []
    train = _found("data.train", data.train, member.train_base, missing)
    test = _found("data.test", data.test, member.test_base, missing)
    _refuse(missing)
    if faults := [*_namesakes(test), *_overlaps(train, test)]:
        raise ExperimentError(faults)
    found = data.model_copy(update={"train": tuple(train), "test": tuple(test)})
    return member.experiment.model_copy(update={"data": found})


def _found(place: str, named: Sequence[str], base: Path, missing: list[str]) -> list[str]:
    """The folders that are there; of the others, a sentence each is added to ``missing``."""
    found: list[str] = []
    for number, source in enumerate(named):
        try:
            found.append(sources.resolve(source, base=base, environment=os.environ))
        except DataError as error:
            missing.append(f"{place}.{number}: {error}")
    return found


def _namesakes(test: Sequence[str]) -> list[str]:
    names = [sources.test_set_name(source) for source in test]
    return [
        f"data.test: two test sets are called {name}; rename one of the folders"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]


def _overlaps(train: Sequence[str], test: Sequence[str]) -> list[str]:
    """Folders that would put an image on two sides: trained on, held out, tested on."""
    return [
        f"data.train: {one} and {other} share images; leave one of them out"
        for one, other in combinations(train, 2)
        if _is_within(one, other) or _is_within(other, one)
    ] + [
        f"data.test: {tested} would be trained on, as a part of {outer}; keep them apart"
        for tested in test
        for outer in train
        if tested != BUNDLED and _is_within(tested, outer)
    ]


def _is_within(inner: str, outer: str) -> bool:
    if BUNDLED in (inner, outer):
        return inner == outer
    return Path(inner).resolve().is_relative_to(Path(outer).resolve())


def _training_sources(resolved: Sequence[tuple[Member, Experiment]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s for _, experiment in resolved for s in experiment.data.train))


def _test_sources(resolved: Sequence[tuple[Member, Experiment]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s for _, experiment in resolved for s in experiment.data.test))


def _test_listing(source: str) -> int:
    """How many test images a source has, after a look at each one's header."""
    files = sources.test_images(source)
    faults: list[str] = []
    for file in files:
        try:
            info = images.probe(file.path)
        except DataError as error:
            faults.append(str(error))
        else:
            if min(info.width, info.height) < SMALLEST_TEST:
                faults.append(
                    f"{file.path}: {info.width}x{info.height} pixels are too few to test on; "
                    f"SSIM needs {SMALLEST_TEST} each way, so leave it out"
                )
    _refuse(faults)
    return len(files)


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        more = len(faults) - MOST_FAULTS
        tail = [f"... and {more} more"] if more > 0 else []
        raise DataError("\n".join([*faults[:MOST_FAULTS], *tail]))


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
