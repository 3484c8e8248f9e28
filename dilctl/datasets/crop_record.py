"""Which images a folder of tiles was cut from, written down as it grows."""

import fcntl
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from dilctl.errors import BusyError, UsageError
from trainers.data.cropping import Grid

_NAME = ".dilctl-crop.jsonl"
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An image whose tiles are in the folder, or were being written.

    Attributes:
        name: the image's, in its folder.
        size: of its file, bytes.
        changed: time of its last change, nanoseconds since 1970.
        label: what the names of its tiles begin with.
        rows, columns: tiles.
        done: whether all of them were written.
    """

    name: str
    size: int
    changed: int
    label: str
    rows: int
    columns: int
    done: bool

    @property
    def tiles(self) -> tuple[str, ...]:
        """The names of its tiles."""
        return Grid(rows=self.rows, columns=self.columns).tiles(self.label)

    def is_of(self, other: "Entry") -> bool:
        """Whether both are of the same state of an image, be its tiles written or not."""
        return replace(self, done=other.done) == other


class Record:
    """What a folder of tiles was cut from: one line of JSON for each image begun or finished.

    Attributes:
        entries: the newest of each image, by its name.
    """

    def __init__(self, entries: Mapping[str, Entry], file: IO[bytes] | None = None) -> None:
        self.entries = entries
        self._file = file

    def write(self, entry: Entry) -> None:
        """Add an entry; it outlives this process from now on."""
        assert self._file is not None, "a record that was only read is not written"
        self._file.write(_line(asdict(entry)))
        self._file.flush()


def read(target: Path, *, source: str, patch: int) -> Record:
    """The record of a folder; empty where there is none.

    Raises:
        UsageError: the folder holds tiles of other images, or of another size.
    """
    try:
        content = (target / _NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Record({})
    return Record(_entries(target, content, source=source, patch=patch))


@contextmanager
def opened(target: Path, *, source: str, patch: int) -> Generator[Record]:
    """The record of a folder, for one process at a time to add to; the folder is made if absent.

    Raises:
        UsageError: the folder holds tiles of other images, or of another size.
        BusyError: another process cuts tiles into it.
    """
    target.mkdir(parents=True, exist_ok=True)
    with (target / _NAME).open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(f"{target}: another dilctl cuts tiles into it; wait for it") from error
        file.seek(0)
        content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        file.truncate(len(whole))  # a line that was cut off would spoil the next one
        entries = _entries(target, whole, source=source, patch=patch)
        if not whole:
            file.write(_line({"format": _FORMAT, "source": source, "patch": patch}))
        yield Record(entries, file)


def _line(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"


def _entries(target: Path, content: bytes, *, source: str, patch: int) -> dict[str, Entry]:
    whole = content[: content.rfind(b"\n") + 1]
    try:
        lines = [json.loads(line) for line in whole.splitlines()]
        if lines:
            _refuse_other(target, lines[0], source=source, patch=patch)
        return {line["name"]: Entry(**line) for line in lines[1:]}
    except (ValueError, TypeError, LookupError) as error:
        raise UsageError(
            f"{target / _NAME}: is damaged or of a newer dilctl; choose another folder"
        ) from error


def _refuse_other(target: Path, head: Mapping[str, Any], *, source: str, patch: int) -> None:
    if head["patch"] != patch:
        raise UsageError(
            f"{target}: holds tiles of {head['patch']} pixels, not {patch}; choose another folder"
        )
    if head["source"] != source:
        raise UsageError(
            f"{target}: holds tiles of {head['source']}, not of {source}; choose another folder"
        )
