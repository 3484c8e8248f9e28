"""Measurements on their way to the registry, and the file in which they outlive their process."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from storage.records import Evaluation, ImageValue, Points, Progress
from storage.registry import Registry

_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewind:
    """What was measured after this step is void."""

    step: int


Entry = Points | Evaluation | Rewind | Progress


class Spool:
    """A file of entries, each with the attempt that measured it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entries: Sequence[Entry], *, attempt: int) -> None:
        """Write entries so that they outlive the process, and the machine's power.

        Raises:
            OSError: the disk is full, or the folder is gone.
        """
        lines = [json.dumps([attempt, type(e).__name__, asdict(e)]) for e in entries]
        with self.path.open("ab") as file:
            # The line break in front ends a line that a full disk has cut short.
            file.write("\n".join(["", *lines, ""]).encode())
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> tuple[Entry, ...]:
        """What waits, in the order in which it was measured.

        What an attempt wrote after a later one had begun is left out: it was fenced by then.
        """
        entries: list[Entry] = []
        newest = 0
        for attempt, kind, fields in self._lines():
            if attempt >= newest:
                newest = attempt
                entries.append(_entry(kind, fields))
        return tuple(entries)

    def clear(self) -> None:
        """Forget everything: it has arrived."""
        self.path.unlink(missing_ok=True)

    def _lines(self) -> list[tuple[int, str, dict[str, Any]]]:
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        read: list[tuple[int, str, dict[str, Any]]] = []
        for line in lines:
            try:
                attempt, kind, fields = json.loads(line)
            except ValueError:  # an empty line, or one that was cut short
                continue
            read.append((attempt, kind, fields))
        return read


def send(registry: Registry, entries: Sequence[Entry], *, run: int, attempt: int) -> None:
    """Bring entries into the registry in their order; sending them again changes nothing.

    Raises:
        FencedError: another attempt has taken the run over.
        RegistryUnavailableError: just now it cannot be written.
    """
    for bring, group in groupby(entries, key=_call):
        together = tuple(group)
        for start in range(0, len(together), _BATCH):
            bring(registry, run, attempt, together[start : start + _BATCH])


def _call(entry: Entry) -> Callable[[Registry, int, int, Sequence[Entry]], None]:
    """What brings entries of one sort in."""
    match entry:
        case Points() | Evaluation():
            return _write
        case Rewind():
            return _rewind
        case Progress():
            return _advance


def _write(registry: Registry, run: int, attempt: int, entries: Sequence[Entry]) -> None:
    points = [entry for entry in entries if isinstance(entry, Points)]
    evaluations = [entry for entry in entries if isinstance(entry, Evaluation)]
    registry.write(run, attempt, points, evaluations)


def _rewind(registry: Registry, run: int, attempt: int, entries: Sequence[Entry]) -> None:
    steps = [entry.step for entry in entries if isinstance(entry, Rewind)]
    registry.rewind(run, attempt, min(steps))


def _advance(registry: Registry, run: int, attempt: int, entries: Sequence[Entry]) -> None:
    *_, newest = (entry for entry in entries if isinstance(entry, Progress))
    registry.heartbeat(run, attempt, newest)


def deliver(registry: Registry, path: Path, *, run: int, attempt: int) -> int:
    """Bring in what a run's processes left behind when they ended; returns how many entries.

    Raises:
        FencedError: another attempt has taken the run over.
        RegistryUnavailableError: just now it cannot be written; nothing is forgotten.
    """
    spool = Spool(path)
    entries = spool.read()
    send(registry, entries, run=run, attempt=attempt)
    spool.clear()
    return len(entries)


def _entry(kind: str, fields: dict[str, Any]) -> Entry:
    if kind == Rewind.__name__:
        return Rewind(**fields)
    if kind == Points.__name__:
        return Points(**fields)
    if kind == Progress.__name__:
        return Progress(**fields)
    images = tuple(ImageValue(**image) for image in fields.pop("images"))
    return Evaluation(images=images, **fields)
