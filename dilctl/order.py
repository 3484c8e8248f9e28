"""What a worker is told to do, and what it says of its end: two small files in the run's folder."""

import json
import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from dilctl.settings import RunFolder, Settings
from storage.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a worker is told to do.

    Attributes:
        run: the run's number.
        attempt: which start of the run this is.
        home: folder of everything that dilctl keeps.
        seed: the run's seed.
        experiment: the whole experiment, as plain JSON.
    """

    run: int
    attempt: int
    home: Path
    seed: int
    experiment: Json

    @property
    def folder(self) -> RunFolder:
        """The files of the run."""
        return Settings(self.home).run(self.run)

    def write(self) -> Path:
        """Put the order into the run's folder, which is created; returns its path."""
        self.folder.path.mkdir(parents=True, exist_ok=True)
        _replace(self.folder.order, {**asdict(self), "home": str(self.home)})
        return self.folder.order

    def is_overtaken(self) -> bool:
        """Whether a later attempt was ordered in the same folder, perhaps by another machine."""
        try:
            newest: dict[str, Any] = json.loads(self.folder.order.read_text("utf-8"))
        except (OSError, ValueError):  # it cannot be told
            return False
        return newest["attempt"] > self.attempt

    @classmethod
    def read(cls, path: Path) -> "Order":
        """The order in a file that ``write`` has written."""
        said: dict[str, Any] = json.loads(path.read_text("utf-8"))
        home = Path(said.pop("home"))
        return cls(home=home, **said)


class Ended(StrEnum):
    """How an attempt ended, in one word."""

    DONE = "done"
    INTERRUPTED = "interrupted"
    DIVERGED = "diverged"
    OUT_OF_MEMORY = "out-of-memory"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended, in the worker's own words.

    Attributes:
        attempt: which start of the run.
        ended: in one word.
        reason: in a sentence; empty when there is nothing to say.
    """

    attempt: int
    ended: Ended
    reason: str = ""

    def leave(self, folder: RunFolder) -> None:
        """Write it into the run's folder, unless another rank or a later attempt was first.

        The first rank to fail knows why; the others only see that a neighbour has gone.
        """
        there = _read(folder)
        if there is None or there.attempt < self.attempt:
            _replace(folder.outcome, asdict(self))


def read_outcome(folder: RunFolder, attempt: int) -> Outcome | None:
    """How an attempt ended; None if it left no word."""
    outcome = _read(folder)
    return outcome if outcome is not None and outcome.attempt == attempt else None


def _read(folder: RunFolder) -> Outcome | None:
    try:
        said: dict[str, Any] = json.loads(folder.outcome.read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # or emptied by a power failure: no word either
        return None
    return Outcome(attempt=said["attempt"], ended=Ended(said["ended"]), reason=said["reason"])


def _replace(path: Path, content: dict[str, Any]) -> None:
    """Write beside, then rename: a reader sees the old file or the new one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(json.dumps(content, indent=1), "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
