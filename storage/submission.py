"""How runs come into the registry: their rows, and the documents that they share."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.change import Act, event_row
from storage.database import ignoring
from storage.dependencies import depend
from storage.listing import batches, twins
from storage.records import NewRun, Past, Status
from storage.tables import documents, events, notes, runs, tags


def without_twins(connection: Connection, new: Sequence[NewRun]) -> list[NewRun]:
    """The runs that are not there yet; of equal ones among them, the first."""
    first = {(run.signature, run.seed): run for run in reversed(new)}
    there = twins(connection, first)
    return [
        run
        for run in new
        if first[run.signature, run.seed] is run and (run.signature, run.seed) not in there
    ]


def submit(connection: Connection, new: Sequence[NewRun], act: Act) -> list[int]:
    """Queue runs; their numbers, in order.

    Raises:
        UnknownRunError: a run that is to be followed is not there.
        RefusedError: it has ended otherwise than it should.
    """
    return _enter(connection, new, act, status=Status.QUEUED)


def adopt(connection: Connection, run: NewRun, past: Past, act: Act) -> int:
    """Enter a run that was trained elsewhere: it is born done; its number."""
    came = {
        "host": past.host,
        "step": past.step,
        "furthest": past.step,
        "gradients": past.gradients,
        "seconds": past.seconds,
        "fraction": 1.0,
        "finished_at": act.at,
    }
    (number,) = _enter(connection, [run], act, status=Status.DONE, **came)
    return number


def _enter(
    connection: Connection, new: Sequence[NewRun], act: Act, *, status: Status, **came: Any
) -> list[int]:
    """Rows of runs that are born with a status; their numbers, in order."""
    stored = _store_documents(connection, new)
    rows = [{**_row(run, stored, act), "status": status, **came} for run in new]
    if not rows:
        return []
    statement = insert(runs).returning(runs.c.id, sort_by_parameter_order=True)
    ids = list(connection.scalars(statement, rows))
    connection.execute(insert(events), [event_row(run, status, act) for run in ids])
    _accompany(connection, ids, new, act)
    return ids


def _row(run: NewRun, stored: Mapping[int, int], act: Act) -> dict[str, Any]:
    return {
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
        "created_at": act.at,
        "after_any": run.after_any,
        "retries": run.retries,
        "adjustments": {},
    }


def _accompany(
    connection: Connection, ids: Sequence[int], new: Sequence[NewRun], act: Act
) -> None:  # fmt: skip
    """Write down what comes with new runs: tags, notes, and the runs that they follow."""
    pairs = list(zip(ids, new, strict=True))
    tagged = [{"run": id, "tag": tag} for id, run in pairs for tag in sorted(set(run.tags))]
    if tagged:
        connection.execute(insert(tags), tagged)
    noted = [
        {"run": id, "at": act.at, "who": act.who, "text": run.note} for id, run in pairs if run.note
    ]
    if noted:
        connection.execute(insert(notes), noted)
    depend(connection, {id: run for id, run in pairs if run.after})


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
        rows.sort(key=lambda row: row["digest"])
        connection.execute(ignoring(connection, documents), rows)
        chosen = documents.c.digest.in_({row["digest"] for row in rows})
        statement = select(documents.c.digest, documents.c.id).where(chosen)
        numbers.update((digest, number) for digest, number in connection.execute(statement))
    return {key: numbers[digest] for key, digest in digests.items()}
