"""Asking: runs, what they measured, what they print."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dilctl.jobs.door import Door
from dilctl.jobs.found import Found
from dilctl.tested import Tested, means_of
from dilctl.text import visible
from storage.records import Attempt, Curve, Event, Note, ReducedCurve, Run, Status

if TYPE_CHECKING:  # read only where something is asked in the language
    from storage.query import Query, Sort

_TAIL_BLOCK = 1 << 16


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

    def events(self, *, after: int = 0, run: int | None = None) -> tuple[Event, ...]:
        """What changed after an event, oldest first; the newest id is the next cursor."""
        return self.registry.events(after=after, run=run)

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

    def reduced_curve(self, run: int, metric: str, columns: int) -> ReducedCurve:
        """The history of one metric in at most so many columns, for drawing."""
        return self.registry.reduced_curve(run, metric, columns)

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


def tail(path: Path, lines: int) -> tuple[str, ...]:
    """The last lines of a file, made visible; reads no more than it must."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        content = b""
        while end > 0 and content.count(b"\n") <= lines:
            start = max(0, end - _TAIL_BLOCK)
            file.seek(start)
            content = file.read(end - start) + content
            end = start
    found = content.decode(errors="replace").removesuffix("\n").split("\n")
    return tuple(visible(line.rstrip("\r")) for line in found[-lines:]) if content else ()
