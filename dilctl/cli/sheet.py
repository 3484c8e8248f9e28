"""Rows of text as a table that fits the terminal: text is shortened, then columns left out."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from dilctl.cli import output

_ROOMY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        head: its name, as it is shown.
        cells: a text for each row, already safe to show.
        right: whether it holds numbers, which are set to the right.
        soft: whether its cells may be shortened, which no number may.
        shortest: to how many cells at least, where columns can be left out instead.
        kept: left out last of all.
    """

    head: str
    cells: Sequence[str]
    right: bool = False
    soft: bool = False
    shortest: int = 12
    kept: bool = False


def print_sheet(columns: Sequence[Column]) -> tuple[str, ...]:
    """Print the columns that fit; a pipe takes them all.

    Returns:
        The heads of those that did not fit.
    """
    (head, rule, *rows), left_out = fitted(columns, output.width())
    output.write(output.bold(head))
    for line in (rule if output.is_unicode() else rule.replace("─", "-"), *rows):
        output.write(line)
    return left_out


def fitted(columns: Sequence[Column], width: int | None) -> tuple[list[str], tuple[str, ...]]:
    """A table in lines: the heads, a rule, the rows; and the heads of columns that do not fit.

    Plain text and no table of rich's: that one takes longer than all that is asked to fill it.
    """
    gap = 2 if width is None or width >= _ROOMY else 1
    shown, widths = _fitting(columns, width or sys.maxsize, gap)
    texts = [
        [_set(cell, size, column) for cell in (column.head, *column.cells)]
        for column, size in zip(shown, widths, strict=True)
    ]
    head, *rows = ((" " * gap).join(line).rstrip() for line in zip(*texts, strict=True))
    rule = "─" * (sum(widths) + gap * (len(widths) - 1))
    lines = [head, rule, *rows]
    return (
        lines if width is None else [_cropped(line, width) for line in lines],
        tuple(column.head for column in columns if column not in shown),
    )


def _set(text: str, width: int, column: Column) -> str:
    text = middle(text, width) if column.soft else text
    room = " " * (width - _length(text))
    return room + text if column.right else text + room


def _cropped(line: str, width: int) -> str:
    """A line that ends with the terminal's, where even what is kept is too wide."""
    if _length(line) <= width:
        return line
    from rich.cells import set_cell_size

    return f"{set_cell_size(line, width - 1)}…"


def _fitting(
    columns: Sequence[Column], width: int, gap: int
) -> tuple[Sequence[Column], Sequence[int]]:
    """The columns that fit, and how wide each of them is."""
    natural = {id(column): _natural(column) for column in columns}
    shown = list(columns)
    while True:
        widths = [natural[id(column)] for column in shown]
        over = sum(widths) + gap * (len(shown) - 1) - width
        widths = _shortened(shown, widths, over)
        fits = sum(widths) + gap * (len(shown) - 1) <= width
        droppable = [column for column in shown if not column.kept]
        if fits or not droppable or len(shown) == 1:
            return shown, widths
        shown.remove(droppable[-1])


def _natural(column: Column) -> int:
    return max(map(_length, (column.head, *column.cells)))


def _length(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _shortened(columns: Sequence[Column], widths: list[int], over: int) -> list[int]:
    """Take from the widest text first, until all fits or no text can be any shorter."""
    widths = list(widths)
    texts = [
        index
        for index, column in enumerate(columns)
        if column.soft and widths[index] > _least(column)
    ]
    while over > 0 and texts:
        widest = max(texts, key=lambda index: widths[index])
        widths[widest] -= 1
        over -= 1
        if widths[widest] <= _least(columns[widest]):
            texts.remove(widest)
    return widths


def _least(column: Column) -> int:
    return max(column.shortest, len(column.head))


def middle(text: str, width: int) -> str:
    """A text of at most so many cells; cut in the middle: a sweep's names differ at their ends."""
    if _length(text) <= width:
        return text
    from rich.cells import set_cell_size

    head = (width - 1) // 3
    tail = set_cell_size(text[::-1], width - 1 - head)[::-1]
    return f"{set_cell_size(text, head)}…{tail}"
