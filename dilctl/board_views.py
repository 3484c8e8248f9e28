"""What a leaderboard can be turned to: the views that replace its table or stand beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from dilctl.errors import NotFoundError, UsageError

if TYPE_CHECKING:  # these cost numpy, which starting does without
    from dilctl.jobs import Jobs
    from dilctl.leaderboard import Board
    from dilctl.leaderboard.budgets import EqualBudget, Unit
    from dilctl.leaderboard.curves import LevelCurves
    from dilctl.leaderboard.tradeoff import Trail

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """What was asked for."""

    curve: bool = False
    tradeoff: bool = False
    budget: "Unit | None" = None
    paper: bool = False

    @property
    def instead(self) -> tuple[str, ...]:
        """The options that replace the table."""
        asked = {
            "--curve": self.curve,
            "--tradeoff": self.tradeoff,
            "--budget": self.budget is not None,
        }
        return tuple(option for option, is_asked in asked.items() if is_asked)


def as_json(jobs: "Jobs", boards: "Sequence[Board]", views: Views) -> list[dict[str, Any]]:
    """Each board with everything that was asked for under its own key."""
    from dilctl.export.board import board_json
    from dilctl.leaderboard.paper import paper_notes, paper_rows

    made = [board_json(board) for board in boards]
    if views.curve:
        _put(made, "level_curves", [found for _, found in curves(jobs, boards)])
    if views.tradeoff:
        trails = [jobs.tradeoff(board) for board in boards]
        _put(made, "tradeoff", _found("--tradeoff", trails))
    if views.budget:
        comparisons = [jobs.at_equal_budget(board, views.budget) for board in boards]
        _put(made, "budget", _found("--budget", comparisons))
    if views.paper:
        papers = [(board, paper_rows(board)) for board in boards]
        said = [{"rows": rows, "notes": paper_notes(board, rows)} for board, rows in papers]
        _put(made, "paper", said)
    return made


def _put(boards: list[dict[str, Any]], key: str, values: Sequence[object]) -> None:
    for board, value in zip(boards, values, strict=True):
        board[key] = value


def as_csv(jobs: "Jobs", boards: "Sequence[Board]", views: Views) -> str:
    """The one table that was asked for."""
    from dilctl.export import views as tables
    from dilctl.export.board import boards_csv
    from dilctl.leaderboard.paper import paper_rows

    if views.curve:
        return tables.curves_csv(curves(jobs, boards))
    if views.tradeoff:
        return tables.tradeoff_csv(tradeoffs(jobs, boards))
    if views.budget:
        return tables.budgets_csv(budgets(jobs, boards, views.budget))
    if views.paper:
        return tables.papers_csv([(board, paper_rows(board)) for board in boards])
    return boards_csv(boards)


def curves(
    jobs: "Jobs", boards: "Sequence[Board]"
) -> "list[tuple[Board, tuple[LevelCurves, ...]]]":
    """Boards with quality against level.

    Raises:
        UsageError: none of them has levels; it names the suites of their tasks that have.
    """
    from dilctl.leaderboard.curves import level_curves

    found = [(board, level_curves(board)) for board in boards]
    if boards and not any(own for _, own in found):
        raise UsageError(_without_levels(jobs, boards))
    return found


def _without_levels(jobs: "Jobs", boards: "Sequence[Board]") -> str:
    """That some boards have no levels, and which boards of the same tasks have."""
    from dilctl.leaderboard.curves import FEWEST_LEVELS, level_curves
    from dilctl.leaderboard.phrases import listed

    tasks = dict.fromkeys(board.task for board in boards)
    every = [board for task in tasks for board in jobs.boards(task)]
    with_levels = dict.fromkeys(f"--suite {board.suite}" for board in every if level_curves(board))
    cure = (
        f"what these runs were tested on with levels is chosen by {' or '.join(with_levels)}"
        if with_levels
        else "none that its runs were tested on has; dilctl eval RUN --level LEVELS tests one on "
        "levels of your own"
    )
    suites = listed(sorted({board.suite for board in boards}))
    return f"--curve: suite {suites} has no degradation of {FEWEST_LEVELS} levels or more; {cure}"


def trails(jobs: "Jobs", boards: "Sequence[Board]") -> "list[tuple[Board, tuple[Trail, ...]]]":
    """Boards with seen against unseen quality through training; none that was never looked at."""
    found = ((board, jobs.tradeoff(board)) for board in _one_a_set_of_looks(boards))
    return [(board, own) for board, own in found if own]


def tradeoffs(jobs: "Jobs", boards: "Sequence[Board]") -> "list[tuple[Board, tuple[Trail, ...]]]":
    """The same.

    Raises:
        NotFoundError: none was looked at.
    """
    found = trails(jobs, boards)
    if boards:
        _found("--tradeoff", [own for _, own in found] or [()])
    return found


def budgets(
    jobs: "Jobs", boards: "Sequence[Board]", unit: "Unit"
) -> "list[tuple[Board, EqualBudget]]":
    """Boards with their rows at equal budgets.

    Raises:
        NotFoundError: none was looked at.
    """
    some = _one_a_set_of_looks(boards)
    found = _found("--budget", [jobs.at_equal_budget(board, unit) for board in some])
    return [(board, own) for board, own in zip(some, found, strict=True) if own is not None]


NOT_LOOKED_AT = (
    "none of these rows was looked at under each degradation of its board while "
    "it trained; runs with an evaluate.every below the gradient evaluations that they "
    "spend are"
)


def _found(option: str, values: list[_T]) -> list[_T]:
    """The values of some boards, of which one at least must show something."""
    if values and not any(values):
        raise NotFoundError(f"{option}: {NOT_LOOKED_AT}")
    return values


def _one_a_set_of_looks(boards: "Sequence[Board]") -> "list[Board]":
    """Boards without those that the same looks stand behind: they see no test set."""
    by_looks = {
        (
            frozenset(board.degradations),
            frozenset((run, row.weights) for row in board.rows for run in row.runs),
        ): board
        for board in reversed(boards)
    }
    return list(reversed(by_looks.values()))
