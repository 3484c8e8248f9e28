"""Which part of a curve is in sight, and what of it lies where; pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from dilctl.braille import Series

Window = tuple[float, float]
"""From a place of the axis to another."""


def whole(lines: Sequence[Series]) -> Window:
    """From the first to the last place of all curves, one of them with a point at least."""
    drawn = [line.xs for line in lines if line.xs]
    return min(xs[0] for xs in drawn), max(xs[-1] for xs in drawn)


def cut(line: Series, window: Window) -> Series:
    """What of a curve lies in a window, and where it crosses the window's borders."""
    left, right = window
    if not line.xs or (left <= line.xs[0] and line.xs[-1] <= right):
        return line
    start, end = bisect_left(line.xs, left), bisect_right(line.xs, right)
    head, tail = _crossing(line, start, left), _crossing(line, end, right)
    keep = slice(start, end)

    def between(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(v for _, v in head) + values[keep] + tuple(v for _, v in tail)

    xs = tuple(x for x, _ in head) + line.xs[keep] + tuple(x for x, _ in tail)
    lows, highs = between(line.lows or line.ys), between(line.highs or line.ys)
    gaps = tuple(x for x in line.gaps if left <= x <= right)
    return replace(line, xs=xs, ys=between(line.ys), lows=lows, highs=highs, gaps=gaps)


def _crossing(line: Series, index: int, border: float) -> list[Window]:
    """The point in which a curve crosses a border between two of its points, if it does."""
    if not 0 < index < len(line.xs) or line.xs[index] == border:
        return []
    before, after = line.xs[index - 1], line.xs[index]
    if before == border or any(before <= gap <= after for gap in line.gaps):
        return []
    share = (border - before) / ((after - before) or 1.0)
    return [(border, line.ys[index - 1] + share * (line.ys[index] - line.ys[index - 1]))]


def nearest(line: Series, x: float | None) -> Window | None:
    """The point of a curve that is nearest to a place of the axis."""
    if x is None or not line.xs:
        return None
    index = bisect_left(line.xs, x)
    close = [i for i in (index - 1, index) if 0 <= i < len(line.xs)]
    found = min(close, key=lambda i: abs(line.xs[i] - x))
    return line.xs[found], line.ys[found]
