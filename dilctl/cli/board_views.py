"""What ``dilctl board`` can show in place of its table, or beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from dilctl.cli import output
from dilctl.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from dilctl.jobs import Jobs
    from dilctl.leaderboard import Board
    from dilctl.leaderboard.budgets import EqualBudget, Unit
    from dilctl.leaderboard.curves import LevelCurves
    from dilctl.leaderboard.tradeoff import Trail

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """What was asked for."""

    curve: bool
    tradeoff: bool
    budget: "Unit | None"
    paper: bool

    @property
    def instead(self) -> tuple[str, ...]:
        """The options that replace the table."""
        asked = {
            "--curve": self.curve,
            "--tradeoff": self.tradeoff,
            "--budget": self.budget is not None,
        }
        return tuple(option for option, is_asked in asked.items() if is_asked)


def refuse_contradictions(views: Views, *, as_csv: bool) -> None:
    """Refuse views that cannot be had at once.

    Raises:
        UsageError: with what to say instead.
    """
    if views.paper and views.instead:
        raise UsageError(
            f"board: --paper adds rows to the table, which {views.instead[0]} replaces; "
            "say one of them"
        )
    if as_csv and len(views.instead) > 1:
        raise UsageError(
            f"board: CSV holds one table; say {' or '.join(views.instead)}, not both, or --json"
        )


def as_json(jobs: "Jobs", boards: "Sequence[Board]", views: Views) -> list[dict[str, Any]]:
    """Each board with everything that was asked for under its own key."""
    from dilctl.export.board import board_json
    from dilctl.leaderboard.paper import paper_notes, paper_rows

    made = [board_json(board) for board in boards]
    if views.curve:
        _put(made, "level_curves", [found for _, found in _curves(boards)])
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
        return tables.curves_csv(_curves(boards))
    if views.tradeoff:
        return tables.tradeoff_csv(_trails(jobs, boards))
    if views.budget:
        return tables.budgets_csv(_budgets(jobs, boards, views.budget))
    if views.paper:
        return tables.papers_csv([(board, paper_rows(board)) for board in boards])
    return boards_csv(boards)


def show(
    jobs: "Jobs", boards: "Sequence[Board]", views: Views, console: "Console", *, drawn: bool
) -> None:
    """What was asked for in place of the table, one after the other.

    Args:
        jobs: reads the looks.
        boards: one at least.
        views: at least one that replaces the table.
        console: where to.
        drawn: whether curves are drawn; else their numbers are printed.
    """
    if views.curve:
        _show_curves(boards, console, drawn=drawn)
    if views.tradeoff:
        _show_tradeoff(jobs, boards, console, drawn=drawn)
    if views.budget:
        _show_budgets(jobs, boards, views.budget, console)


def _show_curves(boards: "Sequence[Board]", console: "Console", *, drawn: bool) -> None:
    from dilctl.cli.board_table import title
    from dilctl.cli.level_curves import print_curves

    for board, found in _curves(boards):
        for curves in found:
            console.print(title(board))
            print_curves(curves, console, drawn=drawn)
            console.print()


def _show_tradeoff(
    jobs: "Jobs", boards: "Sequence[Board]", console: "Console", *, drawn: bool
) -> None:
    from dilctl.cli.tradeoff import print_tradeoff

    for board, trails in _trails(jobs, boards):
        console.print(_heading(board, "seen against unseen through training"))
        print_tradeoff(trails, console, drawn=drawn)
        console.print()


def _show_budgets(
    jobs: "Jobs", boards: "Sequence[Board]", unit: "Unit", console: "Console"
) -> None:
    from dilctl.cli.budget_table import print_budget

    for board, comparison in _budgets(jobs, boards, unit):
        console.print(_heading(board, f"PSNR in dB after equally many {unit}"))
        print_budget(comparison, console)
        console.print()


def _heading(board: "Board", what: str) -> "Text":
    from rich.text import Text

    from dilctl.words import short_degradation

    confounders = ", ".join(short_degradation(name) for name in board.confounders)
    said = f"{board.task} · validation crops · {board.suite} · {what} · trained on {confounders}"
    return Text(output.cell(said), style="bold")


def _curves(boards: "Sequence[Board]") -> "list[tuple[Board, tuple[LevelCurves, ...]]]":
    from dilctl.leaderboard.curves import FEWEST_LEVELS, level_curves

    found = [(board, level_curves(board)) for board in boards]
    if boards and not any(curves for _, curves in found):
        suites = " and ".join(sorted({board.suite for board in boards}))
        raise UsageError(
            f"--curve: suite {suites} has no degradation of {FEWEST_LEVELS} levels or more; "
            "one that has is chosen by --suite noise-levels"
        )
    return found


def trails(jobs: "Jobs", boards: "Sequence[Board]") -> "list[tuple[Board, tuple[Trail, ...]]]":
    """Boards with seen against unseen quality through training; none that was never looked at."""
    found = ((board, jobs.tradeoff(board)) for board in _one_a_set_of_looks(boards))
    return [(board, own) for board, own in found if own]


def _trails(jobs: "Jobs", boards: "Sequence[Board]") -> "list[tuple[Board, tuple[Trail, ...]]]":
    found = trails(jobs, boards)
    if boards:
        _found("--tradeoff", [own for _, own in found] or [()])
    return found


def _budgets(
    jobs: "Jobs", boards: "Sequence[Board]", unit: "Unit"
) -> "list[tuple[Board, EqualBudget]]":
    some = _one_a_set_of_looks(boards)
    found = _found("--budget", [jobs.at_equal_budget(board, unit) for board in some])
    return [(board, own) for board, own in zip(some, found, strict=True) if own is not None]


def _found(option: str, values: list[_T]) -> list[_T]:
    """The values of some boards, of which one at least must show something."""
    if values and not any(values):
        raise NotFoundError(
            f"{option}: none of these rows was looked at under each degradation of its board while "
            "it trained; runs with an evaluate.every below the gradient evaluations that they "
            "spend are"
        )
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
