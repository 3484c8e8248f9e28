"""Rows at equal budgets, printed with what a reader must know of them."""

from typing import TYPE_CHECKING

from dilctl.cli import output
from dilctl.leaderboard.budgets import EqualBudget
from dilctl.plots.budget_table import fitting

if TYPE_CHECKING:
    from rich.console import Console


def print_budget(comparison: EqualBudget, console: "Console") -> None:
    """The comparison with its notes."""
    console.print(fitting(comparison, console, console.width))
    for note in comparison.notes:
        console.print(output.cell(note))
