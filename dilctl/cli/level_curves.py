"""Quality against level on the terminal, or as a table of numbers for a pipe."""

from typing import TYPE_CHECKING

from dilctl.cli import output, words
from dilctl.leaderboard.curves import LevelCurves, Point
from dilctl.plots import level_curves as plots
from dilctl.words import figure

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDEST = 100
_INTERVALS = "Intervals are left out of the picture: --json, --csv or a pipe gives them."


def print_curves(curves: LevelCurves, console: "Console", *, drawn: bool) -> None:
    """The rows of a board over one degradation's levels: a picture, or the numbers."""
    if not drawn:
        console.print(_numbers(curves))
        return
    width = min(console.width, _WIDEST)
    console.print(plots.absolute(curves, width))
    if differences := plots.difference(curves, width):
        console.print(differences)
    for line in (*plots.legend(curves), plots.marks(curves), _INTERVALS):
        console.print(line)


def _numbers(curves: LevelCurves) -> "Table":
    """A line for each row and level, with its interval."""
    columns = (plots.level(curves), "PSNR", "low", "high", "Δ to erm", "Δ low", "Δ high")
    table = output.table("rule", "standing", *columns, right=columns)
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"  # rather than the numbers
    for curve in curves.curves:
        for point in curve.points:
            table.add_row(output.cell(curve.label), point.standing, *_values(point))
    return table


def _values(point: Point) -> list[str]:
    change = point.to_erm
    return [
        f"{point.level:g}",
        *map(words.decibels, (point.psnr.mean, point.psnr.low, point.psnr.high)),
        *map(_change, (change.mean, change.low, change.high) if change else (None, None, None)),
    ]


def _change(value: float | None) -> str:
    return "–" if value is None else figure(value, signed=True)
