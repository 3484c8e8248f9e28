"""``dilctl board table1 --paper``: a table of the paper with our cells beside it."""

import sys
from typing import TYPE_CHECKING, assert_never

from rich import box
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from dilctl.cli import output
from dilctl.cli.board_format import Asked, Format
from dilctl.errors import NotFoundError, UsageError
from dilctl.export import paper_table as exported
from dilctl.leaderboard.paper import same_test_set
from dilctl.leaderboard.paper_table import Block, PaperTable

if TYPE_CHECKING:
    from rich.console import Console


def write(table: PaperTable, asked: Asked) -> None:
    """Print a table as it was asked for.

    Raises:
        UsageError: it is not written in that format, or not with that.
    """
    if asked.ssim or asked.intervals:
        option = "--ssim" if asked.ssim else "--intervals"
        raise UsageError(
            f"board: {option} is not for a table of the paper; --csv and --json hold it"
        )
    match asked.format:
        case Format.TABLE:
            show(table, output.stdout())
        case Format.JSON:
            output.write_json(exported.paper_table_json(table))
        case Format.CSV:
            sys.stdout.write(exported.paper_table_csv(table))
        case Format.MARKDOWN:
            sys.stdout.write(exported.paper_table_markdown(table))
        case Format.LATEX:
            sys.stdout.write(exported.paper_table_latex(table))
        case Format.HTML:
            raise UsageError(
                "board: a table of the paper is not written as html; say --format markdown"
            )
        case _:
            assert_never(asked.format)


def of_test_set(table: PaperTable, test_set: str | None) -> PaperTable:
    """The table of one test set only, or all of it.

    Raises:
        NotFoundError: the paper has no such test set there.
    """
    if test_set is None:
        return table
    blocks = tuple(block for block in table.blocks if same_test_set(block.test_set, test_set))
    if not blocks:
        known = ", ".join(dict.fromkeys(block.test_set for block in table.blocks))
        raise NotFoundError(
            f"{test_set}: is not in the paper's Table {table.number}; in it {known}"
        )
    return PaperTable(number=table.number, blocks=blocks, notes=table.notes)


def show(table: PaperTable, console: "Console") -> None:
    """Each test set as a table, with why cells are empty, and the notes under all."""
    for block in table.blocks:
        console.print(Text(output.cell(exported.title(block)), style="bold"))
        console.print(_fitting(block, console))
        for why in exported.reasons(block):
            console.print(output.cell(why))
        console.print()
    for note in table.notes:
        console.print(output.cell(note))


def _fitting(block: Block, console: "Console") -> Table:
    """With intervals if they fit, else without, else a line for each cell."""
    unbounded = console.options.update(max_width=10_000)
    for with_interval in (True, False):
        table = _wide(block, with_interval=with_interval)
        if Measurement.get(console, unbounded, table).maximum <= console.width:
            return table
    return _long(block)


def _wide(block: Block, *, with_interval: bool) -> Table:
    rows = exported.rows(block, with_interval=with_interval)
    return _table(exported.heads(block), rows)


def _long(block: Block) -> Table:
    names = exported.heads(block)[1:]
    rows = [
        [label, name, cell]
        for label, *cells in exported.rows(block, with_interval=False)
        for name, cell in zip(names, cells, strict=True)
    ]
    return _table(["method", "under", "ours/paper"], rows)


def _table(heads: list[str], rows: list[list[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(heads[0])
    for head in heads[1:]:
        table.add_column(output.cell(head), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(output.cell(field)) for field in row))
    return table
