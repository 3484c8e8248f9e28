"""Which columns a table of runs has at a given width, and what stands in each cell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.text import Text

from dilctl.dash.words import age, decibels, fit, progress, state
from dilctl.words import duration
from storage.records import ENDED, LIVE, Run

NARROWEST_NAME = 12
COMFORTABLE_NAME = 32
WIDEST_NAME = 44
GAP = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its head, its width in cells without the gap, and how a cell is drawn."""

    title: str
    width: int
    cell: Callable[[Run, datetime], Text | str]
    is_number: bool = False

    def draw(self, run: Run, now: datetime) -> Text:
        """The cell of a run, exactly as wide as the column and its gap."""
        return fit(self.cell(run, now), self.width, right=self.is_number).append(" " * GAP)

    def head(self) -> Text:
        """The title, as wide as a cell."""
        return fit(self.title, self.width, right=self.is_number).append(" " * GAP)


def columns_for(width: int, runs: Sequence[Run]) -> tuple[Column, ...]:
    """The columns that fit into ``width`` cells; 80 hold all that are needed to judge a run.

    Wider tables get, in this order: age, host, network, task; what is left goes to the name.
    """
    digits = max((len(str(run.id)) for run in runs), default=1)
    number = Column(title="id", width=max(2, digits), cell=lambda r, _: str(r.id), is_number=True)
    columns = [number, *_always()]
    left = width - sum(column.width + GAP for column in columns) - GAP
    extra: list[Column] = []
    for column in _wide():
        if left - column.width - GAP >= COMFORTABLE_NAME:
            extra.append(column)
            left -= column.width + GAP
    name = Column(
        title="name", width=min(max(left, NARROWEST_NAME), WIDEST_NAME), cell=lambda r, _: r.name
    )
    return (*columns[:2], name, *columns[2:], *extra)


def _always() -> tuple[Column, ...]:
    return (
        Column(title="state", width=11, cell=lambda r, _: state(r)),
        Column(title="rule", width=6, cell=lambda r, _: r.rule),
        Column(title="seed", width=4, cell=lambda r, _: str(r.seed), is_number=True),
        Column(title="progress", width=9, cell=lambda r, _: _progress(r)),
        Column(title="left", width=6, cell=lambda r, _: _left(r), is_number=True),
        Column(title="seen", width=5, cell=_latest("psnr@crops:seen"), is_number=True),
        Column(title="unseen", width=6, cell=_latest("psnr@crops:unseen"), is_number=True),
    )


def _wide() -> tuple[Column, ...]:
    return (
        Column(title="age", width=6, cell=lambda r, now: age(r.created_at, now), is_number=True),
        Column(title="host", width=10, cell=lambda r, _: r.host or ""),
        Column(title="network", width=8, cell=lambda r, _: r.network),
        Column(title="task", width=8, cell=lambda r, _: r.task),
    )


def _latest(metric: str) -> Callable[[Run, datetime], str]:
    return lambda run, _: decibels(run.latest.get(metric))


def _progress(run: Run) -> Text | str:
    if run.status not in LIVE and not run.fraction:
        return ""
    bar = progress(run.fraction, 9)
    if run.status in ENDED:
        bar.stylize("dim")
    return bar


def _left(run: Run) -> str:
    if run.status not in LIVE or run.seconds_left is None:
        return ""
    return duration(run.seconds_left)
