"""Rows at equal budgets as a table: each row, and under it its seeds and those of its ERM."""

from typing import TYPE_CHECKING

from rich.measure import Measurement

from dilctl.leaderboard.budget_words import number_of, span_of
from dilctl.leaderboard.budgets import EqualBudget, RowAtBudget, SeedAtBudget, Unit
from dilctl.leaderboard.phrases import counted
from dilctl.leaderboard.values import Spread
from dilctl.plots.house import house_table
from dilctl.text import visible
from dilctl.words import figure

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


_NAME = 13
"""Columns for a row's name where the terminal is narrow."""


def fitting(comparison: EqualBudget, console: "Console", width: int) -> "Table":
    """In cells of one line if they fit, else of two, else without where the looks were taken.

    Args:
        comparison: what to show.
        console: measures.
        width: cells that there are.
    """
    endless = console.options.update(max_width=10_000)
    for joint, with_looks in ((" ", True), ("\n", True)):
        table = budget_table(comparison, joint=joint, with_looks=with_looks)
        if Measurement.get(console, endless, table).maximum <= width:
            return table
    return budget_table(comparison, joint="\n", with_looks=False)


def budget_table(comparison: EqualBudget, *, joint: str, with_looks: bool = True) -> "Table":
    """The rows of a comparison.

    Args:
        comparison: what to show.
        joint: stands between a mean and its range; where it is a line break, names fold, too.
        with_looks: whether to say where the looks were taken.
    """
    looks = (f"looks at\n{comparison.unit}",) if with_looks else ()
    right = (*looks, "seen", "unseen", "Δ seen", "Δ unseen")
    table = house_table("rule", *right, right=right)
    if joint == "\n":
        table.columns[0].no_wrap = False
        table.columns[0].overflow = "fold"
        table.columns[0].width = _NAME

    def add(name: str, looks: str, *numbers: str) -> None:
        table.add_row(name, *([looks] if with_looks else []), *numbers)

    for row in comparison.rows:
        add(*_row(row, comparison.unit, joint))
        of_erm = {seed.seed: seed for seed in row.erm.seeds} if row.erm else {}
        for seed in row.seeds:
            add(*_seed(f"  seed {seed.seed}", seed, comparison.unit, joint))
            if erm := of_erm.get(seed.seed):
                add(*_seed(f"  ERM, seed {seed.seed}", erm, comparison.unit, joint))
    return table


def _row(row: RowAtBudget, unit: Unit, joint: str) -> list[str]:
    quality = (row.seen, row.unseen)
    changes = (row.seen_to_erm, row.unseen_to_erm)
    return [
        f"{visible(row.label)}{joint}{counted(len(row.seeds), 'seed')}",
        f"to {number_of(row.amount, unit)}",
        *(_spread(value, joint, alone=len(row.seeds) == 1) for value in quality),
        *(_spread(value, joint, alone=len(row.seeds) == 1, signed=True) for value in changes),
    ]


def _seed(label: str, seed: SeedAtBudget, unit: Unit, joint: str) -> list[str]:
    alone = seed.looks == 1
    quality = [_spread(value, joint, alone=alone) for value in (seed.seen, seed.unseen)]
    return [label, f"{span_of(seed, unit)} ({seed.looks})", *quality, "", ""]


def _spread(value: Spread | None, joint: str, *, alone: bool, signed: bool = False) -> str:
    """A mean and its range; the range of one value says nothing."""
    if value is None:
        return ""
    mean, lowest, highest = (
        figure(each, signed=signed) for each in (value.mean, value.lowest, value.highest)
    )
    return mean if alone else f"{mean}{joint}{lowest}…{highest}"
