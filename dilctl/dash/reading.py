"""What each screen reads through ``Jobs``: only what is shown, and only where it may be new.

Readers are called from one worker thread at a time and hand out frozen values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dilctl.dash.curves import Chart, charts
from dilctl.errors import DilctlError
from dilctl.flat import flat
from dilctl.jobs import AgentState, Jobs
from dilctl.words import short_degradation
from storage.errors import StorageError
from storage.records import ENDED, LIVE, Attempt, Curve, Run, Status
from trainers.errors import ExperimentError, TrainerError

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board

EXPECTED = (DilctlError, StorageError, TrainerError)
"""Errors that are one sentence, to be shown as they are."""

PAGE = 200
LOG_LINES = 200

_ORDER = (Status.RUNNING, Status.STARTING, Status.QUEUED, Status.PAUSED)


class Order(StrEnum):
    """What the list of runs is sorted by."""

    NEWEST = "newest"
    UNSEEN = "unseen"
    SEEN = "seen"

    @property
    def sort(self) -> str:
        """The same in the words of ``docs/queries.md``; the PSNR is the one that the list shows."""
        return "" if self is Order.NEWEST else f"-psnr@crops:{self}"

    @property
    def following(self) -> "Order":
        """The next one, the first after the last."""
        every = tuple(Order)
        return every[(every.index(self) + 1) % len(every)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which runs a person wants to see, and in which order.

    Attributes:
        query: in the language of ``docs/queries.md``; empty for all.
        order: ``NEWEST`` puts live runs before all others.
    """

    query: str = ""
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsPage:
    """The list of runs as it is now.

    Attributes:
        wish: what was asked.
        runs: at most ``PAGE``.
        meant: how many the query means.
        counts: how many runs there are of each status, whatever the query means.
        agent: whether one works here.
    """

    wish: Wish
    runs: tuple[Run, ...]
    meant: int
    counts: Mapping[Status, int]
    agent: AgentState

    @property
    def total(self) -> int:
        """How many runs there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """One run, the curves of one chart, and what else its screen shows.

    Attributes:
        charts: all that could be drawn; ``chart`` is the one that is, None before any metric.
        settings: (place, value) of what differs from the defaults.
    """

    run: Run
    charts: tuple[Chart, ...]
    chart: Chart | None
    curves: tuple[Curve, ...]
    log: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """The leaderboards, each with its one honest sentence."""

    boards: "tuple[tuple[Board, str], ...]"


def _rank(run: Run) -> tuple[int, int]:
    first = _ORDER.index(run.status) if run.status in _ORDER else len(_ORDER)
    return (min(first, len(_ORDER)), -run.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What is another as soon as a run came, changed its status or was removed."""

    event: int
    counts: Mapping[Status, int]

    @classmethod
    def of(cls, jobs: Jobs) -> "_News":
        """Those of now: read before what they vouch for, so that nothing slips between the two."""
        return cls(event=jobs.last_event(), counts=jobs.counts())


@dataclass(slots=True)
class RunsReader:
    """Reads the page of runs again when there is news, else only those that have not ended.

    What a query means, and what a metric's order is, changes without news: that is read each time.
    """

    jobs: Jobs
    wish: Wish = field(default_factory=Wish)
    _news: _News | None = None
    _runs: tuple[Run, ...] = ()

    def read(self) -> RunsPage:
        """The runs now. Raises the errors of ``Jobs``; the next call then starts afresh."""
        before, self._news = self._news, None
        news = _News.of(self.jobs)
        if news == before and self.wish == Wish():
            self._runs = self._renewed()
        else:
            self._runs = self._page()
        self._news = news
        return RunsPage(
            wish=self.wish,
            runs=self._runs,
            meant=self._meant(news),
            counts=news.counts,
            agent=self.jobs.agent_state(),
        )

    def _page(self) -> tuple[Run, ...]:
        query, sort = self.wish.query, self.wish.order.sort
        if sort:
            return self.jobs.runs(query, sort=sort, limit=PAGE)
        live = self.jobs.runs(query, statuses=sorted(LIVE))
        runs = {run.id: run for run in (*live, *self.jobs.runs(query, limit=PAGE))}
        return tuple(sorted(runs.values(), key=_rank)[:PAGE])

    def _renewed(self) -> tuple[Run, ...]:
        moving = [run.id for run in self._runs if run.status not in ENDED]
        if not moving:
            return self._runs
        fresh = {run.id: run for run in self.jobs.runs(ids=moving)}
        return tuple(sorted((fresh.get(run.id, run) for run in self._runs), key=_rank))

    def _meant(self, news: _News) -> int:
        if not self.wish.query:
            return sum(news.counts.values())
        is_whole = len(self._runs) < PAGE
        return len(self._runs) if is_whole else self.jobs.count(self.wish.query)


class RunReader:
    """Reads one run; its curves only when it has new points or another chart is asked for."""

    def __init__(self, jobs: Jobs, run: int) -> None:
        self._jobs = jobs
        self._run = run
        self._known: tuple[object, ...] = ()
        self._charts: tuple[Chart, ...] = ()
        self._chart: Chart | None = None
        self._curves: tuple[Curve, ...] = ()
        self._settings: tuple[tuple[str, str], ...] | None = None

    def read(self, title: str | None) -> RunPage:
        """The run now, with the chart of this title, else the first. Raises as ``Jobs`` does."""
        run = self._jobs.run(self._run)
        known = (title, run.status, run.attempt, run.step, dict(run.latest))
        if known != self._known:
            self._read_curves(title)
            self._known = known
        if self._settings is None:
            self._settings = settings_that_differ(run)
        return RunPage(
            run=run,
            charts=self._charts,
            chart=self._chart,
            curves=self._curves,
            log=self._jobs.log_tail(run.id, LOG_LINES),
            attempts=self._jobs.attempts(run.id),
            settings=self._settings,
        )

    def _read_curves(self, title: str | None) -> None:
        self._charts = charts(self._jobs.metrics(self._run))
        named = [chart for chart in self._charts if chart.title == title]
        self._chart = next(iter((*named, *self._charts)), None)
        metrics = self._chart.metrics if self._chart else ()
        self._curves = tuple(self._jobs.curve(self._run, metric) for metric, _ in metrics)


class BoardReader:
    """Reads the leaderboards of all tasks that have finished runs, again when there is news."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._news: _News | None = None
        self._page = BoardPage(boards=())

    def read(self) -> BoardPage:
        """The leaderboards now. Raises the errors of ``Jobs``."""
        before, self._news = self._news, None
        news = _News.of(self._jobs)
        if news != before:
            self._page = self._read_boards()
        self._news = news
        return self._page

    def _read_boards(self) -> BoardPage:
        from dilctl.leaderboard import sentence

        done = self._jobs.runs(statuses=(Status.DONE,), limit=PAGE)
        boards = [
            board for task in sorted({r.task for r in done}) for board in self._jobs.boards(task)
        ]
        return BoardPage(boards=tuple((board, sentence(board)) for board in boards))


def settings_that_differ(run: Run) -> tuple[tuple[str, str], ...]:
    """What sets a run apart from the defaults; all settings if they are refused today."""
    # pydantic takes 0.2 s to import, which only this screen needs.
    from trainers.recipe import parse_experiment

    try:
        experiment = parse_experiment(run.experiment)
    except ExperimentError:
        return tuple(_said(run.experiment))
    differing = experiment.model_dump(mode="json", exclude_defaults=True, exclude={"confounders"})
    confounders = " ".join(short_degradation(each.name) for each in experiment.confounders)
    kinds = (("rule", experiment.rule.kind), ("network", experiment.network.kind))
    return (("confounders", confounders), *kinds, *_said(differing))


def _said(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path, value in flat(settings).items():
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownArgumentType] -- JSON
