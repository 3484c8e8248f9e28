"""What the leaderboard reads through ``Jobs``: again only when runs came to an end, or went."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never, get_args

from dilctl.board_absence import absence, done_of
from dilctl.dash.board.wish import View, Wish, place_of
from dilctl.dash.news import News
from dilctl.jobs import Jobs
from storage.records import Status

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board
    from dilctl.leaderboard.budgets import EqualBudget
    from dilctl.leaderboard.tradeoff import Trail

    Behind = tuple[Trail, ...] | EqualBudget | None

MOST_DRAWN = 16
"""Of more rows than this only the best are drawn: more lines cannot be told apart."""

_MOST_EVENTS = 500
"""After more of them than this it costs less to compute a board anew than to ask."""

Told = Callable[[str, int], None]
"""Hears that the boards of a task, and of how many runs, are being computed."""

Spot = tuple[int, View, str]
"""The place of a board, a view of it, and the unit where that is of equal budgets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """The boards of one task.

    Attributes:
        wish: what they were read for.
        tasks: numbers of finished runs, of tasks that have any.
        task: of the boards; empty where no run of any task is done.
        sentences: the honest one of each board.
        why: why there is no board; empty where there is.
        behind: what lies behind boards, as far as it was asked for.
    """

    wish: Wish
    tasks: Mapping[str, int]
    task: str
    boards: "tuple[Board, ...]"
    sentences: tuple[str, ...]
    why: str
    behind: "Mapping[Spot, Behind]"


def spot(place: int, wish: Wish) -> Spot:
    """Under which name it is kept what a view of a board shows."""
    return place, wish.view, wish.unit.value if wish.view is View.BUDGET else ""


class BoardReader:
    """Keeps the boards that it computed last, and what was looked at behind them."""

    def __init__(self, jobs: Jobs, told: Told) -> None:
        self._jobs = jobs
        self._told = told
        self._news: News | None = None
        self._page: BoardPage | None = None
        self._runs: tuple[int, ...] = ()

    def read(self, wish: Wish, news: News) -> BoardPage:
        """The boards now, with what the view that is wished for shows. Raises those of ``Jobs``."""
        page, self._page = self._page, None  # an error on the way leaves nothing half new
        if page is None or news != self._news or page.wish.question != wish.question:
            page = self._anew(wish, news, page)
        page = self._with_view(replace(page, wish=wish))
        self._page = page
        return page

    def _anew(self, wish: Wish, news: News, before: BoardPage | None) -> BoardPage:
        since, self._news = self._news, None
        tasks = self._tasks()
        task = self._task(wish)
        runs = self._jobs.ids(done_of(task, wish.query)) if task else ()
        is_known = before and (before.task, before.wish.query) == (task, wish.query)
        if before is not None and is_known and self._are_as_before(runs, since):
            page = replace(before, tasks=tasks)
        else:
            page = self._computed(wish, task, len(runs), tasks)
        self._news, self._runs = news, runs
        return page

    def _are_as_before(self, runs: tuple[int, ...], since: News | None) -> bool:
        """Whether neither other runs are done now, nor were some of them tested once more."""
        if runs != self._runs or since is None:
            return False
        happened = self._jobs.events(after=since.event, limit=_MOST_EVENTS)
        known = frozenset(runs)
        return len(happened) < _MOST_EVENTS and not any(each.run in known for each in happened)

    def _tasks(self) -> dict[str, int]:
        from trainers.experiment import Experiment

        names: tuple[str, ...] = get_args(Experiment.model_fields["task"].annotation)
        counts = {name: self._jobs.count(done_of(name)) for name in names}
        return {name: count for name, count in counts.items() if count}

    def _task(self, wish: Wish) -> str:
        """That of the run or the name that is wished for, else of the newest finished run."""
        if wish.run:
            came_from = self._jobs.runs(ids=[wish.run])
            if came_from:
                return came_from[0].task
        if wish.task:
            return wish.task
        newest = self._jobs.runs(statuses=[Status.DONE], sort="-finished", limit=1)
        return newest[0].task if newest else ""

    def _computed(self, wish: Wish, task: str, runs: int, tasks: Mapping[str, int]) -> BoardPage:
        self._told(task, runs)
        from dilctl.leaderboard import sentence

        boards = self._jobs.boards(task, wish.query) if runs else ()
        return BoardPage(
            wish=wish,
            tasks=tasks,
            task=task,
            boards=boards,
            sentences=tuple(sentence(board) for board in boards),
            why="" if boards or not task else absence(self._jobs, task, wish.query),
            behind={},
        )

    def _with_view(self, page: BoardPage) -> BoardPage:
        """Read what lies behind the board that is looked at, unless it is at hand."""
        place = place_of(page.boards, page.wish)
        if place is None or spot(place, page.wish) in page.behind:
            return page
        found = self._behind(few(page.boards[place]), page.wish)
        return replace(page, behind={**page.behind, spot(place, page.wish): found})

    def _behind(self, board: "Board", wish: Wish) -> "Behind":
        match wish.view:
            case View.TABLE | View.LEVELS:
                return None
            case View.TRADEOFF:
                return self._jobs.tradeoff(board)
            case View.BUDGET:
                return self._jobs.at_equal_budget(board, wish.unit.value)
            case _:
                assert_never(wish.view)


def few(board: "Board") -> "Board":
    """The best rows of a board with those that they are compared with."""
    best = board.rows[:MOST_DRAWN]
    erms = {id(erm) for row in best if (erm := board.baseline_of(row))}
    kept = tuple(row for row in board.rows[MOST_DRAWN:] if id(row) in erms)
    return replace(board, rows=(*best, *kept))
