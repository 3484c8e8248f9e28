"""A live curve of bounded size: takes what is new, and halves its detail when it is full."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from dilctl.braille import Series
from storage.records import Column, Curve, ReducedCurve

MOST = 4096
"""Buckets of a curve: more than any terminal has columns of dots."""

_MOST_GAPS = 512


class Axis(StrEnum):
    """What a curve goes along."""

    STEP = "step"
    GRADIENTS = "gradients"
    TIME = "time"


@dataclass(slots=True)
class _Bucket:
    """Points of neighbouring steps: extremes, and the last of them."""

    first: int
    step: int
    gradients: int
    seconds: float
    low: float
    high: float
    last: float

    @property
    def is_finite(self) -> bool:
        return all(map(math.isfinite, (self.low, self.high, self.last)))

    def take(self, later: "_Bucket") -> None:
        self.step, self.gradients, self.seconds = later.step, later.gradients, later.seconds
        self.low, self.high = min(self.low, later.low), max(self.high, later.high)
        self.last = later.last

    def along(self, axis: Axis) -> float:
        match axis:
            case Axis.STEP:
                return self.step
            case Axis.GRADIENTS:
                return self.gradients
            case Axis.TIME:
                return self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """A value of a curve, and the last step of the stretch in which it was reached.

    Attributes:
        place: where that step stands on the axis of the curve.
    """

    value: float
    step: int
    place: float


class Trace:
    """The history of one metric, in at most ``MOST`` buckets of equally many steps.

    Args:
        most: buckets at most, 2 at least.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._width = 1
        self._buckets: list[_Bucket] = []
        self._gaps: list[_Bucket] = []
        self.newest_step = -1
        self.version = 0

    @classmethod
    def of(cls, reduced: ReducedCurve, most: int = MOST) -> "Trace":
        """The trace of what the registry has reduced."""
        trace = cls(most)
        columns = reduced.columns
        trace._width = max((column.last - column.first + 1 for column in columns), default=1)
        for column in columns:
            trace._put(_of_column(column))
        trace._halve_while_full()
        return trace

    @property
    def is_coarse(self) -> bool:
        """Whether a bucket may stand for several points."""
        return self._width > 1

    def add(self, curve: Curve) -> None:
        """Go on with the points after the newest; others are known already."""
        points = zip(curve.steps, curve.gradients, curve.seconds, curve.values, strict=True)
        for step, gradients, seconds, value in points:
            if step > self.newest_step:
                self._put(_Bucket(step, step, gradients, seconds, value, value, value))
        self._halve_while_full()

    def _put(self, new: _Bucket) -> None:
        self.version += 1
        self.newest_step = new.step
        if not new.is_finite:
            self._gaps.append(new)
            if len(self._gaps) > _MOST_GAPS:
                del self._gaps[::2]
            return
        self._append(self._buckets, new)
        if len(self._buckets) > 2 * self._most:  # of a long increment
            self._halve_while_full()

    def _append(self, buckets: list[_Bucket], new: _Bucket) -> None:
        if buckets and buckets[-1].first // self._width == new.first // self._width:
            buckets[-1].take(new)
        else:
            buckets.append(new)

    def _halve_while_full(self) -> None:
        while len(self._buckets) > self._most:
            self._width *= 2
            coarser: list[_Bucket] = []
            for bucket in self._buckets:
                self._append(coarser, bucket)
            self._buckets = coarser

    def series(self, label: str, axis: Axis) -> Series:
        """What is drawn, along an axis."""
        return _series(self._buckets, self._gaps, label, axis)

    def step_at(self, x: float, axis: Axis) -> int:
        """The step that stands at a place of an axis, or the next one."""
        if axis is Axis.STEP:
            return math.ceil(x)
        found = (bucket.step for bucket in self._buckets if bucket.along(axis) >= x)
        return next(found, max(0, self.newest_step))

    def place_of(self, step: int, axis: Axis) -> float | None:
        """Where a step stands on an axis; None before the first and beyond the newest."""
        if not self._buckets or not self._buckets[0].first <= step <= self.newest_step:
            return None
        if axis is Axis.STEP:
            return step
        return next(bucket.along(axis) for bucket in self._buckets if bucket.step >= step)

    def newest(self, axis: Axis) -> Extreme | None:
        """The last value that is a number."""
        if not self:
            return None
        found = self._buckets[-1]
        return Extreme(value=found.last, step=found.step, place=found.along(axis))

    def highest(self, axis: Axis) -> Extreme | None:
        """The highest value, and when it was reached first."""
        if not self:
            return None
        found = max(self._buckets, key=lambda bucket: bucket.high)
        return Extreme(value=found.high, step=found.step, place=found.along(axis))

    def lowest(self, axis: Axis) -> Extreme | None:
        """The lowest value, and when it was reached first."""
        if not self:
            return None
        found = min(self._buckets, key=lambda bucket: bucket.low)
        return Extreme(value=found.low, step=found.step, place=found.along(axis))

    def __len__(self) -> int:
        """Buckets that hold a number."""
        return len(self._buckets)


def series_of(reduced: ReducedCurve, label: str, axis: Axis) -> Series:
    """The drawing of a part of a curve as the registry has reduced it."""
    buckets = [_of_column(column) for column in reduced.columns]
    finite = [bucket for bucket in buckets if bucket.is_finite]
    gaps = [bucket for bucket in buckets if not bucket.is_finite]
    return _series(finite, gaps, label, axis)


def _of_column(column: Column) -> _Bucket:
    return _Bucket(
        column.first,
        column.last,
        column.gradients,
        column.seconds,
        column.lowest,
        column.highest,
        column.newest,
    )


def _series(
    buckets: Iterable[_Bucket], gaps: Iterable[_Bucket], label: str, axis: Axis
) -> Series:  # fmt: skip
    buckets = tuple(buckets)
    return Series(
        label=label,
        xs=tuple(bucket.along(axis) for bucket in buckets),
        ys=tuple(bucket.last for bucket in buckets),
        lows=tuple(bucket.low for bucket in buckets),
        highs=tuple(bucket.high for bucket in buckets),
        gaps=tuple(bucket.along(axis) for bucket in gaps),
    )


def spliced(coarse: Series, fine: Series) -> Series:
    """A curve, of which a part is known in more detail."""
    if not fine.xs:
        return coarse
    start, end = bisect_left(coarse.xs, fine.xs[0]), bisect_right(coarse.xs, fine.xs[-1])

    def within(outer: tuple[float, ...], inner: tuple[float, ...]) -> tuple[float, ...]:
        return outer[:start] + inner + outer[end:]

    around = (gap for gap in coarse.gaps if not fine.xs[0] <= gap <= fine.xs[-1])
    return Series(
        label=coarse.label,
        xs=within(coarse.xs, fine.xs),
        ys=within(coarse.ys, fine.ys),
        lows=within(coarse.lows or coarse.ys, fine.lows or fine.ys),
        highs=within(coarse.highs or coarse.ys, fine.highs or fine.ys),
        gaps=tuple(sorted({*around, *fine.gaps})),
    )


def smoothed(values: Iterable[float], weight: float) -> Iterator[float]:
    """Exponential moving average without the pull of its beginning at zero (Adam's correction).

    Args:
        values: finite numbers.
        weight: how much of the past is kept at each value, from 0 to below 1.
    """
    sum_, kept = 0.0, 1.0
    for value in values:
        sum_ = weight * sum_ + (1.0 - weight) * value
        kept *= weight
        yield sum_ / (1.0 - kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A curve with what is to be said beside it.

    Attributes:
        metric: what was measured.
        series: how it is drawn.
        newest, lowest, highest: None where no value is a number.
    """

    metric: str
    series: Series
    newest: Extreme | None
    lowest: Extreme | None
    highest: Extreme | None

    @classmethod
    def of(cls, trace: Trace, metric: str, label: str, axis: Axis) -> "Told":
        """A trace over an axis."""
        return cls(
            metric=metric,
            series=trace.series(label, axis),
            newest=trace.newest(axis),
            lowest=trace.lowest(axis),
            highest=trace.highest(axis),
        )

    @property
    def best(self) -> tuple[str, Extreme] | None:
        """The best value, and whether that is the ``highest`` or the ``lowest``."""
        word = best_word(self.metric)
        found = self.highest if word == "highest" else self.lowest
        return (word, found) if found else None


def best_word(metric: str) -> str:
    """Which value of a metric is its best: the ``highest`` or the ``lowest``."""
    return "highest" if metric.startswith(("psnr", "ssim", "speed")) else "lowest"
