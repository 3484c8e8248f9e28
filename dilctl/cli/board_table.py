"""A leaderboard as a table, in cells of one line where the terminal is wide enough."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from dilctl.cli import output, words
from dilctl.leaderboard import Board, Estimate, Row, sentence
from dilctl.leaderboard.paper import PaperRow, paper_notes, paper_rows
from dilctl.words import broken_label, degradation_lines, figure, percentage, short_degradation

if TYPE_CHECKING:
    from rich.console import Console


def print_boards(boards: Sequence[Board], *, with_paper: bool = False) -> None:
    """Each board as a table on stdout, with its notes and one honest sentence under it."""
    console = output.stdout()
    known: set[str] = set()
    for place, one in enumerate(boards):
        papers = paper_rows(one) if with_paper else ()
        if place:
            console.print()
        console.print(title(one))
        console.print(fitting_table(one, console, papers))
        said = paper_notes(one, papers) if with_paper else ()
        notes = ("Notes: as above.",) if set(one.notes) == known else one.notes
        for note in (*seed_lines(one), *notes, *said, sentence(one)):
            console.print(output.cell(note))
        known = set(one.notes)


def title(board: Board) -> Text:
    """What the board is of."""
    confounders = ", ".join(short_degradation(name) for name in board.confounders)
    said = (
        f"{board.task} · {board.test_set} ({words.many(board.images, 'image')}) · {board.suite}"
        f" · {board.measure} · trained on {confounders}"
    )
    return Text(output.cell(said), style="bold")


_LABEL = 13
"""Width of a label in a stacked table: with six degradations it then fits 80 columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a table shows of a board.

    Attributes:
        columns: degradations with their standings.
        papers: rows of the paper, below those of the board.
    """

    board: Board
    columns: Sequence[tuple[str, str]]
    papers: Sequence[PaperRow] = ()


def fitting_table(board: Board, console: "Console", papers: Sequence[PaperRow] = ()) -> Group:
    """The board in cells of one line if they fit, else stacked, else cut into several tables."""
    sheet = Sheet(board=board, columns=board.shown, papers=papers)
    fitting = _first_fitting(sheet, console)
    if fitting is not None:
        return Group(fitting)
    bare = Sheet(board=board, columns=())
    means = _first_fitting(bare, console) or board_table(bare, stacked=True)
    levels = _level_tables(sheet, console)
    return Group(means, *(Group("", table) for table in levels))


def _first_fitting(sheet: Sheet, console: "Console") -> Table | None:
    tables = (board_table(sheet, stacked=stacked) for stacked in (False, True))
    return next((table for table in tables if _fits(table, console)), None)


def _fits(table: Table, console: "Console") -> bool:
    unbounded = console.options.update(max_width=10_000)
    return Measurement.get(console, unbounded, table).maximum <= console.width


def board_table(sheet: Sheet, *, stacked: bool) -> Table:
    """The means of a board, rows as they come, with a column for each degradation shown."""
    table = _table(stacked=stacked)
    table.add_column("rule", no_wrap=True)
    prices = any(row.seen_price for row in sheet.board.rows)
    heads = ["seen\n& Δ" if prices else "seen\nmean", *(_head(*each) for each in sheet.columns)]
    for head in (*heads, "unseen\nmean", "Δ to\nerm"):
        table.add_column(head, justify="right", no_wrap=True)
    names = [name for name, _ in sheet.columns]
    rows = [_cells(row, names, stacked=stacked) for row in sheet.board.rows]
    seen = [name for name, standing in sheet.board.degradations if standing == "seen"]
    rows += [_paper_cells(row, names, seen, stacked=stacked) for row in sheet.papers]
    for place, cells in enumerate(rows):
        if stacked and place:
            table.add_row()
        table.add_row(*cells)
    return table


def _level_tables(sheet: Sheet, console: "Console") -> Iterator[Table]:
    """Tables of the degradations, each of as many as fit, one at least."""
    left = sheet.columns
    while left:
        counts = range(len(left), 0, -1)
        tables = ((count, _levels(replace(sheet, columns=left[:count]))) for count in counts)
        count, table = next((c, t) for c, t in tables if c == 1 or _fits(t, console))
        yield table
        left = left[count:]


def _levels(sheet: Sheet) -> Table:
    table = _table(stacked=False)
    table.add_column("rule")
    for each in sheet.columns:
        table.add_column(_head(*each), justify="right", no_wrap=True)
    for row in (*sheet.board.rows, *sheet.papers):
        quality = _quality(row)
        values = (words.decibels(quality.get(name)) for name, _ in sheet.columns)
        table.add_row(output.cell(row.label), *values)
    return table


def _quality(row: Row | PaperRow) -> dict[str, float]:
    """Decibels by the names of the degradations."""
    match row:
        case Row():
            return {cell.degradation: cell.psnr.mean for cell in row.cells}
        case PaperRow():
            return {cell.degradation: cell.psnr for cell in row.cells}


def _paper_cells(
    row: PaperRow, names: Sequence[str], seen: Sequence[str], *, stacked: bool
) -> list[Text]:
    """The paper has means of its own only over degradations that are all in it."""
    quality = _quality(row)
    mean = fmean(quality[name] for name in seen) if seen and quality.keys() >= set(seen) else None
    label = (
        _lines(broken_label(row.label, _LABEL), "\n") if stacked else Text(output.cell(row.label))
    )
    values = (words.decibels(quality.get(name)) for name in names)
    seen_mean = Text("" if mean is None else words.decibels(mean))
    return [label, seen_mean, *map(Text, values), Text(), Text()]


def _table(*, stacked: bool) -> Table:
    gap = 0 if stacked else 1
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, gap, 0, 0))


def _head(degradation: str, standing: str) -> str:
    word = "between" if standing == "interpolated" else standing
    return "\n".join([word, *(output.cell(line) for line in degradation_lines(degradation))])


def _cells(row: Row, names: Sequence[str], *, stacked: bool) -> list[Text]:
    joint = "\n" if stacked else " "
    quality = _quality(row)
    price = [] if row.seen_price is None else [figure(row.seen_price.mean, signed=True)]
    seen = words.decibels(None if row.seen is None else row.seen.mean)
    gain = _estimate(row.gain, signed=True, stacked=stacked)
    return [
        _lines(_label(row, stacked=stacked), joint),
        _lines([seen, *price], joint),
        *(Text(words.decibels(quality.get(name))) for name in names),
        _lines(_estimate(row.unseen, signed=False, stacked=stacked), joint),
        _lines([*gain, *row.verdict.split(), *_gap(row, stacked=stacked)], joint),
    ]


def _gap(row: Row, *, stacked: bool) -> list[str]:
    """How much of the gap to the oracle is closed."""
    if row.gap_closed is None:
        return []
    said = f"gap {percentage(row.gap_closed.mean)} %"
    low, high = row.gap_closed.low, row.gap_closed.high
    if stacked or low is None or high is None:
        return [said]
    return [said, f"({percentage(low)} to {percentage(high)} %)"]


def _lines(parts: list[str], joint: str) -> Text:
    return Text(joint.join(output.cell(part) for part in parts))


def _label(row: Row, *, stacked: bool) -> list[str]:
    """Rule, network and what else tells the row apart, and its seeds."""
    rest = row.label.removeprefix(row.rule).strip()
    lines = broken_label(rest, _LABEL) if stacked else [rest]
    return [row.rule, *lines, words.many(len(row.seeds), "seed")]


def _estimate(value: Estimate | None, *, signed: bool, stacked: bool) -> list[str]:
    """A mean and the ends of its interval; nothing where there is none."""
    if value is None:
        return []
    said = [figure(value.mean, signed=signed)]
    if value.low is None or value.high is None:
        return said
    low, high = figure(value.low, signed=signed), figure(value.high, signed=signed)
    return [*said, f"{low} to", high] if stacked else [*said, f"({low} to {high})"]


def seed_lines(board: Board) -> list[str]:
    """How far the seeds of each row lie apart, where there are two or more but no interval."""
    return [
        f"{row.label}: unseen means of its {words.many(len(row.seeds), 'seed')} "
        f"from {row.seed_range[0]:.2f} to {row.seed_range[1]:.2f} dB."
        for row in board.rows
        if row.seed_range is not None and row.seed_interval is None
    ]
