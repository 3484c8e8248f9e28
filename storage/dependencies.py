"""Runs that follow others: what they wait for, and what becomes of them when it does not come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, insert, select, update

from storage.change import Act, change
from storage.errors import RefusedError
from storage.listing import LOST, State, state_of
from storage.records import ENDED, NewRun, Status
from storage.tables import dependencies, runs


def depend(connection: Connection, new: Mapping[int, NewRun]) -> None:
    """Have new runs, by number, follow those that they name.

    Raises:
        UnknownRunError: there is no such run.
        RefusedError: it has failed or was cancelled, and nothing would ever start.
    """
    for parent in sorted({parent for run in new.values() for parent in run.after}):
        found = state_of(connection, parent)
        strict = any(parent in run.after and not run.after_any for run in new.values())
        if strict and found.status in LOST:
            raise RefusedError(
                f"run {parent}, which is to be followed, is {found.status}; retry it first, or "
                "follow it however it ended with --after-any"
            )
    rows = [
        {"run": id, "parent": parent}
        for id, run in new.items()
        for parent in sorted(set(run.after))
    ]
    if rows:
        connection.execute(insert(dependencies), rows)
        explain(connection, new)


def explain(connection: Connection, waiting: Iterable[int]) -> None:
    """Say of queued runs which others they wait for."""
    for run in waiting:
        parents = _unfinished(connection, run)
        words = f"waits for {_named(parents)}" if parents else ""
        queued = update(runs).where(runs.c.id == run, runs.c.status == Status.QUEUED)
        connection.execute(queued.values(reason=words))


def settle_children(connection: Connection, parent: int, act: Act) -> None:
    """Once a run has ended: free its children, or cancel those that it fails, and theirs."""
    ended = [parent]
    while ended:
        run = state_of(connection, ended.pop())
        for child, after_any in _children(connection, run.id):
            if run.status is Status.DONE or after_any:
                explain(connection, [child])
            elif _cancel(connection, child, run, act):
                ended.append(child)


def _cancel(connection: Connection, child: int, parent: State, act: Act) -> bool:
    how = "failed" if parent.status is Status.FAILED else "was cancelled"
    why = replace(act, why=f"run {parent.id}, which it was to follow, {how}")
    return change(
        connection,
        child,
        Status.CANCELLED,
        why,
        among=(Status.QUEUED, Status.PAUSED),
        wanted=None,
        reason=why.why,
        finished_at=act.at,
    )


def _children(connection: Connection, parent: int) -> list[tuple[int, bool]]:
    following = select(runs.c.id, runs.c.after_any).join(
        dependencies, dependencies.c.run == runs.c.id
    )
    waiting = runs.c.status.in_((Status.QUEUED, Status.PAUSED))
    statement = following.where(dependencies.c.parent == parent, waiting).order_by(runs.c.id)
    return [(child, after_any) for child, after_any in connection.execute(statement)]


def _unfinished(connection: Connection, run: int) -> list[int]:
    statement = (
        select(dependencies.c.parent)
        .join(runs, runs.c.id == dependencies.c.parent)
        .where(dependencies.c.run == run, runs.c.status.not_in(ENDED))
    )
    return sorted(connection.scalars(statement))


def _named(parents: Sequence[int]) -> str:
    word = "run" if len(parents) == 1 else "runs"
    return f"{word} {', '.join(map(str, parents))}"
