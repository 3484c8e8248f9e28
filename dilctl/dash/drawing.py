"""Curves with their scales as rows of styled text, at most one stroke a column of dots; pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len, set_cell_size

from dilctl.braille import (
    Canvas,
    Dot,
    Scale,
    Series,
    Span,
    bottom,
    moments,
    number,
    numbers,
    reduce,
)
from dilctl.dash.stretches import Window, cut, nearest, whole
from dilctl.dash.traces import smoothed
from dilctl.words import INKS

Pieces = tuple[tuple[str, str], ...]
"""A row of text: (text, style)."""

Stretching = Literal["auto", "log", "linear"]

_FAINT = 0x80
"""Added to the ink of a curve for what lies behind it."""

_LEAST_RATIO = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How curves are looked at.

    Attributes:
        axis: what lies along the bottom; ``time`` is written as spans of time.
        window: the part of it in sight; None for all.
        heights: the values in sight; None for those of the curves in the window.
        stretching: of the values: ``auto`` takes a logarithm where they span much.
        smoothing: weight of the past in an exponential average; 0 draws the values themselves.
        marks: where attempts began, on the axis.
        cross: where the crosshair stands, on the axis; None for nowhere.
    """

    axis: str = "step"
    window: Window | None = None
    heights: Window | None = None
    stretching: Stretching = "auto"
    smoothing: float = 0.0
    marks: tuple[float, ...] = ()
    cross: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing, and where things are in it.

    Attributes:
        rows: from the top.
        gutter: cells before the first column of the curves.
        columns: cells that the curves have.
        window: the part of the axis in sight.
        heights: the values in sight.
        is_log: whether they stand on a logarithm.
        under: of each curve, (x, value) nearest to the crosshair; None where there is none.
    """

    rows: tuple[Pieces, ...]
    gutter: int = 0
    columns: int = 0
    window: Window = (0.0, 1.0)
    heights: Window = (0.0, 1.0)
    is_log: bool = False
    under: tuple[Window | None, ...] = ()


@dataclass(slots=True)
class _Grid:
    """Dots, and what stands above them in whole cells."""

    canvas: Canvas
    scale: Scale
    window: Window
    signs: dict[tuple[int, int], tuple[str, str]] = field(
        default_factory=dict[tuple[int, int], tuple[str, str]]
    )

    def column(self, x: float) -> int | None:
        """The column of dots at a place of the axis; None out of sight."""
        left, right = self.window
        if not left <= x <= right:
            return None
        return round((x - left) / ((right - left) or 1.0) * (self.canvas.dots_wide - 1))


def draw(lines: Sequence[Series], view: View, width: int, height: int) -> Picture:
    """Curves with their scales and, at the right, their names and newest values.

    Args:
        lines: at least one with a point.
        view: how they are looked at.
        width: cells.
        height: cells; the last two rows hold the axis.
    """
    window = view.window or whole(lines)
    raw = [cut(line, window) for line in lines]
    front = raw
    if view.smoothing:  # of all of a curve, so that it does not change with what is in sight
        front = [cut(_smooth(line, view.smoothing), window) for line in lines]
    scale = _scale(raw, view, max(1, height - 2))
    marks = _marks(scale, max(1, height - 2))
    gutter = max(map(len, marks.values()), default=0)
    margin = _margin(lines, view.axis, width - gutter - 3)
    canvas = Canvas(max(1, width - gutter - margin - 3), max(1, height - 2))
    grid = _Grid(canvas=canvas, scale=scale, window=window)
    _ink_all(grid, raw, front, has_faint=bool(view.smoothing))
    _set_signs(grid, raw, view)
    under = tuple(nearest(line, view.cross) for line in front)
    _cross(grid, under, view.cross)
    names = _names(lines, scale, margin)
    return Picture(
        rows=(*_rows(grid, marks, gutter, names), *_bottom(grid, view.axis, gutter + 1)),
        gutter=gutter + 2,
        columns=canvas.dots_wide // 2,
        window=window,
        heights=(scale.low, scale.high),
        is_log=scale.is_log,
        under=under,
    )


@lru_cache(maxsize=32)
def _smooth(line: Series, weight: float) -> Series:
    return replace(line, ys=tuple(smoothed(line.ys, weight)), lows=(), highs=())


def _scale(lines: Sequence[Series], view: View, rows: int) -> Scale:
    drawn = [line for line in lines if line.ys]
    values = [value for line in drawn for value in (line.low, line.high)] or [0.0, 1.0]
    if view.heights:
        values = list(view.heights)
    match view.stretching:
        case "auto":
            return Scale.of(values, 4 * rows)
        case "linear":
            return Scale.of(values, 4 * rows, may_be_log=False)
        case "log":
            return _log_scale(drawn, values, rows)


def _log_scale(lines: Sequence[Series], values: Sequence[float], rows: int) -> Scale:
    """From the lowest value above zero; what is not above it lies at the bottom."""
    high = max(values)
    if high <= 0:
        return Scale.of(values, 4 * rows, may_be_log=False)
    above = (v for line in lines for v in line.lows or line.ys if v > 0)
    low = min(values) if min(values) > 0 else min(above, default=high / 10)
    low = max(min(low, high), high * _LEAST_RATIO)
    scale = Scale.of((low, high), 4 * rows, may_be_log=False)
    return replace(scale, is_log=scale.low > 0)


def _marks(scale: Scale, rows: int) -> dict[int, str]:
    """Numbers at the left, by row; values too far apart for a float have none."""
    if not math.isfinite(scale.high - scale.low):
        return {}
    ticks = scale.ticks(max(2, rows // 3)) or (scale.low, scale.high)
    return {scale.row(tick) // 4: number(tick) for tick in ticks}


def _margin(lines: Sequence[Series], axis: str, room: int) -> int:
    """Cells for the names at the right: a third of the room at most."""
    longest = max((cell_len(_name(line)) for line in lines if line.ys), default=0)
    return max(0, min(max(longest, len(axis)), room // 3))


def _name(line: Series) -> str:
    return f"{line.label} {line.ys[-1]:.4g}".lstrip()


def _ink_all(
    grid: _Grid, raw: Sequence[Series], front: Sequence[Series], *, has_faint: bool
) -> None:
    if has_faint:
        for index, line in enumerate(raw):
            _ink(grid, line, (index % len(INKS)) | _FAINT)
    for index, line in enumerate(front):
        _ink(grid, line, index % len(INKS))


def _ink(grid: _Grid, line: Series, ink: int) -> None:
    canvas, row = grid.canvas, grid.scale.placing()
    left, right = grid.window
    before: Dot | None = None
    torn = _torn(grid, line)
    spans: Sequence[Span] = reduce(line, left=left, right=right, columns=canvas.dots_wide)
    for column, low, high, first, last in spans:
        top, foot = row(high), row(low)
        if before is not None and not (torn and _is_torn(torn, before.column, column)):
            if column == before.column + 1:  # one stroke says both
                top, foot = min(top, before.row), max(foot, before.row)
            else:
                canvas.join(before, Dot(column, row(first)), ink)
        canvas.stroke(column, top, foot, ink)
        before = Dot(column, row(last))


def _is_torn(torn: Sequence[int], start: int, end: int) -> bool:
    return any(start <= column <= end for column in torn)


def _torn(grid: _Grid, line: Series) -> list[int]:
    found = (grid.column(gap) for gap in line.gaps)
    return [column for column in found if column is not None]


def _set_signs(grid: _Grid, lines: Sequence[Series], view: View) -> None:
    """Where attempts began, and where something is no number."""
    rows = grid.canvas.dots_high // 4
    for mark in view.marks:
        column = grid.column(mark)
        for row in range(rows if column is not None else 0):
            grid.signs.setdefault((row, (column or 0) // 2), ("┊", "dim"))
    for index, line in enumerate(lines):
        for column in _torn(grid, line):
            grid.signs[rows - 1, column // 2] = ("×", INKS[index % len(INKS)])


def _cross(grid: _Grid, under: Sequence[Window | None], cross: float | None) -> None:
    column = None if cross is None else grid.column(cross)
    if column is None:
        return
    for row in range(grid.canvas.dots_high // 4):
        grid.signs.setdefault((row, column // 2), ("│", ""))
    for index, point in enumerate(under):
        if point is not None:
            at = grid.column(point[0])
            row = grid.scale.row(point[1]) // 4
            grid.signs[row, (column if at is None else at) // 2] = ("●", INKS[index % len(INKS)])


_ALWAYS = frozenset("●×")
"""Signs that hide the dots of their cell; others stand only where there are none."""


def _rows(
    grid: _Grid, marks: Mapping[int, str], gutter: int, names: Mapping[int, tuple[str, str]]
) -> list[Pieces]:
    rows: list[Pieces] = []
    for row in range(grid.canvas.dots_high // 4):
        mark = marks.get(row, "")
        rule = (f"{mark:>{gutter}} {'┤' if mark else '│'}", "dim")
        text, style = names.get(row, ("", ""))
        rows.append((rule, *_inked(grid, row), (f" {text}", style)))
    return rows


def _inked(grid: _Grid, row: int) -> list[tuple[str, str]]:
    """The cells of a row, neighbours of one style together; a blank is of any style."""
    pieces: list[tuple[str, str]] = []
    run, style = "", ""
    signs = grid.signs
    for column, (dots, ink) in enumerate(grid.canvas.cells(row)):
        character, its = dots, _STYLES[ink]
        sign = signs.get((row, column)) if signs else None
        if sign is not None and (dots == " " or sign[0] in _ALWAYS):
            character, its = sign
        if character != " " and its != style:
            if run:
                pieces.append((run, style))
            run, style = "", its
        run += character
    return [*pieces, (run, style)]


def _style(ink: int) -> str:
    plain = INKS[(ink & ~_FAINT) % len(INKS)]
    return f"dim {plain.removeprefix('bold ')}" if ink & _FAINT else plain


_STYLES = tuple(_style(ink) for ink in range(256))


def _names(lines: Sequence[Series], scale: Scale, margin: int) -> dict[int, tuple[str, str]]:
    """Name and newest value of each curve, by row: as near to its end as the others allow."""
    rows = scale.dots // 4
    ends = sorted(
        (scale.row(line.ys[-1]) // 4, index) for index, line in enumerate(lines) if line.ys
    )
    names: dict[int, tuple[str, str]] = {}
    for count, (wish, index) in enumerate(ends[:rows]):
        lowest = rows - (min(len(ends), rows) - count)
        row = min(max(wish, max(names, default=-1) + 1), lowest)
        names[row] = (fitted(_name(lines[index]), margin), INKS[index % len(INKS)])
    return names


def fitted(text: str, width: int) -> str:
    """Text in at most so many cells; what was cut ends in an ellipsis."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def _bottom(grid: _Grid, axis: str, indent: int) -> tuple[Pieces, Pieces]:
    """The axis: a rule with marks, and under it their numbers and the name of the axis."""
    width = grid.canvas.dots_wide // 2
    rule, labels = bottom(width, *grid.window, moments if axis == "time" else numbers)
    return (
        ((f"{' ' * indent}└{rule}", "dim"),),
        ((f"{' ' * (indent + 1)}{labels} {axis}", "dim"),),
    )
