"""Writing: points a second, bytes a point, many writers at once, and what a training loop waits."""

import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from dilctl.recorder import Recorder
from storage.records import Attempt, Points
from storage.registry import Registry
from tests.benchmarks.figures import Figure, Figures, amount, compared, milliseconds, seconds
from tests.benchmarks.seeding import KEYS, new_run
from trainers.reporter import Position

POINTS, BATCH = 50_000, 1_000
WRITERS, EACH = 8, 5_000
_TOPIC = "writing"


def measure(folder: Path) -> Figures:
    """All figures of writing."""
    yield from throughput(folder / "registry.db")
    yield from room(folder / "grows.db")
    yield from together(folder / "together.db")
    yield logging_call(folder / "recorder.db")
    yield commit(folder)


def begun(registry: Registry, name: str) -> Attempt:
    """A run that has started, so that its attempt may write."""
    run, *_ = registry.submit([new_run(name)], who="me@here")
    attempt = registry.claim(run.id, "here")
    assert attempt is not None
    registry.running(run.id, attempt.number)
    return attempt


def steps(first: int, number: int) -> list[Points]:
    """So many points at consecutive steps; at each step one of every key."""
    return [
        Points(
            step=step,
            gradients=4 * step,
            seconds=0.37 * step,
            values={key: 1 / (step + place) for place, key in enumerate(KEYS, start=2)},
        )
        for step in range(first, first + number // len(KEYS))
    ]


def write(registry: Registry, attempt: Attempt, first: int, *, points: int, batch: int) -> None:
    """Write points in batches, each a transaction."""
    for start in range(first, first + points // len(KEYS), batch // len(KEYS)):
        registry.write(attempt.run, attempt.number, steps(start, batch), ())


def throughput(path: Path) -> Figures:
    """Points a second, beside the bare database module."""
    with Registry.open(path) as registry, closing(_bare(path.with_name("bare.db"))) as bare:
        attempt = begun(registry, "writes")
        firsts, others = count(0, POINTS // len(KEYS)), count(0, POINTS // len(KEYS))
        both = compared(
            lambda: write(registry, attempt, next(firsts), points=POINTS, batch=BATCH),
            lambda: _write_bare(bare, next(others)),
        )
    note = f"{POINTS:,} points of {len(KEYS)} keys, {BATCH:,} a transaction"
    yield Figure(
        topic=_TOPIC,
        name="points a second, one process",
        value=POINTS / both.product * 1000,
        unit="points/s",
        note=note,
    )
    yield Figure(
        topic=_TOPIC,
        name="the same, against sqlite3 executemany of the points alone",
        value=both.ratio,
        unit="x",
        note=str(both),
    )


def room(path: Path) -> Figures:
    """What points take of the disk, with the times of their steps."""
    with Registry.open(path) as registry:
        attempt = begun(registry, "grows")
        empty, written = _size(path), 0
        for points, at_most in ((POINTS, 25), (10 * POINTS, None)):
            write(registry, attempt, written // len(KEYS), points=points - written, batch=BATCH)
            written = points
            yield Figure(
                topic=_TOPIC,
                name=f"bytes a point, of {points:,} points of {len(KEYS)} keys",
                value=(_size(path) - empty) / points,
                unit="bytes",
                at_most=at_most,
                note="growth of the file, with times of steps and newest values",
            )


def _size(path: Path) -> int:
    """The size of a database's file, with all that lies in its log."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
        "CREATE TABLE metrics (run INTEGER, metric INTEGER, step INTEGER, value REAL, "
        "PRIMARY KEY (run, metric, step)) WITHOUT ROWID"
    )
    return connection


def _write_bare(connection: sqlite3.Connection, first: int) -> None:
    for start in range(first, first + POINTS // len(KEYS), BATCH // len(KEYS)):
        rows = [
            (1, number, point.step, value)
            for point in steps(start, BATCH)
            for number, value in enumerate(point.values.values())
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?)", rows)
        connection.execute("COMMIT")


def together(path: Path) -> Figures:
    """Several processes that write at once, each its own run."""
    with Registry.open(path) as registry:
        attempts = [begun(registry, f"writer {number}") for number in range(WRITERS)]
    command = [sys.executable, "-m", "tests.benchmarks.writer", str(path)]
    writers = [
        subprocess.Popen([*command, str(attempt.run)], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for attempt in attempts
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()  # it is ready
    began = time.perf_counter()
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.close()
    complaints = [writer.stderr.read() if writer.stderr else "" for writer in writers]
    failed = sum(writer.wait() != 0 for writer in writers)
    took = time.perf_counter() - began
    with Registry.open(path) as registry:
        there = sum(
            len(curve.values)
            for attempt in attempts
            for curve in registry.curves(attempt.run, KEYS)
        )
    for writer in writers:
        writer.stdout and writer.stdout.close(), writer.stderr and writer.stderr.close()
    note = f"{WRITERS} processes x {EACH:,} points, {amount(there / took)} points/s together"
    yield Figure(topic=_TOPIC, name="points lost by processes that write at once",
                 value=WRITERS * EACH - there, unit="points", at_most=0, note=note)  # fmt: skip
    yield Figure(topic=_TOPIC, name="processes that met an error, as of a lock", value=failed,
                 unit="processes", at_most=0, note=" ".join(complaints).strip()[-200:])  # fmt: skip


def logging_call(path: Path) -> Figure:
    """The 99th percentile of what a training loop waits for a logging call."""
    with Registry.open(path) as registry:
        run, *_ = registry.submit([new_run("logs")], who="me@here")
        attempt = registry.claim(run.id, "here")
    assert attempt is not None
    recorder = Recorder(
        lambda: Registry.open(path), run=run.id, attempt=1, spool=path.with_name("spool.jsonl")
    )
    recorder.resumed(Position(step=0, gradients=0, seconds=0.0, fraction=0.0))
    times = sorted(_logging(recorder, 5_000))
    lost = recorder.close()
    note = f"5,000 calls of 2 values, a step each 0.2 ms; longest {1000 * times[-1]:.1f} ms"
    assert lost == 0, f"{lost} measurements were not delivered"
    return Figure(topic=_TOPIC, name="the worker's logging call, 99th percentile",
                  value=1000 * statistics.quantiles(times, n=100)[98], unit="ms",
                  at_most=0.2, note=note)  # fmt: skip


def _logging(recorder: Recorder, calls: int) -> Iterator[float]:
    values = {"loss": 1.0, "lr": 1e-4}
    for step in range(1, calls + 1):
        position = Position(step=step, gradients=step, seconds=0.0, fraction=step / calls)
        yield seconds(lambda at=position: recorder.measured(at, values))
        time.sleep(0.0002)


def commit(folder: Path) -> Figure:
    """What it costs a transaction that what it wrote outlives a power cut."""
    times: dict[str, float] = {}
    for level in ("FULL", "NORMAL"):
        with closing(_bare(folder / f"{level}.db")) as connection:
            connection.execute(f"PRAGMA synchronous = {level}")
            numbers = count()
            times[level] = milliseconds(lambda c=connection, n=numbers: _commit(c, n), rounds=200)
    note = f"synchronous=FULL {times['FULL']:.2f} ms, NORMAL {times['NORMAL']:.2f} ms"
    return Figure(topic=_TOPIC, name="durability, time added to a transaction of 5 points",
                  value=times["FULL"] - times["NORMAL"], unit="ms", note=note)  # fmt: skip


def _commit(connection: sqlite3.Connection, numbers: Iterator[int]) -> None:
    step = next(numbers)
    connection.execute("BEGIN IMMEDIATE")
    rows = [(1, metric, step, 1.0) for metric in range(len(KEYS))]
    connection.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?)", rows)
    connection.execute("COMMIT")
