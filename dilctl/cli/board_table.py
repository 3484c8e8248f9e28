"""A leaderboard as a table, in cells of one line where the terminal is wide enough."""

from typing import TYPE_CHECKING

from rich import box
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from dilctl.cli import output, words
from dilctl.leaderboard import Board, Estimate, Row
from dilctl.words import short_degradation

if TYPE_CHECKING:
    from rich.console import Console


def title(board: Board) -> Text:
    """What the board is of."""
    confounders = ", ".join(short_degradation(name) for name in board.confounders)
    said = (
        f"{board.task} · {board.test_set} ({words.many(board.images, 'image')}) · {board.suite}"
        f" · PSNR in dB · trained on {confounders}"
    )
    return Text(output.cell(said), style="bold")


def fitting_table(board: Board, console: "Console") -> Table:
    """The board, in cells of one line if they fit, else stacked for 80 columns."""
    wide = board_table(board, stacked=False)
    width = Measurement.get(console, console.options.update(max_width=10_000), wide).maximum
    return wide if width <= console.width else board_table(board, stacked=True)


def board_table(board: Board, *, stacked: bool) -> Table:
    """The board: rows as they come, a column for each degradation that is not seen."""
    shown = [(name, standing) for name, standing in board.degradations if standing != "seen"]
    gap = 0 if stacked else 1
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, gap, 0, 0))
    table.add_column("rule", no_wrap=not stacked)
    heads = ["seen\nmean", *(_head(name, standing) for name, standing in shown)]
    for head in (*heads, "unseen\nmean", "Δ to\nerm"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in board.rows:
        table.add_row(*_cells(row, [name for name, _ in shown], stacked=stacked))
        if stacked and row is not board.rows[-1]:
            table.add_row()
    return table


def _head(degradation: str, standing: str) -> str:
    word = "between" if standing == "interpolated" else standing
    return f"{word}\n{output.cell(short_degradation(degradation))}"


def _cells(row: Row, shown: list[str], *, stacked: bool) -> list[Text]:
    joint = "\n" if stacked else " "
    quality = {cell.degradation: cell.psnr.mean for cell in row.cells}
    seen = None if row.seen is None else row.seen.mean
    return [
        _lines(_label(row), joint),
        Text(words.decibels(seen)),
        *(Text(words.decibels(quality.get(name))) for name in shown),
        _lines(_estimate(row.unseen, ".2f", ".1f", stacked=stacked), joint),
        _lines(
            [*_estimate(row.gain, "+.2f", "+.2f", stacked=stacked), *row.verdict.split()], joint
        ),
    ]


def _lines(parts: list[str], joint: str) -> Text:
    return Text(joint.join(output.cell(part) for part in parts))


def _label(row: Row) -> list[str]:
    """Rule, network and what else tells the row apart, and its seeds."""
    rest = row.label.removeprefix(row.rule).strip()
    return [row.rule, rest, words.many(len(row.seeds), "seed")]


def _estimate(value: Estimate | None, mean: str, ends: str, *, stacked: bool) -> list[str]:
    """A mean and the ends of its interval, each in its format; nothing where there is none."""
    if value is None:
        return []
    said = [format(value.mean, mean)]
    if value.low is None or value.high is None:
        return said
    low, high = format(value.low, ends), format(value.high, ends)
    return [*said, f"{low} to", high] if stacked else [*said, f"({low} to {high})"]


def seed_lines(board: Board) -> list[str]:
    """How far the seeds of each row lie apart, where there are two or more."""
    return [
        f"{row.label}: unseen means of its {words.many(len(row.seeds), 'seed')} "
        f"from {row.seed_range[0]:.2f} to {row.seed_range[1]:.2f} dB."
        for row in board.rows
        if row.seed_range is not None
    ]
