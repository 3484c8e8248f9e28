"""The work that every peer does: the same points, the same list, timed without the imports."""

import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

POINTS, BATCH = 50_000, 1_000
KEYS = ("loss", "lr", "psnr seen", "psnr unseen", "grad norm")
STEPS = POINTS // len(KEYS)
FOUND = 100


class Peer(ABC):
    """A program that keeps what experiments measure, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def begin(self) -> None:
        """Make a run ready to be written to."""

    @abstractmethod
    def write(self) -> None:
        """Write all points, and let go of the run."""

    def seed(self, runs: int) -> None:
        """Make so many runs, each with a value of every key."""
        raise NotImplementedError

    def best(self) -> int:
        """List the runs whose loss is highest; returns how many were listed, at most 100."""
        raise NotImplementedError


def rows() -> Iterator[tuple[int, dict[str, float]]]:
    """Each step with its values."""
    return ((step, values_at(step)) for step in range(STEPS))


def values_at(step: int) -> dict[str, float]:
    """A value of each key."""
    return {key: 1 / (step + place) for place, key in enumerate(KEYS, start=2)}


def main(peer: type[Peer]) -> None:
    """What a child does: ``python -m ... write FOLDER`` or ``list FOLDER RUNS``."""
    task, folder, *runs = sys.argv[1:]
    it = peer(Path(folder))
    answer = _written(it) if task == "write" else _listed(it, int(runs[0]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")


def _written(peer: Peer) -> dict[str, float]:
    peer.begin()
    before = _size(peer.folder)
    began = time.perf_counter()
    peer.write()
    took = time.perf_counter() - began
    return {"seconds": took, "bytes": (_size(peer.folder) - before) / POINTS}


def _listed(peer: Peer, runs: int) -> dict[str, float]:
    peer.seed(runs)
    times = [_time_of_list(peer) for _ in range(6)]
    return {"milliseconds": 1000 * sorted(times[1:])[2]}


def _time_of_list(peer: Peer) -> float:
    began = time.perf_counter()
    listed = peer.best()
    assert listed == FOUND, f"{listed} runs were listed"
    return time.perf_counter() - began


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
