"""Registries that are full from the start, written past the registry's own door to be quick."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.records import NewRun
from storage.registry import Registry
from storage.tables import runs
from trainers.recipe import parse_experiment, read_settings

KEYS = ("loss", "lr", "psnr@crops:seen", "psnr@crops:unseen", "grad norm")
LONG_CURVE = 100_000

_SAME = [name for name in runs.c.keys() if name not in {"id", "seed", "experiment", "name"}]
_COPIED = ", ".join(_SAME)
_VALUE = "((runs.id * 7919 + names.id * 10427 + step.n * 31) % 10007) / 10007.0"
_STATEMENTS = (
    """INSERT INTO documents (id, digest, content)
       SELECT 100 + step.n, 'seeded ' || step.n, REPLACE(content, '0.0001', '0.0' || step.n)
       FROM step CROSS JOIN documents WHERE documents.id = 1 AND step.n < {runs}""",
    f"""INSERT INTO runs (id, seed, experiment, name, {_COPIED})
       SELECT step.n + 1, 1, 100 + step.n, name || ' train.lr=0.0' || step.n, {_COPIED}
       FROM step CROSS JOIN runs WHERE runs.id = 1 AND step.n < {{runs}}""",
    """INSERT INTO events (run, at, status, who, why)
       SELECT runs.id, created_at, 'queued', 'me@here', 'submitted' FROM runs WHERE id > 1""",
    "UPDATE runs SET status = 'done', fraction = 1, step = {points}, attempt = 1 WHERE id > 1",
    f"""INSERT INTO metrics (run, metric, step, value)
       SELECT runs.id, names.id, step.n, {_VALUE}
       FROM runs CROSS JOIN metric_names names CROSS JOIN step
       WHERE runs.id > 1 AND step.n <= {{points}}""",
    """INSERT INTO step_times (run, step, gradients, milliseconds)
       SELECT runs.id, step.n, step.n * 4, step.n * 100
       FROM runs CROSS JOIN step WHERE runs.id > 1 AND step.n <= {points}""",
    f"""INSERT INTO latest_metrics (run, metric, step, value)
       SELECT runs.id, names.id, step.n, {_VALUE}
       FROM runs CROSS JOIN metric_names names CROSS JOIN step
       WHERE runs.id > 1 AND step.n = {{points}}""",
    """INSERT INTO metrics (run, metric, step, value)
       SELECT 1, 1, step.n, (step.n * 7919 % 10007) / 10007.0 FROM step""",
    """INSERT INTO step_times (run, step, gradients, milliseconds)
       SELECT 1, step.n, step.n * 4, step.n * 100
       FROM runs CROSS JOIN step WHERE runs.id = 1""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How full a registry is: so many runs, with so many points of each of five metrics."""

    runs: int
    points: int

    def __str__(self) -> str:
        return f"{self.runs:,} runs x {len(KEYS)} x {self.points:,}"


def seed(place: Path | str, size: Size) -> None:
    """Fill a fresh registry: run 1 is queued and has one long curve, the others are done."""
    with Registry.open(place) as registry:
        registry.submit([new_run("denoise-small")], who="me@here")
    if isinstance(place, Path):
        with closing(sqlite3.connect(place, isolation_level=None)) as file:
            file.execute("PRAGMA synchronous = OFF")
            file.execute("BEGIN")
            _fill(file.execute, size)
            file.execute("COMMIT")
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        import psycopg

        with psycopg.connect(place) as server:
            _fill(lambda statement: server.execute(statement.encode()), size)
            for table in ("runs", "events", "documents", "metric_names"):
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                server.execute(f"SELECT setval({sequence}, MAX(id)) FROM {table}".encode())
        with psycopg.connect(place, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")


def new_run(name: str, *, seed: int = 1) -> NewRun:
    """A run of a shipped experiment."""
    experiment = parse_experiment(read_settings("denoise-small"))
    return NewRun(
        name=name,
        experiment=experiment.model_dump(mode="json"),
        seed=seed,
        signature=name,
        task=experiment.task,
        rule=experiment.rule.kind,
        network=experiment.network.kind,
        needs={"processes": 1, "threads": 1, "device": "auto"},
    )


def _fill(execute: Callable[[str], Any], size: Size) -> None:
    execute("CREATE TEMPORARY TABLE step (n INTEGER PRIMARY KEY)")
    most = max(size.runs, size.points, LONG_CURVE)
    execute(
        "INSERT INTO step WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 "
        f"FROM counted WHERE n < {most}) SELECT n FROM counted"
    )
    for number, name in enumerate(KEYS, start=1):
        execute(f"INSERT INTO metric_names (id, name) VALUES ({number}, '{name}')")
    for statement in _STATEMENTS:
        execute(statement.format(runs=size.runs, points=size.points))
