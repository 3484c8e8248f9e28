"""A registry in which something happens at every look, without end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property

from dilctl.jobs import Jobs
from storage.records import Column, Curve, Event, ReducedCurve, Run, Status

EACH = 5_000
"""So many events, and so many points of each curve, come between two looks."""

_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class EndlessJobs(Jobs):
    """A real registry to which events and points are made up, ever new ones."""

    handed_out = 0
    looks = 0

    @cached_property
    def live(self) -> int:
        """The run whose curves grow."""
        return next(iter(self.runs("status:running"))).id

    def last_event(self) -> int:
        """A look; much has happened since the last one."""
        self.looks += 1
        self.handed_out += 2 * EACH
        return EACH * self.looks

    def events(
        self, *, after: int = 0, run: int | None = None, limit: int | None = None
    ) -> tuple[Event, ...]:
        """The first ones after a cursor."""
        numbers = range(after + 1, after + 1 + min(limit or EACH, EACH))
        return tuple(
            Event(id=n, run=run or 1 + n % 50, at=_NOON, status=Status.RUNNING, who="agent", why="")
            for n in numbers
        )

    def run(self, number: int) -> Run:
        """It has come further."""
        found = super().run(number)
        return replace(found, step=EACH * self.looks) if found.id == self.live else found

    def points(self, run: int, metrics: Sequence[str], *, after: int = -1) -> tuple[Curve, ...]:
        """New ones."""
        steps = range(after + 1, EACH * self.looks)[-EACH:]
        return tuple(
            Curve(
                run=run,
                metric=metric,
                steps=tuple(steps),
                gradients=tuple(4 * step for step in steps),
                seconds=tuple(step / 10 for step in steps),
                values=tuple(step * 7919 % 10007 / 10007 for step in steps),
            )
            for metric in metrics
        )

    def stretch(
        self,
        run: int,
        metric: str,
        columns: int,
        *,
        first: int | None = None,
        last: int | None = None,
    ) -> ReducedCurve:
        """All points up to now, in columns."""
        begin, end = first or 0, EACH * self.looks if last is None else last
        width = max(1, (end - begin) // columns)
        return ReducedCurve(
            run=run,
            metric=metric,
            points=end - begin,
            columns=tuple(
                Column(first=step, last=step + width - 1, lowest=0.1, highest=0.9,
                       newest=step * 7919 % 10007 / 10007, gradients=4 * step, seconds=step / 10)
                for step in range(begin, end, width)[:columns]
            ),
        )  # fmt: skip
