"""The part of the registry that answers questions; it changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from storage import companions, evaluations, listing, points, reduction
from storage.records import (
    Attempt,
    Curve,
    Evaluation,
    Event,
    Line,
    Note,
    ReducedCurve,
    Run,
    Status,
)
from storage.schema import require_head
from storage.tables import runs
from storage.transactions import Transactions

if TYPE_CHECKING:  # read only where something is asked in the language
    from storage.query import Asked, Query, Sort


class Asking(Transactions):
    """Questions about runs and what they measured."""

    def require_usable(self) -> None:
        """Check that the registry is the one that was opened, and still of this version.

        Raises:
            RegistryUnavailableError: or one of its kinds; it is gone, was replaced, was moved, or
                is of another version.
        """
        with self._database.reading() as connection:
            revision = self._database.revision(connection)
        require_head(self._database.name, revision)

    def run(self, run: int) -> Run:
        """One run."""
        with self._database.reading() as connection:
            return listing.find(connection, run)

    def runs(  # noqa: PLR0913 (each narrows the list)
        self,
        query: "Query | None" = None,
        *,
        statuses: Iterable[Status] | None = None,
        ids: Iterable[int] | None = None,
        task: str | None = None,
        sweep: str | None = None,
        sort: "Sort | None" = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[Run, ...]:
        """Runs that meet every condition given, in an order; the newest first by default."""
        conditions = [
            *([] if statuses is None else [runs.c.status.in_(tuple(statuses))]),
            *([] if ids is None else [_numbered(ids)]),
            *([] if task is None else [runs.c.task == task]),
            *([] if sweep is None else [runs.c.sweep == sweep]),
        ]
        with self._database.reading() as connection:
            conditions += self._meaning(query, connection)
            if sort is None:
                return listing.listed(connection, conditions, limit=limit, offset=offset)
            from storage.query.selection import page

            ids = page(connection, conditions, sort, limit=limit, offset=offset)
            return listing.runs_of(connection, ids)

    def lines(
        self,
        query: "Query | None" = None,
        *,
        sort: "Sort | None" = None,
        by: "Asked | None" = None,
    ) -> tuple[Line, ...]:
        """All runs that a query means, as the lines of a long list.

        Args:
            query: which; None for all.
            sort: the order; None for the newest first.
            by: what they are grouped by.
        """
        with self._database.reading() as connection:
            if query is None and sort is None and by is None:  # as a list begins: in no time
                return listing.lines(connection)
            from storage.query.lines import lines

            return lines(connection, self._meaning(query, connection), sort, by)

    def ids(self, query: "Query") -> tuple[int, ...]:
        """The numbers of all runs that a query means, lowest first."""
        with self._database.reading() as connection:
            return listing.ids_of(connection, self._meaning(query, connection))

    def count(self, query: "Query | None" = None) -> int:
        """How many runs a query means."""
        with self._database.reading() as connection:
            counted = select(func.count()).select_from(runs)
            return connection.scalar(counted.where(*self._meaning(query, connection))) or 0

    def _meaning(
        self, query: "Query | None", connection: Connection
    ) -> list[ColumnElement[bool]]:  # fmt: skip
        if query is None:
            return []
        from storage.query.selection import condition

        return [condition(query, connection, self._now())]

    def counts(self) -> Mapping[Status, int]:
        """How many runs there are of each status, none left out."""
        with self._database.reading() as connection:
            return listing.counts(connection)

    def twins(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Run]:
        """The newest run of each (signature, seed) that has neither failed nor been cancelled."""
        with self._database.reading() as connection:
            return listing.twins(connection, keys)

    def events(
        self, *, after: int = 0, run: int | None = None, limit: int | None = 1000
    ) -> tuple[Event, ...]:
        """What happened after an event, oldest first; at most so many, None for all."""
        with self._database.reading() as connection:
            return listing.events_after(connection, after, run=run, limit=limit)

    def highest_run(self) -> int:
        """The highest number that a run was ever given, which may be gone; 0 before the first."""
        with self._database.reading() as connection:
            return listing.highest_number(connection, runs.c.id)

    def last_event(self) -> int:
        """The newest event's number, 0 before the first."""
        with self._database.reading() as connection:
            return listing.last_event(connection)

    def attempts(self, run: int) -> tuple[Attempt, ...]:
        """The starts of a run, oldest first."""
        with self._database.reading() as connection:
            return listing.attempts_of(connection, listing.find(connection, run).id)

    def notes(self, run: int) -> tuple[Note, ...]:
        """The notes of a run, oldest first."""
        with self._database.reading() as connection:
            return companions.notes_of(connection, listing.find(connection, run).id)

    def tags(self) -> Mapping[str, int]:
        """How many runs carry each tag, in alphabetical order."""
        with self._database.reading() as connection:
            return companions.tag_counts(connection)

    def metric_names(self, run: int | None = None) -> tuple[str, ...]:
        """Names of a run's curves, or of all that any run has measured, in alphabetical order."""
        with self._database.reading() as connection:
            if run is None:
                return points.all_metric_names(connection)
            return points.metric_names_of(connection, listing.find(connection, run).id)

    def curve(self, run: int, metric: str) -> Curve:
        """The history of a metric; empty where the run never measured it."""
        return self.curves(run, [metric])[0]

    def curves(self, run: int, metrics: Sequence[str]) -> tuple[Curve, ...]:
        """The histories of some metrics, in this order, as of one moment."""
        with self._database.reading() as connection:
            return points.curves(connection, listing.find(connection, run).id, metrics)

    def points(self, run: int, metrics: Sequence[str], *, after: int = -1) -> tuple[Curve, ...]:
        """What some metrics were after a step, in this order, as of one moment.

        A run that was set back has fewer points than before: whoever adds these to what is known
        begins anew with each attempt.
        """
        with self._database.reading() as connection:
            found = listing.state_of(connection, run).id
            return points.curves(connection, found, metrics, after=after)

    def stretch(
        self,
        run: int,
        metric: str,
        columns: int,
        *,
        first: int | None = None,
        last: int | None = None,
    ) -> ReducedCurve:
        """The history of a metric in at most so many columns, at least one.

        Args:
            run: the run's number.
            metric: its name.
            columns: at most so many, of equally many steps each.
            first: only from this step on.
            last: only up to this step, and with it.
        """
        with self._database.reading() as connection:
            found = listing.state_of(connection, run).id
            part = reduction.Part(run=found, metric=metric, first=first, last=last)
            return reduction.reduced(connection, part, columns)

    def evaluations(
        self, runs: Sequence[int], *, suite: str | None = None
    ) -> tuple[Evaluation, ...]:
        """Of each run, and of each suite and kind of weights apart, those of the newest step."""
        with self._database.reading() as connection:
            return evaluations.newest_evaluations(connection, runs, suite=suite)


def _numbered(ids: Iterable[int]) -> ColumnElement[bool]:
    """Whether a run is one of these, written out: only so many values can be bound."""
    written = bindparam(None, listing.possible(ids), expanding=True, literal_execute=True)
    return runs.c.id.in_(written)
