"""Runs that train meanwhile: python -m tests.benchmarks.dashboard_training HOME."""

import sys
import time
from pathlib import Path

from storage.records import Points, Progress
from storage.registry import Registry
from tests.benchmarks.seeding import KEYS

PERIOD = 0.5


def main() -> None:
    """Say twice a second how far each live run has come, until killed."""
    with Registry.open(Path(sys.argv[1]) / "registry.db") as registry:
        live = [run for run in registry.runs(limit=50) if run.status.value == "running"]
        done = max(run.step for run in live)
        for step in range(done + 1, done + 100_000):
            for run in live:
                values = {key: (step * 7919 + run.id) % 10007 / 10007 for key in KEYS}
                points = Points(step=step, gradients=4 * step, seconds=step / 2, values=values)
                registry.write(run.id, run.attempt, [points], [])
                registry.heartbeat(run.id, run.attempt, progress(step))
            time.sleep(PERIOD)


def progress(step: int) -> Progress:
    """How far a run has come."""
    return Progress(
        step=step,
        gradients=4 * step,
        seconds=step / 2,
        fraction=step % 1000 / 1000,
        seconds_left=500 - step / 2,
        activity="training",
    )


if __name__ == "__main__":
    main()
