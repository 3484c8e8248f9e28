"""The one statement that changes a run's status, and the proof that a caller may."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.errors import FencedError
from storage.listing import is_free, state_of
from storage.records import ALLOWED, LIVE, Status
from storage.tables import events, runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who changes a run, why, and when."""

    who: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What an agent or a worker shows to prove that a run is still its own."""

    run: int
    attempt: int


def change(
    connection: Connection,
    run: int,
    after: Status,
    act: Act,
    *,
    among: Collection[Status] = tuple(Status),
    held: Hold | None = None,
    **values: Any,
) -> bool:
    """The one statement that changes a status, and the event that tells of it.

    Args:
        connection: a transaction that writes.
        run: the run's number.
        after: the status to be.
        act: who, why and when.
        among: statuses from which this change is meant; those from which it is not allowed do
            not count.
        held: the attempt that must hold the run.
        values: further columns to set.

    Returns:
        Whether the run was in such a status, and held so.
    """
    before = [status for status in among if after in ALLOWED[status]]
    statement = update(runs).where(runs.c.id == run, runs.c.status.in_(before))
    if held is not None:
        statement = statement.where(runs.c.attempt == held.attempt)
    if after is Status.STARTING:
        statement = statement.where(is_free())
    if connection.execute(statement.values(status=after, **values)).rowcount == 0:
        return False
    connection.execute(insert(events), [event_row(run, after, act)])
    return True


def event_row(run: int, status: Status, act: Act) -> dict[str, Any]:
    """A row of ``events``."""
    return {"run": run, "status": status, "at": act.at, "who": act.who, "why": act.why}


def require(connection: Connection, hold: Hold) -> None:
    """Check, in the transaction that then writes, that an attempt still holds its run.

    Raises:
        UnknownRunError: there is no such run.
        FencedError: another attempt has taken over, or the run is no longer live.
    """
    # Shared with those who only look; whoever would take the run over waits for what is written.
    held = select(runs.c.attempt, runs.c.status).where(runs.c.id == hold.run)
    run = connection.execute(held.with_for_update(read=True)).one_or_none()
    if run is None or run.attempt != hold.attempt or run.status not in LIVE:
        raise fenced(connection, hold)


def fenced(connection: Connection, hold: Hold) -> FencedError:
    """The error that says who holds the run instead."""
    run = state_of(connection, hold.run)
    return FencedError(
        f"attempt {hold.attempt} no longer holds run {run.id}, which is {run.status} "
        f"at attempt {run.attempt}"
    )
