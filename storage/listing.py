"""Runs, attempts and events, read from the registry as frozen values."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    func,
    select,
    text,
    true,
)

from storage.errors import UnknownRunError
from storage.records import (
    ASIDE,
    ENDED,
    LIVE,
    STATUS_OF,
    Attempt,
    Event,
    Line,
    Process,
    Run,
    Status,
    Wanted,
)
from storage.tables import (
    attempts,
    dependencies,
    documents,
    events,
    latest_metrics,
    metric_names,
    runs,
    tags,
)

_DOCUMENTS = ("experiment", "needs", "provenance")
_RUN = select(*(column for column in runs.c if column is not runs.c.furthest))
_HIGHEST_ID = 2**31 - 1

LOST = (Status.FAILED, Status.CANCELLED)
"""Ends that a run which follows does not start after."""


def batches(values: Iterable[Any], size: int = 10_000) -> Iterator[list[Any]]:
    """Distinct values in lists short enough for one statement."""
    distinct = list(dict.fromkeys(values))
    return (distinct[start : start + size] for start in range(0, len(distinct), size))


def possible(ids: Iterable[int]) -> list[int]:
    """The numbers that a run could have; PostgreSQL takes no longer ones."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What of a run decides how it may change; its documents, which are long, stay apart."""

    id: int
    status: Status
    wanted: Wanted | None
    attempt: int
    priority: int


_STATE = select(runs.c.id, runs.c.status, runs.c.wanted, runs.c.attempt, runs.c.priority)


def state_of(connection: Connection, run: int) -> State:
    """Where a run is in its life.

    Raises:
        UnknownRunError: there is no run of that number.
    """
    statement = _STATE.where(runs.c.id == run)
    row = connection.execute(statement).mappings().one_or_none() if possible([run]) else None
    if row is None:
        raise UnknownRunError(f"there is no run {run}")
    return State(**_with_enums(row))


def runs_of(connection: Connection, ids: Sequence[int]) -> tuple[Run, ...]:
    """The runs of these numbers, in this order; numbers of no run are left out."""
    known = {
        run.id: run
        for batch in batches(possible(ids))
        for run in _read(connection, _RUN.where(runs.c.id.in_(batch)))
    }
    return tuple(known[id] for id in ids if id in known)


def listed(
    connection: Connection,
    conditions: Sequence[ColumnElement[bool]],
    *,
    limit: int | None,
    offset: int = 0,
) -> tuple[Run, ...]:
    """The runs that meet all conditions, the newest first."""
    ordered = _RUN.where(*conditions).order_by(runs.c.id.desc())
    return _read(connection, ordered.limit(limit).offset(offset))


def lines(connection: Connection) -> tuple[Line, ...]:
    """All runs as lines of a long list, the newest first."""
    rows = connection.execute(select(runs.c.id, runs.c.status).order_by(runs.c.id.desc()))
    return tuple(Line(id=id, status=STATUS_OF[status]) for id, status in rows)


def ids_of(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> tuple[int, ...]:
    """The numbers of the runs that meet all conditions, lowest first."""
    return tuple(connection.scalars(select(runs.c.id).where(*conditions).order_by(runs.c.id)))


def is_free() -> ColumnElement[bool]:
    """Whether a run of the table ``runs`` waits for no other run."""
    parent = runs.alias("parent")
    still = parent.c.status.not_in(ENDED) | (parent.c.status.in_(LOST) & ~runs.c.after_any)
    blocked = (
        select(1)
        .select_from(dependencies.join(parent, dependencies.c.parent == parent.c.id))
        .where(and_(dependencies.c.run == runs.c.id, still))
        .correlate(runs)
    )
    return ~blocked.exists()


def waiting(connection: Connection) -> tuple[Run, ...]:
    """Queued runs that wait for no other, in the order in which they are to be started."""
    return _read(connection, _in_order(_RUN))


def waiting_ids(connection: Connection) -> tuple[int, ...]:
    """The numbers of the same."""
    return tuple(connection.scalars(_in_order(select(runs.c.id))))


def _in_order(statement: Select[Any]) -> Select[Any]:
    free = statement.where(runs.c.status == Status.QUEUED, is_free())
    return free.order_by(runs.c.priority.desc(), runs.c.id)


def twins(
    connection: Connection, keys: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Run]:  # fmt: skip
    """The newest run of each signature and seed that has neither failed nor been cancelled."""
    wanted = set(keys)
    # Of a signature's seeds only those that are asked for: there may be any number of others.
    seeds = dict.fromkeys(seed for _, seed in wanted)
    few = runs.c.seed.in_(seeds) if len(seeds) <= 10_000 else true()
    newest = select(func.max(runs.c.id).label("id"), runs.c.signature, runs.c.seed).where(
        runs.c.status.not_in(LOST), few
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
    return with_attempts(connection, and_(runs.c.host == host, runs.c.status.in_(LIVE)))


def with_attempts(
    connection: Connection, condition: ColumnElement[bool]
) -> tuple[tuple[Run, Attempt], ...]:
    """The runs of a condition, each with its newest attempt, lowest number first."""
    newest = and_(attempts.c.run == runs.c.id, attempts.c.number == runs.c.attempt)
    rows = connection.execute(select(attempts).join(runs, newest).where(condition)).mappings()
    attempt_of = {row["run"]: _attempt(row) for row in rows}
    found = _read(connection, _RUN.where(condition).order_by(runs.c.id))
    return tuple((run, attempt_of[run.id]) for run in found if run.id in attempt_of)


def events_after(
    connection: Connection, after: int, *, run: int | None, limit: int | None
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


def highest_number(connection: Connection, column: Column[int]) -> int:
    """The highest number that a table has ever given to a row; 0 before the first."""
    table = column.table
    held = connection.scalar(select(func.coalesce(func.max(column), 0))) or 0
    if connection.dialect.name == "postgresql":
        sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
        name = connection.scalar(sequence, {"table": table.name, "column": column.name})
        given = connection.scalar(text(f"SELECT last_value FROM {name} WHERE is_called"))
    elif table.dialect_options["sqlite"]["autoincrement"]:
        counted = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        given = connection.scalar(counted, {"table": table.name})
    else:
        given = None
    return max(held, given or 0)


def _event(row: RowMapping) -> Event:
    values: dict[str, Any] = {**row, "status": Status(row["status"])}
    return Event(**values)


def _attempt(row: RowMapping) -> Attempt:
    values = dict(row)
    values["processes"] = tuple(Process(**process) for process in row["processes"])
    return Attempt(**values)


def _read(connection: Connection, statement: Select[Any]) -> tuple[Run, ...]:
    """Runs in as many statements however many they are: rows, and what belongs to them."""
    rows = connection.execute(statement).mappings().all()
    ids = [row["id"] for row in rows]
    content = _contents(connection, rows)
    latest = _latest(connection, ids)
    parents = _grouped(connection, dependencies.c.run, dependencies.c.parent, ids)
    tagged = _grouped(connection, tags.c.run, tags.c.tag, ids)
    return tuple(
        Run(
            **{**row, **{name: content[row[name]] for name in _DOCUMENTS}},
            latest=latest.get(row["id"], {}),
            after=tuple(parents.get(row["id"], ())),
            tags=tuple(sorted(tagged.get(row["id"], ()))),
        )
        for row in map(_with_enums, rows)
    )


def _with_enums(row: RowMapping) -> dict[str, Any]:
    wanted = None if row["wanted"] is None else Wanted(row["wanted"])
    return {**row, "status": Status(row["status"]), "wanted": wanted}


def _grouped(
    connection: Connection, key: Column[int], value: Column[Any], ids: Sequence[int]
) -> dict[int, list[Any]]:
    """The values that runs have in a table of their own, by run."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for batch in batches(ids):
        for run, one in connection.execute(
            select(key, value).where(key.in_(batch)).order_by(value)
        ):
            found[run].append(one)
    return found


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
    statement = statement.where(*(~metric_names.c.name.startswith(name) for name in ASIDE))
    for batch in batches(ids):
        for run, name, value in connection.execute(
            statement.where(latest_metrics.c.run.in_(batch))
        ):
            latest[run][name] = math.nan if value is None else value
    return latest
