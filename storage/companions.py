"""What people hang on runs: tags, notes, a priority; and the end of a run's record."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.change import Act, event_row
from storage.database import ignoring
from storage.errors import RefusedError
from storage.listing import batches, possible, runs_of, state_of
from storage.records import ENDED, LIVE, Note, Status
from storage.tables import (
    attempts,
    dependencies,
    evaluations,
    events,
    latest_metrics,
    metrics,
    notes,
    runs,
    step_times,
    tags,
)


def tag(
    connection: Connection, ids: Sequence[int], *, add: Iterable[str], remove: Iterable[str]
) -> None:  # fmt: skip
    """Put tags on runs and take others off; those that are there, or are not, stay so."""
    _require(connection, ids)
    wanted = [{"run": id, "tag": each} for id in ids for each in sorted(add)]
    if wanted:
        connection.execute(ignoring(connection, tags), wanted)
    unwanted = list(remove)
    for batch in batches(ids):
        taken = tags.c.run.in_(batch) & tags.c.tag.in_(unwanted)
        connection.execute(delete(tags).where(taken))


def _require(connection: Connection, ids: Sequence[int]) -> None:
    for batch in batches(ids):
        statement = select(runs.c.id).where(runs.c.id.in_(possible(batch)))
        missing = set(batch).difference(connection.scalars(statement))
        if missing:
            state_of(connection, min(missing))  # which says that it is not there


def tag_counts(connection: Connection) -> Mapping[str, int]:
    """How many runs carry each tag, in alphabetical order."""
    counted = select(tags.c.tag, func.count()).group_by(tags.c.tag)
    return dict(sorted((tag, number) for tag, number in connection.execute(counted)))


def note(connection: Connection, run: int, text: str, act: Act) -> None:
    """Add a note to a run."""
    row = {"run": state_of(connection, run).id, "at": act.at, "who": act.who, "text": text}
    connection.execute(insert(notes), [row])


def notes_of(connection: Connection, run: int) -> tuple[Note, ...]:
    """The notes of a run, oldest first."""
    rows = connection.execute(select(notes).where(notes.c.run == run).order_by(notes.c.id))
    return tuple(Note(**row) for row in rows.mappings())


def set_priority(connection: Connection, run: int, priority: int, act: Act) -> None:
    """Move a run in the queue; one that has started keeps its place for its next attempt.

    Raises:
        RefusedError: the run has ended.
    """
    before = state_of(connection, run)
    if before.status not in (Status.QUEUED, Status.PAUSED, *LIVE):
        raise RefusedError(f"run {run} is {before.status}: its priority no longer matters")
    if before.priority != priority:
        connection.execute(update(runs).where(runs.c.id == run).values(priority=priority))
        connection.execute(insert(events), [event_row(run, before.status, act)])


def remove(connection: Connection, ids: Sequence[int]) -> None:
    """Forget runs and all that they measured.

    Raises:
        RefusedError: one of them lives, or another run that stays waits for it.
    """
    there = possible(ids)
    for run in runs_of(connection, there):
        if run.status in LIVE:
            raise RefusedError(f"run {run.id} is {run.status}: cancel it before it is removed")
    _refuse_parents(connection, set(there))
    for batch in batches(there):
        for table in (metrics, step_times, latest_metrics, evaluations, events, attempts):
            connection.execute(delete(table).where(table.c.run.in_(batch)))
        for companion in (tags, notes, dependencies):
            connection.execute(delete(companion).where(companion.c.run.in_(batch)))
        connection.execute(delete(dependencies).where(dependencies.c.parent.in_(batch)))
        connection.execute(delete(runs).where(runs.c.id.in_(batch)))


def _refuse_parents(connection: Connection, ids: set[int]) -> None:
    waiting = select(dependencies).join(runs, runs.c.id == dependencies.c.run)
    waiting = waiting.where(runs.c.status.in_((Status.QUEUED, Status.PAUSED)))
    for batch in batches(ids):
        for child, parent in connection.execute(waiting.where(dependencies.c.parent.in_(batch))):
            if child not in ids and state_of(connection, parent).status not in ENDED:
                raise RefusedError(f"run {child} waits for run {parent}: cancel or remove it first")
