"""Runs, attempts and events, read from the registry as frozen values."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, select

from storage.errors import UnknownRunError
from storage.records import LIVE, Attempt, Event, Process, Run, Status, Wanted
from storage.tables import attempts, documents, events, latest_metrics, metric_names, runs

_DOCUMENTS = ("experiment", "needs", "provenance")
_RUN = select(*(column for column in runs.c if column is not runs.c.furthest))
_HIGHEST_ID = 2**63 - 1


def batches(values: Iterable[Any], size: int = 10_000) -> Iterator[list[Any]]:
    """Distinct values in lists short enough for one statement."""
    distinct = list(dict.fromkeys(values))
    return (distinct[start : start + size] for start in range(0, len(distinct), size))


def possible(ids: Iterable[int]) -> list[int]:
    """The numbers that a run could have; SQLite takes no longer ones."""
    return [id for id in ids if 0 < id <= _HIGHEST_ID]


def find(connection: Connection, run: int) -> Run:
    """One run.

    Raises:
        UnknownRunError: there is no run of that number.
    """
    found = _read(connection, _RUN.where(runs.c.id == run)) if possible([run]) else ()
    if not found:
        raise UnknownRunError(f"there is no run {run}")
    return found[0]


def runs_of(connection: Connection, ids: Sequence[int]) -> tuple[Run, ...]:
    """The runs of these numbers, in this order; numbers of no run are left out."""
    known = {
        run.id: run
        for batch in batches(possible(ids))
        for run in _read(connection, _RUN.where(runs.c.id.in_(batch)))
    }
    return tuple(known[id] for id in ids if id in known)


def newest_runs(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], limit: int | None
) -> tuple[Run, ...]:
    """The runs that meet all conditions, newest first."""
    newest_first = _RUN.where(*conditions).order_by(runs.c.id.desc())
    return _read(connection, newest_first.limit(limit))


def waiting(connection: Connection) -> tuple[Run, ...]:
    """Queued runs in the order in which they are to be started."""
    queued = _RUN.where(runs.c.status == Status.QUEUED)
    return _read(connection, queued.order_by(runs.c.priority.desc(), runs.c.id))


def twins(
    connection: Connection, keys: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Run]:  # fmt: skip
    """The newest run of each signature and seed that has neither failed nor been cancelled."""
    wanted = set(keys)
    lost = (Status.FAILED, Status.CANCELLED)
    newest = select(func.max(runs.c.id).label("id"), runs.c.signature, runs.c.seed).where(
        runs.c.status.not_in(lost)
    )
    ids = {
        (row.signature, row.seed): row.id
        for batch in batches(signature for signature, _ in wanted)
        for row in connection.execute(
            newest.where(runs.c.signature.in_(batch)).group_by(runs.c.signature, runs.c.seed)
        )
    }
    found = {run.id: run for run in runs_of(connection, list(ids.values()))}
    return {key: found[ids[key]] for key in wanted if key in ids}


def counts(connection: Connection) -> Mapping[Status, int]:
    """How many runs there are of each status."""
    statement = select(runs.c.status, func.count()).group_by(runs.c.status)
    counted = {Status(status): number for status, number in connection.execute(statement)}
    return {status: counted.get(status, 0) for status in Status}


def attempts_of(connection: Connection, run: int) -> tuple[Attempt, ...]:
    """The starts of a run, oldest first."""
    statement = select(attempts).where(attempts.c.run == run).order_by(attempts.c.number)
    return tuple(_attempt(row) for row in connection.execute(statement).mappings())


def held_by(connection: Connection, host: str) -> tuple[tuple[Run, Attempt], ...]:
    """The live runs of a host, each with its newest attempt, lowest number first."""
    held = and_(runs.c.host == host, runs.c.status.in_(LIVE))
    newest = and_(attempts.c.run == runs.c.id, attempts.c.number == runs.c.attempt)
    rows = connection.execute(select(attempts).join(runs, newest).where(held)).mappings()
    attempt_of = {row["run"]: _attempt(row) for row in rows}
    live = _read(connection, _RUN.where(held).order_by(runs.c.id))
    return tuple((run, attempt_of[run.id]) for run in live)


def events_after(
    connection: Connection, after: int, *, run: int | None, limit: int
) -> tuple[Event, ...]:
    """What happened after an event, oldest first."""
    statement = select(events).where(events.c.id > after).order_by(events.c.id).limit(limit)
    if run is not None:
        statement = statement.where(events.c.run == run)
    rows = connection.execute(statement).mappings()
    return tuple(_event(row) for row in rows)


def last_event(connection: Connection) -> int:
    """The newest event's number, 0 before the first."""
    return connection.scalar(select(func.coalesce(func.max(events.c.id), 0))) or 0


def _event(row: RowMapping) -> Event:
    values: dict[str, Any] = {**row, "status": Status(row["status"])}
    return Event(**values)


def _attempt(row: RowMapping) -> Attempt:
    values = {key: value for key, value in row.items() if key != "furthest"}
    values["processes"] = tuple(Process(**process) for process in row["processes"])
    return Attempt(**values)


def _read(connection: Connection, statement: Select[Any]) -> tuple[Run, ...]:
    """Runs in three statements however many they are: rows, shared documents, latest values."""
    rows = connection.execute(statement).mappings().all()
    content = _contents(connection, rows)
    latest = _latest(connection, [row["id"] for row in rows])
    return tuple(_run(row, content, latest) for row in rows)


def _run(
    row: RowMapping, content: Mapping[int, Any], latest: Mapping[int, Mapping[str, float]]
) -> Run:
    values: dict[str, Any] = dict(row)
    values.update({name: content[row[name]] for name in _DOCUMENTS})
    values["status"] = Status(row["status"])
    values["wanted"] = None if row["wanted"] is None else Wanted(row["wanted"])
    values["latest"] = latest.get(row["id"], {})
    return Run(**values)


def _contents(connection: Connection, rows: Sequence[RowMapping]) -> dict[int, Any]:
    statement = select(documents.c.id, documents.c.content)
    return {
        id: json.loads(text)
        for batch in batches(row[name] for row in rows for name in _DOCUMENTS)
        for id, text in connection.execute(statement.where(documents.c.id.in_(batch)))
    }


def _latest(connection: Connection, ids: Sequence[int]) -> Mapping[int, Mapping[str, float]]:
    latest: defaultdict[int, dict[str, float]] = defaultdict(dict)
    statement = select(
        latest_metrics.c.run, metric_names.c.name, latest_metrics.c.value
    ).join(metric_names, metric_names.c.id == latest_metrics.c.metric)  # fmt: skip
    for batch in batches(ids):
        for run, name, value in connection.execute(
            statement.where(latest_metrics.c.run.in_(batch))
        ):
            latest[run][name] = math.nan if value is None else value
    return latest
