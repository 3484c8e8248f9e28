"""What a page of plots reads of a run: the curves on it, and of those what is new."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dilctl.dash.run.curves import Chart, charts, meant
from dilctl.dash.run.traces_of import Detail, Drawn, TracesOf
from dilctl.dash.traces import Axis
from dilctl.jobs import Jobs
from storage.records import ENDED, LIVE, Run

Choice = Callable[[Iterable[str]], tuple[str, ...]]
"""Which of a run's metrics are drawn at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants to see.

    Attributes:
        pattern: only plots that this glob means; empty for all.
        page: which page of them, from 0.
        size: plots on a page.
        axis: what the curves go along.
        opened: title of the plot that fills the screen; None for the grid.
        detail: a part that is wanted finer.
    """

    pattern: str = ""
    page: int = 0
    size: int = 2
    axis: Axis = Axis.GRADIENTS
    opened: str | None = None
    detail: Detail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvesPage:
    """The plots on a page.

    Attributes:
        run: whose they are.
        wish: what was wanted.
        titles: of all plots that the pattern means.
        all: how many there are without the pattern.
        page: the page that this is, where the one that was wanted is beyond the last.
        drawn: the plots on it.
        has_ended: whether the run will measure no more.
    """

    run: int
    wish: Wish
    titles: tuple[str, ...]
    all: int
    page: int
    drawn: tuple[Drawn, ...]
    has_ended: bool


class CurvesReader:
    """Reads one run."""

    def __init__(self, jobs: Jobs, run: int, choice: Choice) -> None:
        self.run = run
        self._jobs = jobs
        self._choice = choice
        self._traces = TracesOf(jobs, run)
        self._known: object = None
        self._charts: tuple[Chart, ...] = ()

    def read(self, run: Run, wish: Wish) -> CurvesPage:
        """A page, as it is now. Raises as ``Jobs`` does."""
        self._traces.follow(run)
        self._find_charts(run)
        found = meant(self._charts, wish.pattern) if wish.pattern else self._charts
        page = min(wish.page, max(0, len(found) - 1) // wish.size)
        shown = found[page * wish.size : (page + 1) * wish.size]
        if wish.opened is not None:
            shown = tuple(chart for chart in self._charts if chart.title == wish.opened)
        return CurvesPage(
            run=run.id,
            wish=wish,
            titles=tuple(chart.title for chart in found),
            all=len(self._charts),
            page=page,
            drawn=self._traces.drawn(shown, wish.axis, wish.detail),
            has_ended=run.status in ENDED,
        )

    def _find_charts(self, run: Run) -> None:
        known = (run.status, run.attempt)
        if known != self._known or run.status in LIVE:
            self._charts = charts(self._choice(self._jobs.metrics(run.id)))
            self._known = known
