"""Submitting: a thousand runs at once, into an empty registry and into a full one."""

import itertools
import statistics
from collections.abc import Iterator
from pathlib import Path

from dilctl.jobs import Jobs
from dilctl.request import Request
from dilctl.settings import Settings
from tests.benchmarks.figures import Figure, Figures, seconds
from tests.benchmarks.seeding import Size, seed

RUNS = 1_000
_ROUNDS = 3
_TOPIC = "submitting"


def measure(folder: Path) -> Figures:
    """All figures of submitting; the pictures have been decoded before."""
    for size in (None, Size(runs=10_000, points=1)):
        home = folder / ("empty" if size is None else "full")
        if size is not None:
            seed(home / "registry.db", size)
        where = "an empty registry" if size is None else f"one of {size.runs:,} runs"
        took = statistics.median(_times(home))
        yield Figure(topic=_TOPIC, name=f"{RUNS:,} runs into {where}", value=took, unit="s",
                     at_most=2, note="100 learning rates x 10 seeds")  # fmt: skip


def _times(home: Path) -> Iterator[float]:
    """Each time other runs: of the same ones nothing would be queued."""
    with Jobs(Settings(home)) as jobs:
        jobs.submit(Request(recipe="denoise-small", seeds=(10**6,)))
        for number in range(_ROUNDS):
            request = _request(number)
            yield seconds(lambda asked=request: jobs.submit(asked))
        queued = len(jobs.registry.waiting())
        assert queued >= _ROUNDS * RUNS, f"{queued} runs were queued"


def _request(number: int) -> Request:
    rates = ",".join(f"{1e-6 * rate:.7f}" for rate in range(1, 101))
    first = 1 + 10 * number
    seeds = tuple(itertools.islice(itertools.count(first), 10))
    return Request(recipe="denoise-small", sweeps=(f"train.lr={rates}",), seeds=seeds)
