"""What of a home folder no run needs any more: pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from storage.records import ENDED, Status

# Whoever writes or submits needs less; what is younger is left alone.
_YOUNG = 24 * 3600.0

_OLD_FOLDER = re.compile(r"[0-9]+\.old[0-9]*", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_SNAPSHOT = re.compile(r"[0-9a-f]{16}", re.ASCII)
_STORE = re.compile(r"[0-9a-f]{32}", re.ASCII)
_CUT_OFF = re.compile(r".*\.new(-wal|-shm|-journal)?", re.DOTALL)
_WEIGHTS = "weights.safetensors"
_CHECKPOINT = "checkpoint.pt"
_PREVIOUS = f"{_CHECKPOINT}.previous"


class Kind(StrEnum):
    """Kinds of what can go, each with why."""

    CHECKPOINTS = "checkpoints of done runs, whose weights stay"
    PREVIOUS = "second checkpoints of runs that rest; the newest stay"
    FOLDERS = "folders of runs that are no more"
    IMAGES = "decoded images that no run waits for"
    CODE = "snapshots of source that no run waits for"
    LEFTOVERS = "leftovers of writes that were cut off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file, or a folder with all in it.

    Attributes:
        path: where.
        size: bytes.
        age: seconds since anything in it last changed.
    """

    path: Path
    size: int
    age: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The folder of a run: all of it, and the files that lie in it directly."""

    whole: Seen
    files: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What lies in a home folder.

    Attributes:
        folders: in ``runs``.
        stores: in ``packed``.
        snapshots: in ``code``.
        loose: files that lie directly in the home folder, or among copies of the registry.
    """

    folders: tuple[Folder, ...]
    stores: tuple[Seen, ...]
    snapshots: tuple[Seen, ...]
    loose: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the registry says.

    Attributes:
        statuses: of all runs.
        highest: the highest number that it ever gave to a run. Folders of higher numbers are not
            its own: several registries may keep their runs in one home.
        snapshots: names of the snapshots that runs need which can still start.
        stores: names of the decoded images that they need; None where that cannot be told.
    """

    statuses: Mapping[int, Status]
    highest: int
    snapshots: frozenset[str]
    stores: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Something that can go."""

    path: Path
    kind: Kind
    size: int


def garbage(contents: Contents, known: Known) -> tuple[Piece, ...]:
    """All that can go; nothing of a run that lives."""
    return (
        *(piece for folder in contents.folders for piece in _of_folder(folder, known)),
        *_unneeded(contents.stores, _STORE, known.stores, Kind.IMAGES),
        *_unneeded(contents.snapshots, _SNAPSHOT, known.snapshots, Kind.CODE),
        *_leftovers(seen for seen in contents.stores if seen.path.name == ".partial"),
        *_leftovers(seen for seen in contents.snapshots if seen.path.name.startswith(".")),
        *_leftovers(seen for seen in contents.loose if _CUT_OFF.fullmatch(seen.path.name)),
    )


def _of_folder(folder: Folder, known: Known) -> Iterable[Piece]:
    name = folder.whole.path.name
    if _OLD_FOLDER.fullmatch(name):
        return [_piece(folder.whole, Kind.FOLDERS)]
    if not _NUMBER.fullmatch(name) or int(name) > known.highest:
        return []
    status = known.statuses.get(int(name))
    if status is None:
        return [_piece(folder.whole, Kind.FOLDERS)]
    return _of_run({seen.path.name: seen for seen in folder.files}, status)


def _of_run(files: Mapping[str, Seen], status: Status) -> Iterable[Piece]:
    if status in (Status.STARTING, Status.RUNNING, Status.QUEUED):  # the last may start just now
        return []
    cut_off = _leftovers(seen for name, seen in files.items() if _CUT_OFF.fullmatch(name))
    if status is Status.DONE and _WEIGHTS in files:
        gone = [seen for name, seen in files.items() if _is_checkpoint(name)]
        return [*(_piece(seen, Kind.CHECKPOINTS) for seen in gone), *cut_off]
    if _PREVIOUS in files and _CHECKPOINT in files:
        return [_piece(files[_PREVIOUS], Kind.PREVIOUS), *cut_off]
    return cut_off


def _is_checkpoint(name: str) -> bool:
    return name in (_CHECKPOINT, _PREVIOUS, f"{_CHECKPOINT}.tested")


def _unneeded(
    found: Iterable[Seen], pattern: re.Pattern[str], needed: frozenset[str] | None, kind: Kind
) -> list[Piece]:
    if needed is None:
        return []
    return [
        _piece(seen, kind)
        for seen in found
        if pattern.fullmatch(seen.path.name) and seen.path.name not in needed and seen.age > _YOUNG
    ]


def _leftovers(found: Iterable[Seen]) -> list[Piece]:
    return [_piece(seen, Kind.LEFTOVERS) for seen in found if seen.age > _YOUNG]


def _piece(seen: Seen, kind: Kind) -> Piece:
    return Piece(path=seen.path, kind=kind, size=seen.size)


def can_start(status: Status) -> bool:
    """Whether a run may start, now or after somebody has asked for it."""
    return status not in ENDED or status is Status.FAILED
