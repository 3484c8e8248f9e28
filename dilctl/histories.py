"""Which curves are meant, and what is left of them when they are drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, assert_never

from dilctl.braille import Series, reduce
from dilctl.errors import NotFoundError
from dilctl.text import visible
from storage.records import ASIDE, Curve, ReducedCurve

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

SENSIBLE = ("psnr@crops:seen", "psnr@crops:unseen", "loss")
"""What is drawn unless told otherwise."""

Place = tuple[float, float]


class Axis(StrEnum):
    """What a curve goes along."""

    STEP = "step"
    GRADIENTS = "gradients"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A curve as it is drawn.

    Attributes:
        places: (x, y), finite; through the lowest and the highest value of every column.
        points: how many points it stands for.
    """

    run: int
    metric: str
    places: tuple[Place, ...]
    points: int


def wanted(jobs: "Jobs", runs: Sequence[int], said: Sequence[str]) -> tuple[str, ...]:
    """The metrics that are meant, of those that any of the runs has a curve of.

    Args:
        jobs: the use cases.
        runs: one at least.
        said: names, also short ones; none for the sensible ones.

    Raises:
        NotFoundError: there is no such curve.
    """
    there = list(dict.fromkeys(name for run in runs for name in jobs.metrics(run)))
    if not said:
        sensible = tuple(name for name in SENSIBLE if name in there)
        return sensible or tuple(name for name in there if not name.startswith(ASIDE))[:3]
    return tuple(dict.fromkeys(name for one in said for name in _meant(jobs, one, there)))


def _meant(jobs: "Jobs", said: str, there: Sequence[str]) -> tuple[str, ...]:
    found = jobs.metrics_named(said)
    with_curve = tuple(name for name in found if name in there)
    if with_curve:
        return with_curve
    if found:
        raise NotFoundError(f"{visible(said)}: is no curve of these runs; `dilctl show` has values")
    close = get_close_matches(said, there, n=1)
    hint = f"; did you mean {visible(close[0])}?" if close else ""
    raise NotFoundError(f"{visible(said)}: no such metric{hint}")


def path(jobs: "Jobs", run: int, metric: str, *, axis: Axis, columns: int) -> Path:
    """A curve in at most so many columns."""
    match axis:
        case Axis.STEP:
            return _along_steps(jobs.stretch(run, metric, columns))
        case Axis.GRADIENTS | Axis.SECONDS:
            return _along(jobs.curve(run, metric), axis, columns)
        case _:
            assert_never(axis)


def _along_steps(curve: ReducedCurve) -> Path:
    places = (
        (float(column.last), value)
        for column in curve.columns
        for value in _stroke(column.lowest, column.highest, column.newest)
        if isfinite(value)
    )
    return Path(run=curve.run, metric=curve.metric, places=tuple(places), points=curve.points)


def _along(curve: Curve, axis: Axis, columns: int) -> Path:
    along = curve.gradients if axis is Axis.GRADIENTS else curve.seconds
    finite = [(x, y) for x, y in zip(along, curve.values, strict=True) if isfinite(y)]
    xs, ys = tuple(float(x) for x, _ in finite), tuple(y for _, y in finite)
    series = Series(label=curve.metric, xs=xs, ys=ys)
    places = tuple(_reduced(series, columns)) if finite else ()
    return Path(run=curve.run, metric=curve.metric, places=places, points=len(curve.values))


def _reduced(series: Series, columns: int) -> Iterator[Place]:
    left, right = series.xs[0], series.xs[-1]
    pitch = ((right - left) or 1.0) / max(1, columns - 1)
    for span in reduce(series, left=left, right=right, columns=columns):
        x = min(right, left + pitch * span.column)
        yield from ((x, value) for value in _stroke(span.low, span.high, span.last))


def _stroke(low: float, high: float, last: float) -> tuple[float, ...]:
    """Through both extremes to the last value, each once."""
    return (*(value for value in dict.fromkeys((low, high)) if value != last), last)
