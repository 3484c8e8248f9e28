"""Test images are no training images, as the paths of their files tell."""

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from trainers.data.needed import Needed
from trainers.data.sources import ImageFile
from trainers.data.testing import TestSet

_Place = tuple[str, str]  # the real folder, and the file's name in it


def trained_on(training: Sequence[Needed], tests: Mapping[str, TestSet]) -> list[str]:
    """Test sets that hold files which are trained on, in a sentence each.

    Args:
        training: the images that are trained on.
        tests: the test sets by their sources.
    """
    place_of = _places()
    tested = {source: list(_files(test_set)) for source, test_set in tests.items()}
    # Few images are tested on, so only their places are kept: there may be 100,000 of the others.
    wanted = {place_of(file) for files in tested.values() for file in files}
    trained: dict[_Place, set[str]] = {}
    for file in (file for images in training for file in images.files):
        if (place := place_of(file)) in wanted:
            trained.setdefault(place, set()).add(file.part)
    faults: list[str] = []
    for source, files in tested.items():
        shared = [file for file in files if _meets(file.part, trained.get(place_of(file), ()))]
        if shared:
            faults.append(_sentence(source, shared))
    return faults


def _places() -> Callable[[ImageFile], _Place]:
    """Where files are; folders are resolved, each once, and files are not: there are too many."""
    resolved = functools.cache(os.path.realpath)

    def place_of(file: ImageFile) -> _Place:
        folder, name = os.path.split(file.path)
        return resolved(folder), name

    return place_of


def _files(test_set: TestSet) -> Iterator[ImageFile]:
    """Every image of a test set once, though several degraded ones may share their truth."""
    both = (file for each in test_set.files for file in (each.clean, each.degraded) if file)
    yield from {(file.path, file.part): file for file in both}.values()


def _meets(part: str, trained: Iterable[str]) -> bool:
    """Whether a part of a file shows what others of its parts do; an empty one is the whole."""
    return any(not part or not other or part == other for other in trained)


def _sentence(source: str, shared: Sequence[ImageFile]) -> str:
    return (
        f"data.test: {source} would be trained on: {len(shared)} of its images, such as "
        f"{shared[0].path}; keep training images and test images apart"
    )
