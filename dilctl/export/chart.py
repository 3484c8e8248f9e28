"""Curves laid out on a page: where lines, marks and ticks stand, in units of its drawing."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

WIDTH, HEIGHT = 720, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 16, 14, 44
_TICKS, _MOST_TICKS = 7, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One measured point, with its interval along y where it has one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A line of points.

    Attributes:
        number: says its colour and mark, which its legend shares.
        label: what its points are of; detail: what tells it from others of the same label.
        is_trail: whether only its end is marked.
    """

    number: int
    label: str
    points: tuple[Point, ...]
    detail: str = ""
    is_trail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """What a chart says in words, and what it draws besides its lines.

    Attributes:
        trained: the range of x that was trained on.
        ticks: where x is marked; round numbers where empty.
        has_zero: whether y = 0 is drawn as a line.
    """

    title: str
    description: str
    x: str
    y: str
    trained: tuple[float, float] | None = None
    ticks: tuple[float, ...] = field(default=())
    has_zero: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From values to places on the page."""

    lowest: float
    highest: float
    start: float
    end: float

    @classmethod
    def over(cls, values: Iterable[float], start: float, end: float) -> "Scale":
        """Over some values, of which there is one at least, with a little air on both sides."""
        finite = [value for value in values if math.isfinite(value)] or [0.0]
        low, high = min(finite), max(finite)
        air = (high - low) * 0.04 or max(abs(high) * 0.01, 0.1)
        return cls(lowest=low - air, highest=high + air, start=start, end=end)

    def __call__(self, value: float) -> float:
        """Where a value stands, to a tenth of a unit."""
        share = (value - self.lowest) / (self.highest - self.lowest)
        return round(self.start + share * (self.end - self.start), 1)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Round numbers inside the scale, about five of them."""
        rough = (self.highest - self.lowest) / _TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
        first = math.ceil(self.lowest / step)
        found = (step * (first + place) for place in range(2 * _MOST_TICKS))
        return tuple(takewhile(lambda value: value <= self.highest, found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A series as it is drawn: its path, its marks, and whiskers as (x, low, high)."""

    number: int
    label: str
    is_trail: bool
    path: str
    marks: tuple[tuple[float, float, str], ...]
    whiskers: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart as it is drawn; ticks are (place, text)."""

    axes: Axes
    lines: tuple[Line, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    trained: tuple[float, float] | None
    zero: float | None
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def chart(axes: Axes, series: Sequence[Series]) -> Chart:
    """Lay out some series, of which one at least has a point."""
    points = [point for each in series for point in each.points]
    along = [*(point.x for point in points), *(axes.trained or ())]
    x = Scale.over(along, _LEFT, WIDTH - _RIGHT)
    y = Scale.over(_heights(points, has_zero=axes.has_zero), HEIGHT - _BOTTOM, _TOP)
    x_ticks = axes.ticks if 0 < len(axes.ticks) <= _MOST_TICKS else x.ticks
    return Chart(
        axes=axes,
        lines=tuple(_line(each, x, y) for each in series if each.points),
        x_ticks=tuple((x(value), f"{value:g}") for value in x_ticks),
        y_ticks=tuple((y(value), f"{round(value, 6):g}") for value in y.ticks),
        trained=(x(axes.trained[0]), x(axes.trained[1])) if axes.trained else None,
        zero=y(0.0) if axes.has_zero else None,
    )


def _heights(points: Sequence[Point], *, has_zero: bool) -> list[float]:
    found = [v for p in points for v in (p.y, p.low, p.high) if v is not None]
    return [*found, 0.0] if has_zero else found


def _line(series: Series, x: Scale, y: Scale) -> Line:
    points = [p for p in series.points if math.isfinite(p.x) and math.isfinite(p.y)]
    marked = points[-1:] if series.is_trail else points
    return Line(
        number=series.number,
        label=series.label,
        is_trail=series.is_trail,
        path="M" + " L".join(f"{x(p.x)},{y(p.y)}" for p in points) if points else "",
        marks=tuple((x(p.x), y(p.y), _said(series.label + series.detail, p)) for p in marked),
        whiskers=tuple(
            (x(p.x), y(p.low), y(p.high))
            for p in points
            if p.low is not None and p.high is not None
        ),
    )


def _said(label: str, point: Point) -> str:
    ends = ""
    if point.low is not None and point.high is not None:
        ends = f" ({point.low:.2f} to {point.high:.2f})"
    return f"{label}: {point.y:.2f} dB{ends} at {point.x:g}"
