"""A plot of a few curves in braille dots, each named at its end, drawn from reduced spans."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from dilctl.dash.curves import Series, number, reduce, ticks

STYLES = ("bold green", "bold yellow", "bold cyan", "bold magenta", "bold blue", "bold red")
# The bit of each of the 2 × 4 dots of a braille character, by [row][column].
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BLANK = 0x2800
# Below this ratio of the largest to the smallest value a logarithm shows no more than a line.
_LOG_FROM = 8.0


class Canvas:
    """Dots in a grid of braille characters; the curve that drew last colours a cell."""

    def __init__(self, width: int, height: int) -> None:
        self.dots_wide, self.dots_high = 2 * width, 4 * height
        self._bits = [[0] * width for _ in range(height)]
        self._inks = [[0] * width for _ in range(height)]

    def stroke(self, column: int, start: int, end: int, ink: int) -> None:
        """A vertical stroke; dot rows count from the top."""
        for row in range(min(start, end), max(start, end) + 1):
            self._bits[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
            self._inks[row // 4][column // 2] = ink

    def line(self, row: int) -> Text:
        """One row of characters."""
        text = Text()
        for bits, ink in zip(self._bits[row], self._inks[row], strict=True):
            text.append(chr(_BLANK + bits) if bits else " ", style=STYLES[ink % len(STYLES)])
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From values to dot rows, linear or logarithmic."""

    low: float
    high: float
    dots: int
    is_log: bool

    @classmethod
    def of(cls, lines: Sequence[Series], dots: int) -> "Scale":
        """The scale that just holds all values."""
        low = min(min(line.ys) for line in lines)
        high = max(max(line.ys) for line in lines)
        is_log = low > 0 and high / low > _LOG_FROM
        if low == high:
            low, high = low - (abs(low) or 1.0) * 0.05, high + (abs(high) or 1.0) * 0.05
        return cls(low=low, high=high, dots=dots, is_log=is_log)

    def row(self, value: float) -> int:
        """Dot row of a value, 0 at the top."""
        low, high = self.low, self.high
        if self.is_log:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return round((high - value) / (high - low) * (self.dots - 1))

    def ticks(self, most: int) -> tuple[float, ...]:
        """Round values on this scale."""
        if not self.is_log:
            return ticks(self.low, self.high, most)
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)))
        marks = (digit * 10.0**power for power in powers for digit in (1, 2, 5))
        return tuple(mark for mark in marks if self.low <= mark <= self.high)


class Plot(Widget):
    """Curves over one axis; whatever the number of points, work grows with the width alone."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[Series, ...] = ()
        self._axis = ""
        self._empty = ""

    def show(self, lines: Sequence[Series], *, axis: str, empty: str) -> None:
        """Draw these curves from now on; ``empty`` is said where there is no point yet."""
        drawn = tuple(line for line in lines if line.ys)
        if (drawn, axis, empty) != (self._lines, self._axis, self._empty):
            self._lines, self._axis, self._empty = drawn, axis, empty
            self.refresh()

    def render(self) -> Text:
        """The plot at the widget's present size."""
        width, height = self.size
        if not self._lines:
            return Text(self._empty, style="dim italic")
        return draw(self._lines, axis=self._axis, width=width, height=height)


def draw(lines: Sequence[Series], *, axis: str, width: int, height: int) -> Text:
    """Curves with their scales and, at the right, their names and newest values.

    Args:
        lines: curves with one point at least, one of them at least.
        axis: what lies along the bottom.
        width: cells, 40 at least.
        height: cells, 4 at least; the last two rows hold the axis.
    """
    rows = height - 2
    scale = Scale.of(lines, 4 * rows)
    marks = {scale.row(tick) // 4: number(tick) for tick in scale.ticks(max(2, rows // 3))}
    gutter = max(map(len, marks.values()), default=0)
    names = _names(lines, scale, rows)
    margin = max(len(axis), *(cell_len(name.plain) for name in names.values()))
    canvas = Canvas(max(1, width - gutter - margin - 3), rows)
    left, right = min(line.xs[0] for line in lines), max(line.xs[-1] for line in lines)
    for ink, line in enumerate(lines):
        _ink(canvas, line, scale, (left, right, ink))
    plot = Text(no_wrap=True)
    for row in range(rows):
        mark = marks.get(row, "")
        plot.append(f"{mark:>{gutter}} {'┤' if mark else '│'}", style="dim")
        plot.append_text(canvas.line(row)).append(" ")
        plot.append_text(names.get(row, Text())).append("\n")
    return plot.append_text(_bottom(axis, gutter + 1, canvas.dots_wide // 2, (left, right)))


def _ink(canvas: Canvas, line: Series, scale: Scale, place: tuple[float, float, int]) -> None:
    left, right, ink = place
    before: tuple[int, int] | None = None
    for span in reduce(line, left=left, right=right, columns=canvas.dots_wide):
        first = scale.row(span.first)
        if before is not None:
            _join(canvas, before, (span.column, first), ink)
        canvas.stroke(span.column, scale.row(span.low), scale.row(span.high), ink)
        before = span.column, scale.row(span.last)


def _join(canvas: Canvas, start: tuple[int, int], end: tuple[int, int], ink: int) -> None:
    """A straight line between two dots, without gaps between its columns."""
    (column, row), (last_column, last_row) = start, end
    steps = last_column - column
    for step in range(steps):
        here = row + round((last_row - row) * step / steps)
        there = row + round((last_row - row) * (step + 1) / steps)
        canvas.stroke(column + step, here, there, ink)


def _names(lines: Sequence[Series], scale: Scale, rows: int) -> dict[int, Text]:
    """Name and newest value of each curve, by row: as near to its end as the others allow."""
    ends = sorted((scale.row(line.ys[-1]) // 4, ink) for ink, line in enumerate(lines))
    names: dict[int, Text] = {}
    for count, (wish, ink) in enumerate(ends[:rows]):
        lowest = rows - (min(len(ends), rows) - count)
        row = min(max(wish, max(names, default=-1) + 1), lowest)
        line, style = lines[ink], STYLES[ink % len(STYLES)]
        names[row] = Text(f"{line.label} {line.ys[-1]:.4g}", style=style)
    return names


def _bottom(axis: str, indent: int, width: int, ends: tuple[float, float]) -> Text:
    """The axis: a rule with marks, and under it their numbers and the name of the axis."""
    left, right = ends
    rule, labels = ["─"] * width, [" "] * width
    free = 0
    for tick in ticks(left, right, max(2, width // 12)):
        column = round((tick - left) / (right - left) * (width - 1))
        text = number(tick)
        start = min(max(0, column - len(text) // 2), width - len(text))
        if start >= free:
            rule[column] = "┴"
            labels[start : start + len(text)] = text
            free = start + len(text) + 1
    line = " " * indent + "└" + "".join(rule) + "\n" + " " * (indent + 1) + "".join(labels)
    return Text(f"{line} {axis}", style="dim")
