"""Whether the images of a folder are there, and fit for what they are needed for."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import assert_never

from dilctl.datasets.needs import Need
from trainers.data import catalogue, sources
from trainers.data.ahead import ahead
from trainers.data.catalogue import DataSet
from trainers.data.images import ImageInfo
from trainers.data.needed import pairs_in
from trainers.data.reading import size_of
from trainers.data.sources import ImageFile
from trainers.data.testing import find_test_set
from trainers.errors import DataError

Told = Callable[[str, int, int], None]
"""Told how far something is: (what, done, in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder that was looked at.

    Attributes:
        need: what it is needed for.
        path: where it is; None where it is not there.
        fault: why it cannot be used at all, in a sentence.
        images: how many there are, or how many pairs.
        smallest, largest: images by their numbers of pixels, as ``481x321``.
        faults: a sentence for each image that cannot be used.
        known: the published data set that its name says it is.
        clean: its images without degradation, which must not be both trained and tested on.
    """

    need: Need
    path: str | None = None
    fault: str | None = None
    images: int = 0
    smallest: str = ""
    largest: str = ""
    faults: tuple[str, ...] = ()
    known: DataSet | None = None
    clean: tuple[ImageFile, ...] = field(default=(), repr=False)

    @property
    def is_absent(self) -> bool:
        """Whether there is nothing at its place."""
        return self.path is None

    @property
    def odd(self) -> str | None:
        """That the data set has other numbers of images, in a sentence; None if all is usual."""
        if self.known is None or not self.known.images or not self.images:
            return None
        if self.images in self.known.images:
            return None
        usual = " or ".join(f"{number:,}" for number in self.known.images)
        return f"{self.need.named}: holds {self.images:,}, where {self.known.name} has {usual}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """Images of a folder: as many as people count, those without degradation, and the others."""

    count: int
    clean: tuple[ImageFile, ...] = ()
    others: tuple[ImageFile, ...] = ()


def look(need: Need, *, told: Told) -> Folder:
    """A folder, and the headers of all its images."""
    known = catalogue.find(need.named)
    try:
        path = sources.resolve(need.named, base=need.base, environment=os.environ)
    except DataError as error:
        return Folder(need=need, fault=str(error), known=known)
    try:
        held = _held(path, need)
    except DataError as error:
        return Folder(need=need, path=path, fault=str(error), known=known)
    sizes, faults = _sizes(need, held, told)
    ordered = sorted(sizes, key=lambda size: size.width * size.height)
    return Folder(
        need=need,
        path=path,
        images=held.count,
        smallest=_words(ordered[0]) if ordered else "",
        largest=_words(ordered[-1]) if ordered else "",
        faults=tuple(faults),
        known=known,
        clean=held.clean,
    )


def _held(path: str, need: Need) -> _Held:
    match need.role:
        case "train":
            files = sources.training_images(path)
            return _Held(count=len(files), clean=files)
        case "streaks":
            files = sources.training_images(path)
            return _Held(count=len(files), others=files)
        case "pairs":
            found = pairs_in(path, scale=need.scale)
            return _Held(count=len(found.degraded), clean=found.clean, others=found.degraded)
        case "test":
            return _tests(path, need.scale)
        case _:
            assert_never(need.role)


def _tests(path: str, scale: int) -> _Held:
    files = find_test_set(path, scale=scale).files
    return _Held(
        count=len(files),
        clean=tuple(file.clean for file in files),
        others=tuple(file.degraded for file in files if file.degraded is not None),
    )


def _sizes(need: Need, held: _Held, told: Told) -> tuple[list[ImageInfo], list[str]]:
    """Sizes of all images whose headers can be read, and what is wrong with images."""
    files = (*held.clean, *held.others)
    sizes: list[ImageInfo] = []
    faults: list[str] = []
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for done, found in enumerate(ahead(pool, _size, files, most=64), start=1):
            if isinstance(found, ImageInfo):
                sizes.append(found)
                least = need.least if done <= len(held.clean) else need.least // need.scale
                faults += _too_small(files[done - 1], found, least)
            else:
                faults.append(str(found))
            told(f"looking at {need.named}", done, len(files))
    return sizes, faults


def _size(file: ImageFile) -> ImageInfo | DataError:
    try:
        return size_of(file)
    except DataError as error:
        return error


def _too_small(file: ImageFile, size: ImageInfo, least: int) -> list[str]:
    if min(size.width, size.height) >= least:
        return []
    return [f"{file.path}: {_words(size)} pixels are too few; at least {least} each way are needed"]


def _words(size: ImageInfo) -> str:
    return f"{size.width}x{size.height}"
