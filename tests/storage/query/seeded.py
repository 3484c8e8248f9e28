"""A registry's tables filled by chance, and the same runs as plain records."""

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from storage.records import Status
from storage.tables import (
    dependencies,
    documents,
    latest_metrics,
    metric_names,
    notes,
    runs,
    tags,
)
from tests.storage.query.plain import Record, stored
from tests.storage.query.strategies import METRICS, MOMENTS, WORDS

NOW = datetime(2026, 11, 23, 8, 0, 0, 250_001, tzinfo=UTC)


def records(number: int, seed: int = 7) -> list[Record]:
    """Runs whose every value may be there or not, and may be the same as another's."""
    return [_record(id, Random(f"{seed} {id}")) for id in range(1, number + 1)]


def _record(id: int, random: Random) -> Record:
    measured = [name for name in METRICS if random.random() < 0.6]
    return Record(
        values={**_texts(random), **_numbers(random), **_moments(random), "id": id},
        documents={
            "config": _experiment(random),
            "needs": random.choice([{"processes": 2}, {"gpu_memory": 12 * 2**30}]),
            "provenance": {
                "commit": random.choice(["0123", "abc", "1e3"]),
                "diff": "\0\udc80 ☃ 🙂",
            },
        },
        metrics={
            name: random.choice([0.0, 0.5, 29.5, 1e-4, -3.0, math.nan, math.inf])
            for name in measured
        },
        tags=tuple(sorted({stored(random.choice(WORDS)) for _ in range(random.randrange(3))})),
        notes=tuple(stored(random.choice(WORDS)) for _ in range(random.randrange(3))),
        after=tuple(
            sorted({random.randrange(1, id) for _ in range(random.randrange(3)) if id > 1})
        ),
    )


def _texts(random: Random) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: stored(random.choice(WORDS))
        for name in ("name", "rule", "task", "network", "reason", "signature")
    }
    for name in ("sweep", "host"):
        values[name] = random.choice([None, stored(random.choice(WORDS))])
    return {
        **values,
        "status": str(random.choice(list(Status))),
        "wanted": random.choice([None, "cancel", "pause"]),
    }


def _numbers(random: Random) -> dict[str, Any]:
    whole = ("seed", "priority", "attempt", "retries", "step", "gradients")
    return {
        **{name: random.choice([0, 1, 2, 7, 12]) for name in whole},
        "seconds": random.choice([0.0, 59.5, 5400.0, 172_800.0]),
        "progress": random.choice([0.0, 0.125, 0.5, 1.0]),
    }


def _moments(random: Random) -> dict[str, Any]:
    def any_moment() -> datetime:
        first = datetime.fromisoformat(random.choice(MOMENTS)).astimezone(UTC)
        return first + timedelta(seconds=random.choice([-1, 0, 0, 1, 59, 60, 3600, 86_400]))

    moments: dict[str, Any] = {"submitted": any_moment()}
    for name in ("started", "finished", "heartbeat"):
        moments[name] = random.choice([None, any_moment(), NOW - timedelta(days=2)])
    return moments


def _experiment(random: Random) -> dict[str, Any]:
    rules = [{"kind": "erm"}, {"kind": "dil-sf", "inner_rate": 0.5}, "erm", 3, None]
    sets = [[], [{"kind": "gaussian-noise", "sigma": 30}, "failed"], [{"sigma": 1.5}, 7]]
    return {
        "train": {"lr": random.choice([1e-4, 5e-4, 3, "3"]), "batch": random.choice([1, 7, None])},
        "rule": random.choice(rules),
        "confounders": random.choice(sets),
        "name": random.choice(WORDS),
        "flag": random.choice([True, False]),
        "nothing": None,
    }


def fill(connection: Connection, filled: Sequence[Record]) -> None:
    """Put the records into empty tables."""
    numbers = {name: number for number, name in enumerate(METRICS, 1)}
    connection.execute(
        insert(metric_names), [{"id": numbers[name], "name": name} for name in METRICS]
    )
    for record in filled:
        connection.execute(insert(runs), [_run_row(connection, record)])
        id = record.values["id"]
        companions = (
            (tags, [{"run": id, "tag": tag} for tag in record.tags]),
            (notes, [{"run": id, "at": NOW, "who": "ada", "text": text} for text in record.notes]),
            (dependencies, [{"run": id, "parent": parent} for parent in record.after]),
            (
                latest_metrics,
                [
                    {
                        "run": id,
                        "metric": numbers[name],
                        "step": 1,
                        "value": None if math.isnan(value) else value,
                    }
                    for name, value in record.metrics.items()
                ],
            ),
        )
        for table, rows in companions:
            if rows:
                connection.execute(insert(table), rows)


def _run_row(connection: Connection, record: Record) -> dict[str, Any]:
    columns = {
        "progress": "fraction",
        "submitted": "created_at",
        "started": "started_at",
        "finished": "finished_at",
        "heartbeat": "heartbeat_at",
    }
    values = {columns.get(name, name): value for name, value in record.values.items()}
    for column, document in (
        ("experiment", "config"),
        ("needs", "needs"),
        ("provenance", "provenance"),
    ):
        content = {
            "digest": f"{record.values['id']} {document}",
            "content": json.dumps(record.documents[document], separators=(",", ":")),
        }
        inserted = connection.execute(insert(documents), content)
        values[column] = inserted.inserted_primary_key[0] if inserted.inserted_primary_key else 0
    return {**values, "attempts_lost": 0, "furthest": 0, "activity": "", "adjustments": {}}
