"""Submitting runs: their rows, and the documents that they share."""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import sqlite

from storage.change import Act, event_row
from storage.listing import batches
from storage.records import NewRun, Status
from storage.tables import documents, events, runs


def submit(connection: Connection, new: Sequence[NewRun], act: Act) -> list[int]:
    """Queue runs; their numbers, in order."""
    stored = _store_documents(connection, new)
    rows = [
        {
            "name": run.name,
            "seed": run.seed,
            "signature": run.signature,
            "task": run.task,
            "rule": run.rule,
            "network": run.network,
            "sweep": run.sweep,
            "priority": run.priority,
            "experiment": stored[id(run.experiment)],
            "needs": stored[id(run.needs)],
            "provenance": stored[id(run.provenance)],
            "status": Status.QUEUED,
            "created_at": act.at,
        }
        for run in new
    ]
    if not rows:
        return []
    statement = insert(runs).returning(runs.c.id, sort_by_parameter_order=True)
    ids = list(connection.scalars(statement, rows))
    connection.execute(insert(events), [event_row(run, Status.QUEUED, act) for run in ids])
    return ids


def _store_documents(connection: Connection, new: Sequence[NewRun]) -> dict[int, int]:
    """Numbers of the stored documents, by the identity of the values that they hold.

    A sweep's runs share their provenance, which can be megabytes long: each is written out once.
    """
    values = {
        id(value): value for run in new for value in (run.experiment, run.needs, run.provenance)
    }
    texts = {key: json.dumps(value, separators=(",", ":")) for key, value in values.items()}
    digests = {key: hashlib.sha256(text.encode()).hexdigest() for key, text in texts.items()}
    numbers: dict[str, int] = {}
    for keys in batches(texts):
        rows = [{"digest": digests[key], "content": texts[key]} for key in keys]
        connection.execute(sqlite.insert(documents).on_conflict_do_nothing(), rows)
        chosen = documents.c.digest.in_({row["digest"] for row in rows})
        statement = select(documents.c.digest, documents.c.id).where(chosen)
        numbers.update((digest, number) for digest, number in connection.execute(statement))
    return {key: numbers[digest] for key, digest in digests.items()}
