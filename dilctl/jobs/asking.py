"""Asking: runs, what they measured, what they print."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dilctl.jobs.door import Door
from dilctl.jobs.found import Found
from dilctl.jobs.logs import MOST, LogPiece, LogPlace, piece_after, tail
from dilctl.tested import Tested, means_of
from storage.records import Attempt, Curve, Event, Line, Note, ReducedCurve, Run, Status

if TYPE_CHECKING:  # read only where something is asked in the language
    from storage.query import Asked, Query, Sort


class Asking(Door):
    """Questions about runs."""

    def run(self, run: int) -> Run:
        """One run."""
        return self.registry.run(run)

    def runs(
        self,
        query: str = "",
        *,
        sort: str = "",
        statuses: Sequence[Status] | None = None,
        ids: Sequence[int] | None = None,
        limit: int | None = None,
    ) -> Found:
        """Runs, the newest first unless told otherwise.

        Args:
            query: in the language of ``docs/queries.md``; empty for all.
            sort: fields and metrics to order by, as in ``-psnr@CBSD68:unseen,id``.
            statuses: only runs of these.
            ids: only these.
            limit: at most so many.

        Returns:
            Frozen records, with ``columns`` ready for a data frame.

        Raises:
            QueryError: points at the column of the fault.
        """
        found = self.registry.runs(
            parsed(query), sort=_sort(sort), statuses=statuses, ids=ids, limit=limit
        )
        return Found(found)

    def lines(self, query: str = "", *, sort: str = "", by: str = "") -> tuple[Line, ...]:
        """All runs that a query means as the lines of a long list, the newest first by default.

        Args:
            query: in the language of ``docs/queries.md``; empty for all.
            sort: fields and metrics to order by, as in ``runs``.
            by: a field, setting or metric, whose value as text is each line's ``group``.

        Raises:
            QueryError: points at the column of the fault.
        """
        return self.registry.lines(parsed(query), sort=_sort(sort), by=_group(by))

    def ids(self, query: str) -> tuple[int, ...]:
        """The numbers of all runs that a query means, lowest first; none for an empty query."""
        meant = parsed(query)
        return () if meant is None else self.registry.ids(meant)

    def count(self, query: str = "") -> int:
        """How many runs a query means."""
        return self.registry.count(parsed(query))

    def counts(self) -> Mapping[Status, int]:
        """How many runs there are of each status, none left out."""
        return self.registry.counts()

    def attempts(self, run: int) -> tuple[Attempt, ...]:
        """The starts of a run, oldest first."""
        return self.registry.attempts(run)

    def events(
        self, *, after: int = 0, run: int | None = None, limit: int | None = None
    ) -> tuple[Event, ...]:
        """What changed after an event, oldest first; the newest id is the next cursor.

        Args:
            after: the cursor.
            run: only what changed this run.
            limit: at most so many; None for all.
        """
        return self.registry.events(after=after, run=run, limit=limit)

    def last_event(self) -> int:
        """The newest event of all: where a view that starts now puts its cursor."""
        return self.registry.last_event()

    def notes(self, run: int) -> tuple[Note, ...]:
        """The notes of a run, oldest first."""
        return self.registry.notes(run)

    def tags(self) -> Mapping[str, int]:
        """How many runs carry each tag."""
        return self.registry.tags()

    def metrics(self, run: int) -> tuple[str, ...]:
        """Names of a run's metrics."""
        return self.registry.metric_names(run)

    def metrics_named(self, short: str) -> tuple[str, ...]:
        """The metrics that a name, perhaps a short one as ``psnr@CBSD68:sigma30``, means."""
        from storage.query.names import meant

        return meant(short, self.registry.metric_names())

    def curve(self, run: int, metric: str) -> Curve:
        """The history of one metric."""
        return self.registry.curve(run, metric)

    def points(self, run: int, metrics: Sequence[str], *, after: int = -1) -> tuple[Curve, ...]:
        """What some metrics were after a step, in this order: what a live view adds.

        A new attempt may begin at an earlier step, whose later points are gone: then everything
        is to be read again.
        """
        return self.registry.points(run, metrics, after=after)

    def stretch(
        self,
        run: int,
        metric: str,
        columns: int,
        *,
        first: int | None = None,
        last: int | None = None,
    ) -> ReducedCurve:
        """The history of one metric in at most so many columns, for drawing.

        Args:
            run: the run's number.
            metric: its name.
            columns: at most so many, at least one.
            first: only from this step on.
            last: only up to this step, and with it.
        """
        return self.registry.stretch(run, metric, columns, first=first, last=last)

    def tested(self, run: int) -> tuple[Tested, ...]:
        """What the final test of a run found, in the order of the test."""
        return means_of(self.registry.evaluations([run]))

    def log_path(self, run: int) -> Path:
        """The run's log; it may not exist yet."""
        return self.settings.run(self.run(run).id).log

    def log_tail(self, run: int, lines: int) -> tuple[str, ...]:
        """The last lines of a run's log, terminal control codes made visible."""
        path = self.log_path(run)
        return tail(path, lines) if path.exists() else ()

    def log_after(self, run: int, place: LogPlace | None, most: int = MOST) -> LogPiece:
        """What a run's log has grown by, for a view that follows it.

        Args:
            run: the run's number; one that has no log here has no lines.
            place: where the last piece ended; None at first.
            most: bytes that are read at most: of more than that, only the end.
        """
        return piece_after(self.settings.run(run).log, place, most)


def parsed(text: str) -> "Query | None":
    """A query in the language of ``docs/queries.md``; None for an empty one."""
    if not text.strip():
        return None
    from storage.query import parse

    return parse(text)


def _sort(text: str) -> "Sort | None":
    if not text.strip():
        return None
    from storage.query import Sort

    return Sort.parse(text)


def _group(text: str) -> "Asked | None":
    if not text.strip():
        return None
    from storage.query import parse_group

    return parse_group(text)
