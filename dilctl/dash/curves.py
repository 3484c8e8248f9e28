"""Which curves are drawn together, and how many points become few; pure functions."""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dilctl.words import short_degradation
from storage.records import Curve

Axis = Literal["gradients", "step", "seconds"]
AXES: tuple[Axis, ...] = ("gradients", "step", "seconds")

STANDINGS = ("seen", "interpolated", "unseen")
FIRST = ("psnr@crops", "loss")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Metrics that share one plot.

    Attributes:
        title: what the plot shows.
        metrics: (metric, label of its curve).
    """

    title: str
    metrics: tuple[tuple[str, str], ...]


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


def charts(names: Iterable[str]) -> tuple[Chart, ...]:
    """Sort metrics into plots: seen and unseen together, levels together, all others alone."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(names, key=_natural):
        family, colon, part = name.partition(":")
        title = family if not colon or part in STANDINGS else f"{family}, each degradation"
        groups.setdefault(title, []).append((name, short_degradation(part) if colon else name))
    ordered = sorted(groups, key=lambda title: (*_importance(title), title))
    return tuple(Chart(title=title, metrics=tuple(groups[title])) for title in ordered)


def _importance(title: str) -> tuple[int, bool]:
    family, comma, _ = title.partition(",")
    return (FIRST.index(family) if family in FIRST else len(FIRST), bool(comma))


def _natural(name: str) -> list[tuple[int, float, str]]:
    """A key that puts ``sigma=5`` before ``sigma=10``."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(0, float(p), "") if p[:1].isdecimal() else (1, 0.0, p) for p in parts]


def series(curve: Curve, label: str, axis: Axis) -> Series:
    """A curve over an axis, without the values that are no numbers."""
    along: Sequence[float] = {
        "gradients": curve.gradients,
        "step": curve.steps,
        "seconds": curve.seconds,
    }[axis]
    finite = [(x, y) for x, y in zip(along, curve.values, strict=True) if math.isfinite(y)]
    return Series(label=label, xs=tuple(x for x, _ in finite), ys=tuple(y for _, y in finite))


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
