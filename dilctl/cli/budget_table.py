"""Rows at one budget as a table: each row, and under it each of its seeds."""

from typing import TYPE_CHECKING

from rich.measure import Measurement

from dilctl.cli import output, words
from dilctl.leaderboard.budgets import EqualBudget, RowAtBudget, SeedAtBudget
from dilctl.leaderboard.values import Spread

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def print_budget(comparison: EqualBudget, console: "Console") -> None:
    """The comparison with its notes."""
    console.print(_fitting(comparison, console))
    for note in comparison.notes:
        console.print(output.cell(note))


def _fitting(comparison: EqualBudget, console: "Console") -> "Table":
    """In cells of one line if they fit, else of two."""
    wide = budget_table(comparison, joint=" ")
    width = Measurement.get(console, console.options.update(max_width=10_000), wide).maximum
    return wide if width <= console.width else budget_table(comparison, joint="\n")


def budget_table(comparison: EqualBudget, *, joint: str) -> "Table":
    """The rows of a comparison; ``joint`` stands between a mean and its range."""
    right = (f"looks at\n{comparison.unit}", "seen", "unseen", "Δ seen", "Δ unseen")
    table = output.table("rule", *right, right=right)
    table.columns[0].no_wrap = joint == " "
    table.columns[0].overflow = "fold"
    for row in comparison.rows:
        table.add_row(*_row(row, joint))
        for seed in row.seeds:
            table.add_row(*_seed(seed, comparison, joint))
    return table


def _row(row: RowAtBudget, joint: str) -> list[str]:
    return [
        f"{output.cell(row.label)}{joint}{words.many(len(row.seeds), 'seed')}",
        "",
        _spread(row.seen, ".2f", joint, alone=len(row.seeds) == 1),
        _spread(row.unseen, ".2f", joint, alone=len(row.seeds) == 1),
        *(_change(change, row, joint) for change in (row.seen_to_erm, row.unseen_to_erm)),
    ]


def _change(change: Spread | None, row: RowAtBudget, joint: str) -> str:
    return "" if change is None else _spread(change, "+.2f", joint, alone=len(row.seeds) == 1)


def _seed(seed: SeedAtBudget, comparison: EqualBudget, joint: str) -> list[str]:
    form = ",.1f" if comparison.unit == "seconds" else ",.0f"
    first, last = format(seed.first, form), format(seed.last, form)
    span = f"{first}…{last}" if seed.looks > 1 else last
    quality = [_spread(value, ".2f", joint, alone=False) for value in (seed.seen, seed.unseen)]
    return [f"  seed {seed.seed}", f"{span} ({seed.looks})", *quality, "", ""]


def _spread(value: Spread, form: str, joint: str, *, alone: bool) -> str:
    """A mean and its range; the range of one value says nothing."""
    mean = format(value.mean, form)
    if alone:
        return mean
    return f"{mean}{joint}{format(value.lowest, form)}…{format(value.highest, form)}"
