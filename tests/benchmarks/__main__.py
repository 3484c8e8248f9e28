"""Speed, as ratios measured side by side in one run: python -m tests.benchmarks.

Machines differ and are noisy: the ratio to a plain reference counts, not the seconds. Each figure
is the median of several rounds in which product and reference take turns.
"""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from dilctl.recorder import Recorder
from storage.records import NewRun, Points
from storage.registry import Registry
from tests.trainers.plain import ALONE, Draws, open_store
from trainers.experiment import Erm, Rrdb
from trainers.networks.build import build
from trainers.reporter import Position
from trainers.rules.choose import outer_step
from trainers.rules.objective import Objective


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compare(
    name: str, product: Callable[[], object], reference: Callable[[], object], *, rounds: int = 5
) -> None:
    """Print how many times longer the product takes than the reference."""
    pairs = [(seconds(product), seconds(reference)) for _ in range(rounds)]
    ratio = statistics.median(mine / plain for mine, plain in pairs)
    mine, plain = (1000 * statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name:<58} {ratio:5.2f} x  ({mine:.1f} ms against {plain:.1f} ms)")  # noqa: T201


def training_step(folder: Path) -> None:
    """One ERM step, batches drawn and spoilt, against a plain step on a batch that lies ready."""
    torch.set_num_threads(1)
    draws = Draws(open_store(folder), patch=32, dtype=torch.float32)
    network = build(Rrdb(features=16, blocks=2, growth=9), seed=1)
    objective = Objective(network, ALONE)
    theta = objective.flatten()
    ours = torch.optim.Adam([theta])
    plain = torch.optim.Adam(network.parameters())
    ready = draws.at(0).mixed()

    def product() -> None:
        theta.grad = outer_step(Erm(), objective, theta, draws.at(1), None).gradient
        ours.step()

    def reference() -> None:
        plain.zero_grad()
        torch.nn.functional.l1_loss(network(ready.degraded), ready.clean).backward()
        plain.step()

    product(), reference()  # the first call of each pays for what is set up once
    compare("training step, against a plain loop without data", product, reference, rounds=15)


def registry_write(folder: Path) -> None:
    """50,000 points in batches of 1,000, against the bare database module."""
    registry = Registry.open(folder / "registry.db")
    new = NewRun(name="b", experiment={}, seed=1, signature="s", task="t", rule="r", network="n")
    run, *_ = registry.submit([new], who="benchmark")
    attempt = registry.claim(run.id, "here")
    assert attempt is not None
    registry.running(run.id, attempt.number)
    names = [f"metric {number}" for number in range(5)]
    start = iter(range(0, 10**9, 10_000))

    def product() -> None:
        first = next(start)
        for batch in range(first, first + 10_000, 200):
            steps = range(batch, batch + 200)
            points = [
                Points(step=s, gradients=s, seconds=0.0, values=dict.fromkeys(names, 1.0))
                for s in steps
            ]
            registry.write(run.id, attempt.number, points, ())

    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE points (run INT, "
        "metric INT, step INT, value REAL, PRIMARY KEY (run, metric, step)) WITHOUT ROWID"
    )
    bare_start = iter(range(0, 10**9, 10_000))

    def reference() -> None:
        first = next(bare_start)
        for batch in range(first, first + 10_000, 200):
            rows = [(1, metric, s, 1.0) for s in range(batch, batch + 200) for metric in range(5)]
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany("INSERT INTO points VALUES (?, ?, ?, ?)", rows)
            bare.execute("COMMIT")

    compare("50,000 points written, against sqlite3 executemany", product, reference)
    bare.close()
    registry.close()


def logging_call(folder: Path) -> None:
    """The 99th percentile of what a training loop waits for a logging call."""
    registry = Registry.open(folder / "registry.db")
    new = NewRun(name="l", experiment={}, seed=1, signature="l", task="t", rule="r", network="n")
    run, *_ = registry.submit([new], who="benchmark")
    attempt = registry.claim(run.id, "here")
    assert attempt is not None
    recorder = Recorder(
        lambda: Registry.open(folder / "registry.db"),
        run=run.id,
        attempt=attempt.number,
        spool=folder / "spool.jsonl",
    )
    recorder.resumed(Position(step=0, gradients=0, seconds=0.0, fraction=0.0))
    times = []
    for step in range(1, 5_001):
        position = Position(step=step, gradients=step, seconds=0.0, fraction=step / 5_000)
        times.append(seconds(lambda at=position: recorder.measured(at, {"loss": 1.0, "lr": 1e-4})))
        time.sleep(0.0002)
    lost = recorder.close()
    registry.close()
    percentile = 1000 * statistics.quantiles(times, n=100)[98]
    print(f"{'logging call, 99th percentile':<58} {percentile:5.3f} ms, {lost} lost")  # noqa: T201


def start_up(folder: Path) -> None:
    """What a command costs before it does anything."""

    def child(*arguments: str) -> Callable[[], object]:
        environment = os.environ | {"DILCTL_HOME": str(folder)}
        return lambda: subprocess.run(
            [sys.executable, *arguments], check=True, capture_output=True, env=environment
        )

    compare("dilctl --help, against importing typer",
            child("-m", "dilctl", "--help"), child("-c", "import typer"))  # fmt: skip
    compare("dilctl runs, against importing sqlalchemy and typer",
            child("-m", "dilctl", "runs"), child("-c", "import sqlalchemy, typer"))  # fmt: skip


def main() -> None:
    for benchmark in (start_up, registry_write, logging_call, training_step):
        with tempfile.TemporaryDirectory() as folder:
            benchmark(Path(folder))


if __name__ == "__main__":
    main()
