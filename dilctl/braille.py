"""Curves on a grid of braille dots: scales, round numbers, and dots as characters; no terminal."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# The bits of the 4 dots of one half of a braille character, from the top.
_LEFT_DOTS, _RIGHT_DOTS = (0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80)
_BLANK = 0x2800
# Below this ratio of the largest to the smallest value a logarithm shows no more than a line.
_FAR, _NEAR = 1e300, 1e-300  # beyond these, differences and their inverses are no numbers
_LOG_FROM = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One curve, ready to be drawn: finite values only, ``xs`` ascending.

    Attributes:
        label: what it is called where it ends.
        xs, ys: its points, or the last of each of the stretches that it was reduced to.
        lows, highs: the extremes of those stretches; empty where there are only points.
        gaps: where something was measured that is no number, ascending.
    """

    label: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()
    gaps: tuple[float, ...] = ()

    @property
    def low(self) -> float:
        """The lowest value; there must be one."""
        return min(self.lows or self.ys)

    @property
    def high(self) -> float:
        """The highest value; there must be one."""
        return max(self.highs or self.ys)


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
        # A column of dots is one number, so that a stroke of any length is one operation.
        self._columns = [0] * self.dots_wide
        self._inks = [bytearray(height) for _ in range(width)]

    def stroke(self, column: int, start: int, end: int, ink: int) -> None:
        """A vertical stroke; dot rows count from the top, inks from 0 to 255."""
        top, bottom = (start, end) if start < end else (end, start)
        self._columns[column] |= ((2 << (bottom - top)) - 1) << top
        first, beyond = top >> 2, (bottom >> 2) + 1
        self._inks[column >> 1][first:beyond] = bytes((ink,)) * (beyond - first)

    def join(self, start: Dot, end: Dot, ink: int) -> None:
        """A straight line between two dots, without gaps between its columns."""
        (column, row), (last_column, last_row) = (start, end) if start <= end else (end, start)
        steps = last_column - column
        if not steps:
            self.stroke(column, row, last_row, ink)
        for step in range(steps):
            here = row + round((last_row - row) * step / steps)
            there = row + round((last_row - row) * (step + 1) / steps)
            self.stroke(column + step, here, there, ink)

    def cells(self, row: int) -> Iterable[tuple[str, int]]:
        """The characters of a row, from left to right, each with its ink; blanks are spaces."""
        shift = 4 * row
        for index, inks in enumerate(self._inks):
            left = self._columns[2 * index] >> shift & 15
            right = self._columns[2 * index + 1] >> shift & 15
            yield _CHARACTERS[left << 4 | right], inks[row]


def _character(left: int, right: int) -> str:
    bits = sum(bit for index, bit in enumerate(_LEFT_DOTS) if left >> index & 1)
    bits += sum(bit for index, bit in enumerate(_RIGHT_DOTS) if right >> index & 1)
    return chr(_BLANK + bits) if bits else " "


_CHARACTERS = tuple(_character(left, right) for left in range(16) for right in range(16))


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
        low, high = (min(max(end, -_FAR), _FAR) for end in (min(values), max(values)))
        if high - low <= _NEAR:
            room = max((abs(low) or 1.0) * 0.05, _NEAR)
            low, high = low - room, high + room
        is_log = may_be_log and low > 0 and high / low > _LOG_FROM
        return cls(low=low, high=high, dots=dots, is_log=is_log)

    def row(self, value: float) -> int:
        """Dot row of a value, 0 at the top; that of the nearer end for a value beyond."""
        return self.placing()(value)

    def placing(self) -> Callable[[float], int]:
        """The same for many values: what does not change is worked out once."""
        low, high, most = self.low, self.high, self.dots - 1
        if not self.is_log:
            pitch = most / (high - low)
            return lambda value: round(min(max((high - value) * pitch, 0), most))
        top, pitch = math.log(high), most / (math.log(high) - math.log(low))
        return lambda value: (
            most if value <= low else max(round((top - math.log(value)) * pitch), 0)
        )

    def ticks(self, most: int) -> tuple[float, ...]:
        """Round values on this scale."""
        if not self.is_log:
            return ticks(self.low, self.high, most)
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)))
        marks = (digit * 10.0**power for power in powers for digit in (1, 2, 5))
        found = tuple(mark for mark in marks if self.low <= mark <= self.high)
        return found if len(found) > 1 else ticks(self.low, self.high, most)


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
    lows, highs = line.lows or line.ys, line.highs or line.ys
    spans: list[Span] = []
    for column in range(columns):
        start, end = cuts[column], cuts[column + 1]
        if start < end:
            low, high = min(lows[start:end]), max(highs[start:end])
            spans.append(Span(column, low, high, line.ys[start], line.ys[end - 1]))
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


_UNITS = ((86_400.0, "d"), (3600.0, "h"), (60.0, "m"), (1.0, "s"))


def moments(left: float, right: float, most: int) -> dict[float, str]:
    """Round spans of time between two, in seconds, in the largest unit that parts them."""
    fits = ((size, name) for size, name in _UNITS if right - left >= 2 * size)
    size, name = next(fits, (1.0, "s"))
    return {each * size: f"{each:.4g}{name}" for each in ticks(left / size, right / size, most)}


def numbers(left: float, right: float, most: int) -> dict[float, str]:
    """Round numbers between two, each as it is written on an axis."""
    return {tick: number(tick) for tick in ticks(left, right, most)}


def bottom(
    width: int,
    left: float,
    right: float,
    marks: Callable[[float, float, int], Mapping[float, str]] = numbers,
) -> tuple[str, str]:
    """A rule of so many cells with marks at round numbers, and the line of numbers under it."""
    rule, labels = ["─"] * width, [" "] * width
    free = 0
    for tick, text in marks(left, right, max(2, width // 12)).items():
        column = round((tick - left) / (right - left) * (width - 1))
        start = min(max(0, column - len(text) // 2), width - len(text))
        if start >= free:
            rule[column] = "┴"
            labels[start : start + len(text)] = text
            free = start + len(text) + 1
    return "".join(rule), "".join(labels)
