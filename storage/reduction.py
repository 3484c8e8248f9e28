"""Curves reduced by the database to as many columns as a drawing has."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    literal,
    select,
)

from storage.points import read
from storage.records import Column, ReducedCurve
from storage.tables import metric_names, metrics, step_times


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a curve: its steps from ``first`` to ``last``, both with it; None for no end."""

    run: int
    metric: str
    first: int | None = None
    last: int | None = None


def reduced(connection: Connection, part: Part, columns: int) -> ReducedCurve:
    """A part of a curve in at most so many columns of equally many steps.

    Of each column the lowest and the highest value are kept, so that no peak is lost.
    """
    first, last = _ends(connection, part)
    if first is None or last is None:
        return ReducedCurve(run=part.run, metric=part.metric, points=0, columns=())
    width = (last - first) // columns + 1
    rows = connection.execute(_stretches(part, first, last, width)).all()
    return ReducedCurve(
        run=part.run,
        metric=part.metric,
        points=sum(row.points for row in rows),
        columns=tuple(map(_column, rows)),
    )


def _column(row: Row[Any]) -> Column:
    return Column(
        first=row.first,
        last=row.last,
        lowest=read(row.lowest),
        highest=read(row.highest),
        newest=read(row.newest),
        gradients=row.gradients or 0,
        seconds=(row.milliseconds or 0) / 1000,
    )


def _ends(connection: Connection, part: Part) -> tuple[int | None, int | None]:
    """The first and the last step of a part that were measured."""
    within = [_measured(part)]
    within += [] if part.first is None else [metrics.c.step >= literal(part.first)]
    within += [] if part.last is None else [metrics.c.step <= literal(part.last)]
    # Each end asked for alone, so that the key answers; both at once would read all points.
    first = connection.scalar(select(func.min(metrics.c.step)).where(*within))
    last = connection.scalar(select(func.max(metrics.c.step)).where(*within))
    return first, last


def _stretches(part: Part, first: int, last: int, width: int) -> Select[Any]:
    """What is to be known of each stretch, as asked of its range of the key.

    Half the time of one query that groups all points, which would sort them.
    """
    spans = _spans(first, last, width)
    within = and_(_measured(part), metrics.c.step.between(spans.c.first, spans.c.last))

    def of(value: ColumnElement[Any]) -> ScalarSelect[Any]:
        return select(value).where(within).correlate(spans).scalar_subquery()

    told = select(metrics.c.value).where(within, metrics.c.value.is_not(None)).correlate(spans)
    found = select(
        of(func.count()).label("points"),
        of(func.min(metrics.c.step)).label("first"),
        of(func.max(metrics.c.step)).label("last"),
        of(func.min(metrics.c.value)).label("lowest"),
        of(func.max(metrics.c.value)).label("highest"),
        told.order_by(metrics.c.step.desc()).limit(1).scalar_subquery().label("newest"),
    )
    stretches = found.select_from(spans).subquery("stretches")

    def at_last(value: ColumnElement[Any]) -> ScalarSelect[Any]:
        # Not joined: PostgreSQL, which cannot know how few stretches there are, would read all.
        is_last = and_(step_times.c.run == part.run, step_times.c.step == stretches.c.last)
        return select(value).where(is_last).scalar_subquery()

    return (
        select(
            stretches,
            at_last(step_times.c.gradients).label("gradients"),
            at_last(step_times.c.milliseconds).label("milliseconds"),
        )
        .where(stretches.c.first.is_not(None))
        .order_by(stretches.c.first)
    )


def _spans(first: int, last: int, width: int) -> CTE:
    """The first and the last step of each stretch."""
    begins = select(literal(first, BigInteger).label("first")).cte("begins", recursive=True)
    following = begins.c.first + literal(width, BigInteger)
    begins = begins.union_all(select(following).where(following <= last))
    end = begins.c.first + literal(width - 1, BigInteger)
    ends = case((end > last, literal(last, BigInteger)), else_=end)
    return select(begins.c.first, ends.label("last")).cte("spans")


def _measured(part: Part) -> ColumnElement[bool]:
    named = select(metric_names.c.id).where(metric_names.c.name == part.metric).scalar_subquery()
    return and_(metrics.c.run == part.run, metrics.c.metric == named)
