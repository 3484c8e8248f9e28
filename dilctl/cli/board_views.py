"""What ``dilctl board`` prints in place of its table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dilctl import board_views
from dilctl.board_views import Views
from dilctl.cli import output
from dilctl.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from dilctl.jobs import Jobs
    from dilctl.leaderboard import Board
    from dilctl.leaderboard.budgets import Unit


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
        _show_curves(jobs, boards, console, drawn=drawn)
    if views.tradeoff:
        _show_tradeoff(jobs, boards, console, drawn=drawn)
    if views.budget:
        _show_budgets(jobs, boards, views.budget, console)


def _show_curves(
    jobs: "Jobs", boards: "Sequence[Board]", console: "Console", *, drawn: bool
) -> None:
    from dilctl.cli.board_table import title
    from dilctl.cli.level_curves import print_curves

    for board, found in board_views.curves(jobs, boards):
        for curves in found:
            console.print(title(board))
            print_curves(curves, console, drawn=drawn)
            console.print()


def _show_tradeoff(
    jobs: "Jobs", boards: "Sequence[Board]", console: "Console", *, drawn: bool
) -> None:
    from dilctl.cli.tradeoff import print_tradeoff

    for board, trails in board_views.tradeoffs(jobs, boards):
        console.print(_heading(board, "seen against unseen through training"))
        print_tradeoff(trails, console, drawn=drawn)
        console.print()


def _show_budgets(
    jobs: "Jobs", boards: "Sequence[Board]", unit: "Unit", console: "Console"
) -> None:
    from dilctl.cli.budget_table import print_budget

    for board, comparison in board_views.budgets(jobs, boards, unit):
        console.print(_heading(board, f"PSNR in dB after equally many {unit}"))
        print_budget(comparison, console)
        console.print()


def _heading(board: "Board", what: str) -> "Text":
    from rich.text import Text

    from dilctl.words import short_degradation

    confounders = ", ".join(short_degradation(name) for name in board.confounders)
    said = f"{board.task} · validation crops · {board.suite} · {what} · trained on {confounders}"
    return Text(output.cell(said), style="bold")
