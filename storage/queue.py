"""A run's life after it was submitted: what people, agents and workers do to it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, literal, select, update

from storage.change import Act, Hold, change, event_row, fenced, require
from storage.dependencies import settle_children
from storage.errors import RefusedError
from storage.listing import attempts_of, state_of
from storage.records import (
    ALLOWED,
    LIVE,
    Attempt,
    Json,
    Process,
    Progress,
    Status,
    Wanted,
)
from storage.tables import Moment, attempts, events, runs


def want(connection: Connection, run: int, wanted: Wanted, act: Act) -> None:
    """Cancel what no agent holds; write the wish down for the agent that holds a live run.

    Raises:
        UnknownRunError: there is no such run.
        RefusedError: the run is neither live nor can it be cancelled.
    """
    before = state_of(connection, run)
    if wanted is Wanted.CANCEL and change(
        connection,
        run,
        Status.CANCELLED,
        act,
        among=(Status.QUEUED, Status.PAUSED),
        wanted=None,
        reason=act.why,
        finished_at=act.at,
    ):
        settle_children(connection, run, act)
        return
    if before.status not in LIVE:
        raise RefusedError(f"run {run} is {before.status}: it cannot be {_DONE_TO[wanted]}")
    if before.wanted is not wanted:
        wish = update(runs).where(runs.c.id == run, runs.c.status.in_(LIVE))
        connection.execute(wish.values(wanted=wanted))
        connection.execute(insert(events), [event_row(run, before.status, act)])


def withdraw(connection: Connection, run: int, wanted: Wanted, act: Act) -> bool:
    """Take a wish back that no agent has acted on yet; returns whether there was one."""
    before = state_of(connection, run)
    held = (runs.c.id == run, runs.c.wanted == wanted)
    if connection.execute(update(runs).where(*held).values(wanted=None)).rowcount == 0:
        return False
    connection.execute(insert(events), [event_row(run, before.status, act)])
    return True


_DONE_TO = {Wanted.CANCEL: "cancelled", Wanted.PAUSE: "paused"}


def queue_again(connection: Connection, run: int, before: Status, act: Act) -> None:
    """Queue a run that rests in the status ``before``: a resume or a retry.

    Raises:
        UnknownRunError: there is no such run.
        RefusedError: the run has another status.
    """
    found = state_of(connection, run)
    if not change(
        connection,
        run,
        Status.QUEUED,
        act,
        among=(before,),
        wanted=None,
        reason="",
        attempts_lost=0,
        finished_at=None,
    ):
        raise RefusedError(f"run {run} is {found.status}, not {before}")


def explain_waits(connection: Connection, reasons: Mapping[int, str]) -> None:
    """Say why queued runs wait; at least one."""
    waits = (runs.c.id == bindparam("waiting"), runs.c.status == Status.QUEUED)
    explained = update(runs).where(*waits).values(reason=bindparam("why"))
    rows = [{"waiting": run, "why": reasons[run]} for run in sorted(reasons)]
    connection.execute(explained, rows)


def claim(connection: Connection, run: int, host: str, act: Act) -> Attempt | None:
    """Begin an attempt; None if the run is not queued any more, or waits for another one."""
    if not change(
        connection,
        run,
        Status.STARTING,
        act,
        attempt=runs.c.attempt + 1,
        host=host,
        reason="",
        started_at=func.coalesce(runs.c.started_at, literal(act.at, Moment)),
        heartbeat_at=None,
    ):
        return None
    number, furthest = connection.execute(
        select(runs.c.attempt, runs.c.furthest).where(runs.c.id == run)
    ).one()
    attempt = {
        "run": run,
        "number": number,
        "host": host,
        "processes": [],
        "devices": {},
        "furthest": furthest,
        "started_at": act.at,
    }
    connection.execute(insert(attempts), [attempt])
    return attempts_of(connection, run)[-1]


def record_processes(
    connection: Connection, hold: Hold, processes: Sequence[Process], devices: Json
) -> None:
    """Note by which processes and on which devices an attempt runs.

    Raises:
        FencedError: the attempt no longer holds the run.
    """
    require(connection, hold)
    values = {"processes": [asdict(process) for process in processes], "devices": dict(devices)}
    connection.execute(update(attempts).where(*_row_of(hold)).values(values))


def begin_running(connection: Connection, hold: Hold, act: Act) -> None:
    """The worker is up: starting to running. Saying so twice changes nothing.

    Raises:
        FencedError: the attempt no longer holds the run.
    """
    if not change(connection, hold.run, Status.RUNNING, act, held=hold):
        require(connection, hold)


def heartbeat(
    connection: Connection, hold: Hold, progress: Progress, at: datetime
) -> Wanted | None:
    """Note how far a live run has come; what a person wants of it.

    Raises:
        FencedError: the attempt no longer holds the run.
    """
    step = progress.step
    alive = (runs.c.id == hold.run, runs.c.attempt == hold.attempt, runs.c.status.in_(LIVE))
    furthest = case((runs.c.furthest < step, step), else_=runs.c.furthest)
    beat = update(runs).where(*alive).values(**asdict(progress), furthest=furthest, heartbeat_at=at)
    row = connection.execute(beat.returning(runs.c.wanted)).one_or_none()
    if row is None:
        raise fenced(connection, hold)
    return None if row.wanted is None else Wanted(row.wanted)


def finish(connection: Connection, hold: Hold, status: Status, outcome: str, act: Act) -> None:
    """End a live run's attempt, and the run with it.

    Raises:
        FencedError: the attempt no longer holds the run.
    """
    assert status not in LIVE | {Status.QUEUED}, f"{status} is no end"
    if status not in ALLOWED[Status.STARTING]:
        # A worker that worked to its end before it could say that it runs has run all the same.
        ran = replace(act, why="ran before it could say so")
        change(connection, hold.run, Status.RUNNING, ran, among=(Status.STARTING,), held=hold)
    if not change(
        connection,
        hold.run,
        status,
        act,
        among=LIVE,
        held=hold,
        **_ENDED,
        wanted=None,
        reason=act.why,
        finished_at=None if status is Status.PAUSED else act.at,
    ):
        raise fenced(connection, hold)
    _end_attempt(connection, hold, outcome, act)
    if status is not Status.PAUSED:
        settle_children(connection, hold.run, act)


def requeue(
    connection: Connection,
    hold: Hold,
    outcome: str,
    act: Act,
    *,
    lost: bool,
    adjustments: Json | None = None,
) -> None:
    """End a live run's attempt and queue the run for another.

    A wish to cancel that came too late for the attempt is granted here. A wish to pause stays,
    for the next attempt.

    Args:
        connection: a transaction that changes lives.
        hold: the attempt.
        outcome: how it ended, in one word.
        act: who found out, and the reason in a sentence.
        lost: the attempt ended as a retry can cure. That is counted: attempts in a row that ended
            so without getting further than any before them.
        adjustments: what the next attempts do otherwise; None leaves it as it is.

    Raises:
        FencedError: the attempt no longer holds the run.
    """
    furthest = select(attempts.c.furthest).where(*_row_of(hold)).scalar_subquery()
    further = case((runs.c.furthest > furthest, 1), else_=runs.c.attempts_lost + 1)
    changed: dict[str, Any] = {"attempts_lost": further} if lost else {}
    if adjustments is not None:
        changed["adjustments"] = dict(adjustments)
    if not change(
        connection,
        hold.run,
        Status.QUEUED,
        act,
        among=LIVE,
        held=hold,
        **_ENDED,
        **changed,
        reason=act.why,
    ):
        raise fenced(connection, hold)
    _end_attempt(connection, hold, outcome, act)
    if state_of(connection, hold.run).wanted is Wanted.CANCEL:
        want(connection, hold.run, Wanted.CANCEL, replace(act, why="cancelled as asked"))


_ENDED: Mapping[str, Any] = {"activity": "", "seconds_left": None}


def _row_of(hold: Hold) -> tuple[Any, Any]:
    return attempts.c.run == hold.run, attempts.c.number == hold.attempt


def _end_attempt(connection: Connection, hold: Hold, outcome: str, act: Act) -> None:
    ended = update(attempts).where(*_row_of(hold))
    connection.execute(ended.values(finished_at=act.at, outcome=outcome, reason=act.why))
