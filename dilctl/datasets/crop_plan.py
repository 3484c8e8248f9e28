"""Which tiles of a folder of images are missing."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from dilctl.datasets.crop_record import Entry
from dilctl.errors import UsageError
from trainers.data import sources
from trainers.data.ahead import ahead
from trainers.data.cropping import UNFINISHED, Cut, Grid, labels
from trainers.data.images import ImageInfo
from trainers.data.reading import size_of
from trainers.data.sources import ImageFile
from trainers.errors import DataError
from trainers.experiment import BUNDLED

Told = Callable[[str, int, int], None]
"""Told how far something is: (what, done, in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be cut.

    Attributes:
        source: ``bundled``, or a folder by its absolute path.
        target: the folder for the tiles, by its absolute path.
        patch: side of a tile, pixels.
    """

    source: str
    target: Path
    patch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An image, of whose tiles some are missing, or some are outdated.

    Attributes:
        cut: what is to be written.
        entry: what the record will say of it.
        outdated: tiles of what the image was before it changed.
    """

    cut: Cut
    entry: Entry
    outdated: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done.

    Attributes:
        images: how many there are.
        tiles: how many there will be, of the images that can be read.
        small: images smaller than a tile.
        gone: images that were cut earlier and are no more; their tiles stay.
        tasks: the images that have something to be done.
        faults: a sentence for each image that cannot be read.
    """

    images: int
    tiles: int
    small: int
    gone: tuple[str, ...]
    tasks: tuple[Task, ...]
    faults: tuple[str, ...]

    @property
    def missing(self) -> int:
        """Tiles to be written."""
        return sum(len(task.cut.wanted) for task in self.tasks)


def plan(wish: Wish, entries: Mapping[str, Entry], *, told: Told) -> Plan:
    """What is to be done, as the headers of all images tell; nothing is written.

    Args:
        wish: what was asked for.
        entries: what earlier calls wrote down.
        told: told of headers being read.

    Raises:
        DataError: the source cannot be read, or holds no image.
        UsageError: the target, or files in it, would have to be overwritten.
    """
    files = images_of(wish)
    found = _sizes(files, told)
    faults = [str(size) for size in found if isinstance(size, DataError)]
    sized = {
        file: Grid.of(size, wish.patch)
        for file, size in zip(files, found, strict=True)
        if isinstance(size, ImageInfo)
    }
    planner = _Planner(wish, entries, labels([file.name for file in files]))
    tasks = [planner.task(file, grid) for file, grid in sized.items()]
    planner.refuse_foreign()
    return Plan(
        images=len(files),
        tiles=sum(grid.count for grid in sized.values()),
        small=sum(grid.count == 0 for grid in sized.values()),
        gone=tuple(sorted(entries.keys() - {file.name for file in files})),
        tasks=tuple(task for task in tasks if task is not None),
        faults=tuple(faults),
    )


def images_of(wish: Wish) -> tuple[ImageFile, ...]:
    """The images to be cut.

    Raises:
        DataError: the source cannot be read, or holds no image.
        UsageError: the target is no folder, or lies among the images.
    """
    files = sources.training_images(wish.source)
    _refuse_nested(wish, files)
    return files


def clear_unfinished(wish: Wish) -> None:
    """Delete what a killed process left behind; the target must be held."""
    for folder, _, names in os.walk(wish.target):
        for name in names:
            if name.startswith(UNFINISHED):
                Path(folder, name).unlink(missing_ok=True)


class _Planner:
    """Compares what should be in the target with what is."""

    def __init__(self, wish: Wish, entries: Mapping[str, Entry], labels: Mapping[str, str]) -> None:
        self._wish = wish
        self._entries = entries
        self._labels = labels
        self._foreign: list[str] = []
        self._present: dict[Path, frozenset[str]] = {}

    def task(self, file: ImageFile, grid: Grid) -> Task | None:
        """What is to be done for an image; None if nothing."""
        state = file.path.stat()
        label = self._labels[file.name]
        entry = Entry(
            name=file.name,
            size=state.st_size,
            changed=state.st_mtime_ns,
            label=label,
            rows=grid.rows,
            columns=grid.columns,
            done=True,
        )
        known = self._entries.get(file.name)
        tiles = grid.tiles(label)
        present = self._of(label, tiles)
        if known is None:
            self._foreign += present
        is_outdated = known is not None and not known.is_of(entry)
        wanted = frozenset(tiles) if is_outdated else frozenset(tiles) - present
        if known == entry and not wanted:
            return None
        target, patch = self._wish.target, self._wish.patch
        return Task(
            cut=Cut(file=file, target=target, patch=patch, grid=grid, label=label, wanted=wanted),
            entry=entry,
            outdated=known.tiles if known is not None and is_outdated else (),
        )

    def refuse_foreign(self) -> None:
        """Raise if tiles would have to be written over files of somebody else."""
        if self._foreign:
            first, *more = sorted(self._foreign)
            others = f" and {len(more):,} more" if more else ""
            raise UsageError(
                f"{self._wish.target / first}{others}: there already, and not written by this "
                "command; choose another folder"
            )

    def _of(self, label: str, tiles: Sequence[str]) -> frozenset[str]:
        """Those tiles that are in the target; an empty file is none."""
        folder = (self._wish.target / label).parent
        if folder not in self._present:
            self._present[folder] = _whole_files(folder)
        head = label[: label.rfind("/") + 1]
        return frozenset(tile for tile in tiles if tile[len(head) :] in self._present[folder])


def _whole_files(folder: Path) -> frozenset[str]:
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries if entry.stat().st_size > 0)
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def _sizes(files: Sequence[ImageFile], told: Told) -> list[ImageInfo | DataError]:
    found: list[ImageInfo | DataError] = []
    workers = min(8, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        for done, size in enumerate(ahead(pool, _size, files, most=64), start=1):
            found.append(size)
            told("reading sizes", done, len(files))
    return found


def _size(file: ImageFile) -> ImageInfo | DataError:
    try:
        return size_of(file)
    except DataError as error:
        return error


def _refuse_nested(wish: Wish, files: Sequence[ImageFile]) -> None:
    """Tiles in the source would be cut into tiles by the next call; images are never touched."""
    if wish.target.exists() and not wish.target.is_dir():
        raise UsageError(f"{wish.target}: is a file; name a folder for the tiles")
    target = wish.target.resolve()
    roots = [] if wish.source == BUNDLED else [Path(wish.source).resolve()]
    roots += {file.path.parent.resolve() for file in files}
    for root in roots:
        if target.is_relative_to(root) or root.is_relative_to(target):
            raise UsageError(
                f"{wish.target}: tiles and images must lie apart, and {root} holds images; "
                "choose another folder"
            )
