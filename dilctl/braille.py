"""Curves on a grid of braille dots: scales, round numbers, and dots as characters; no terminal."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# The bit of each of the 2 × 4 dots of a braille character, by [row][column].
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BLANK = 0x2800
# Below this ratio of the largest to the smallest value a logarithm shows no more than a line.
_LOG_FROM = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One curve, ready to be drawn: finite values only, ``xs`` ascending."""

    label: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]


class Span(NamedTuple):
    """All points of a curve that fall into one column: extremes, first and last of them."""

    column: int
    low: float
    high: float
    first: float
    last: float


class Dot(NamedTuple):
    """A place on a canvas: dot column from the left, dot row from the top."""

    column: int
    row: int


class Canvas:
    """Dots in a grid of braille characters; the curve that drew last inks a cell."""

    def __init__(self, width: int, height: int) -> None:
        self.dots_wide, self.dots_high = 2 * width, 4 * height
        self._bits = [[0] * width for _ in range(height)]
        self._inks = [[0] * width for _ in range(height)]

    def stroke(self, column: int, start: int, end: int, ink: int) -> None:
        """A vertical stroke; dot rows count from the top."""
        for row in range(min(start, end), max(start, end) + 1):
            self._bits[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
            self._inks[row // 4][column // 2] = ink

    def join(self, start: Dot, end: Dot, ink: int) -> None:
        """A straight line between two dots, without gaps between its columns."""
        (column, row), (last_column, last_row) = sorted((start, end))
        steps = last_column - column
        if not steps:
            self.stroke(column, row, last_row, ink)
        for step in range(steps):
            here = row + round((last_row - row) * step / steps)
            there = row + round((last_row - row) * (step + 1) / steps)
            self.stroke(column + step, here, there, ink)

    def cells(self, row: int) -> Iterable[tuple[str, int]]:
        """The characters of a row, from left to right, each with its ink; blanks are spaces."""
        for bits, ink in zip(self._bits[row], self._inks[row], strict=True):
            yield (chr(_BLANK + bits) if bits else " "), ink


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From values to dot rows, linear or logarithmic."""

    low: float
    high: float
    dots: int
    is_log: bool

    @classmethod
    def of(cls, values: Sequence[float], dots: int, *, may_be_log: bool = True) -> "Scale":
        """The scale that just holds all values, one at least."""
        low, high = min(values), max(values)
        is_log = may_be_log and low > 0 and high / low > _LOG_FROM
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


def reduce(line: Series, *, left: float, right: float, columns: int) -> tuple[Span, ...]:
    """What is left of a curve when all points in one column are one vertical stroke.

    Args:
        line: any number of points.
        left: x of the first column; no point lies before it.
        right: x of the last column; no point lies after it.
        columns: columns to draw in, 1 at least.

    Returns:
        At most one span a column, in order; no extreme value is lost.
    """
    pitch = ((right - left) or 1.0) / max(1, columns - 1)
    # Borders lie half way between columns, so that `left` and `right` are column centres.
    borders = (left + pitch * (column - 0.5) for column in range(1, columns))
    cuts = [0, *(bisect_left(line.xs, border) for border in borders), len(line.xs)]
    spans: list[Span] = []
    for column in range(columns):
        points = line.ys[cuts[column] : cuts[column + 1]]
        if points:
            spans.append(Span(column, min(points), max(points), points[0], points[-1]))
    return tuple(spans)


def ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """At most ``most`` round numbers from ``low`` to ``high``, evenly apart by 1, 2 or 5 · 10ⁿ."""
    if not high > low or most < 1:
        return ()
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(
        power * factor
        for factor in (1, 2, 5, 10, 20)
        if math.floor(high / (power * factor)) - math.ceil(low / (power * factor)) < most
    )
    return tuple(n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1))


def number(value: float) -> str:
    """A number on an axis, in at most 6 characters: ``0.05``, ``32.5``, ``1200``, ``16k``."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:.4g}M"
    if abs(value) >= 1e4:
        return f"{value / 1e3:.4g}k"
    return f"{value:.4g}"


def bottom(width: int, left: float, right: float) -> tuple[str, str]:
    """A rule of so many cells with marks at round numbers, and the line of numbers under it."""
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
    return "".join(rule), "".join(labels)
