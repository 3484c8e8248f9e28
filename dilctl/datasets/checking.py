"""Whether the images that experiments need are there, and never both trained and tested on."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dilctl.apart import trained_on
from dilctl.datasets.folders import Folder, look
from dilctl.datasets.needs import joined, needs_of
from dilctl.members import Member
from dilctl.resolving import Bases, resolve
from trainers.data import needed
from trainers.data.sources import ImageFile
from trainers.data.testing import find_test_set, unmatched
from trainers.errors import DataError, ExperimentError

Told = Callable[[str, int, int], None]
"""Told how far something is: (what, done, in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A test image that is also trained on.

    Attributes:
        test: its path.
        training: paths of the training images that show it, or a part of it.
    """

    test: str
    training: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found.

    Attributes:
        folders: those that the experiments name, each once.
        faults: what cannot be used besides whole folders, in sentences.
        shared: test images that the same experiment trains on.
        is_compared: whether they were looked for.
    """

    folders: tuple[Folder, ...]
    faults: tuple[str, ...]
    shared: tuple[Shared, ...]
    is_compared: bool

    @property
    def is_well(self) -> bool:
        """Whether the experiments can be run, and their tests mean what they say."""
        return not (self.faults or self.shared or any(each.fault for each in self.folders))


def check(members: Sequence[Member], *, is_compared: bool, told: Told) -> Report:
    """Look at the folders of experiments, at the headers of all images, and what they show.

    Args:
        members: the experiments.
        is_compared: whether to look for test images that are also trained on; that decodes every
            image.
        told: told of progress.
    """
    needs = joined([need for member in members for need in needs_of(member)])
    folders = tuple(look(need, told=told) for need in needs)
    faults = [fault for folder in folders for fault in folder.faults]
    if not any(folder.fault for folder in folders):
        faults += [fault for member in members for fault in _faults_of(member)]
    shared: tuple[Shared, ...] = ()
    if is_compared:
        shared, unreadable = _shared(members, folders, told)
        faults += unreadable
    return Report(
        folders=folders,
        faults=tuple(dict.fromkeys(faults)),
        shared=shared,
        is_compared=is_compared,
    )


def _faults_of(member: Member) -> tuple[str, ...]:
    """What else would be refused of an experiment whose folders are all there."""
    bases = Bases(train=member.train_base, test=member.test_base)
    try:
        found = resolve(member.experiment, bases).experiment
        training, scale = needed.needed(found), found.network.scale
        tests = {each: find_test_set(each, scale=scale) for each in found.data.test}
    except ExperimentError as error:
        return error.faults
    except DataError as error:
        return tuple(str(error).splitlines())
    fitting = unmatched(found.evaluate.suites, tuple(tests.values()))
    return (*fitting, *trained_on(training, tests))


def _shared(
    members: Sequence[Member], folders: Sequence[Folder], told: Told
) -> tuple[tuple[Shared, ...], tuple[str, ...]]:
    """Test images that are trained on, and a sentence for each image that cannot be read."""
    from trainers.data.overlap import compare

    together = _together(members)
    trained = list(_images(folders, is_test=False))
    tested = list(_images(folders, is_test=True))
    if not trained or not tested:
        return (), ()
    found = compare(
        [file for _, file in trained],
        [file for _, file in tested],
        workers=os.cpu_count() or 1,
        progress=lambda done, total: told("comparing images", done, total),
    )
    shared: list[Shared] = []
    for each in found.overlaps:
        folder, test = tested[each.test]
        places = (trained[number] for number in each.training)
        shown_by = tuple(
            _place(f) for other, f in places if (_key(other), _key(folder)) in together
        )
        if shown_by:
            shared.append(Shared(test=_place(test), training=shown_by))
    return tuple(shared), found.faults


def _images(folders: Sequence[Folder], *, is_test: bool) -> Iterator[tuple[Folder, ImageFile]]:
    for folder in folders:
        if (folder.need.role == "test") == is_test:
            yield from ((folder, file) for file in folder.clean)


def _together(members: Sequence[Member]) -> frozenset[tuple[object, object]]:
    """Folders that one experiment trains and tests on, as pairs."""
    return frozenset(
        ((one.role, one.named, one.base), (other.role, other.named, other.base))
        for member in members
        for one in needs_of(member)
        for other in needs_of(member)
        if one.role != "test" and other.role == "test"
    )


def _key(folder: Folder) -> object:
    return folder.need.role, folder.need.named, folder.need.base


def _place(file: ImageFile) -> str:
    return f"{file.path} ({file.part})" if file.part else str(file.path)
