"""Curves: named numbers by step, written in batches and read back."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    delete,
    func,
    insert,
    select,
)

from storage.database import ignoring
from storage.records import Curve, Points
from storage.tables import (
    escaped,
    evaluations,
    latest_metrics,
    metric_names,
    metrics,
    step_times,
)

# Plain text and tuples: what SQLAlchemy does for each row of dictionaries costs more than the row.
_POINTS = """
INSERT INTO metrics (run, metric, step, value) VALUES (?, ?, ?, ?)
ON CONFLICT (run, metric, step) DO UPDATE SET value = excluded.value
"""
_TIMES = """
INSERT INTO step_times (run, step, gradients, milliseconds) VALUES (?, ?, ?, ?)
ON CONFLICT (run, step) DO UPDATE
SET gradients = excluded.gradients, milliseconds = excluded.milliseconds
"""
_LATEST = """
INSERT INTO latest_metrics (run, metric, step, value) VALUES (?, ?, ?, ?)
ON CONFLICT (run, metric) DO UPDATE SET step = excluded.step, value = excluded.value
WHERE excluded.step >= latest_metrics.step
"""


def write_points(connection: Connection, run: int, points: Sequence[Points]) -> None:
    """Store points; one that is there already, by metric and step, is replaced."""
    metric_of = metric_numbers(connection, {name for point in points for name in point.values})
    rows = [
        (run, metric_of[name], point.step, stored(value))
        for point in points
        for name, value in point.values.items()
    ]
    if not rows:
        return
    times = [(run, point.step, point.gradients, round(1000 * point.seconds)) for point in points]
    # In order of steps, the last row of a metric is its newest.
    newest = {row[1]: row for row in sorted(rows, key=itemgetter(2))}
    _execute(connection, _POINTS, rows)
    _execute(connection, _TIMES, times)
    _execute(connection, _LATEST, list(newest.values()))


def write_latest(
    connection: Connection, run: int, step: int, values: Mapping[str, float]
) -> None:  # fmt: skip
    """Store values that have no curve, as of a step, beside the newest of those that have one."""
    metric_of = metric_numbers(connection, values)
    rows = [(run, metric_of[name], step, stored(value)) for name, value in values.items()]
    if rows:
        _execute(connection, _LATEST, rows)


def _execute(connection: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    mark = "?" if connection.dialect.positional else "%s"
    connection.exec_driver_sql(statement.replace("?", mark), rows)


def stored(value: float) -> float | None:
    """A value as tables hold it: one that is not a number is NULL."""
    return None if math.isnan(value) else value


def read(value: float | None) -> float:
    """A value of a table as a number."""
    return math.nan if value is None else value


def metric_numbers(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """The numbers of metrics by name; new names are given one."""
    held = {name: escaped(name) for name in names}
    wanted = sorted(set(held.values()))  # in one order, so that writers never wait in a circle
    statement = select(metric_names.c.name, metric_names.c.id)
    statement = statement.where(metric_names.c.name.in_(wanted))
    known = {name: number for name, number in connection.execute(statement)}
    missing = [{"name": name} for name in wanted if name not in known]
    if missing:
        connection.execute(ignoring(connection, metric_names), missing)
        known = {name: number for name, number in connection.execute(statement)}
    return {name: known[written] for name, written in held.items()}


def rewind(connection: Connection, run: int, step: int) -> None:
    """Forget what a run measured after a step; values without a curve are all forgotten."""
    measured = list(
        connection.scalars(select(latest_metrics.c.metric).where(latest_metrics.c.run == run))
    )
    in_range = and_(metrics.c.run == run, metrics.c.metric.in_(measured))
    connection.execute(delete(metrics).where(in_range, metrics.c.step > step))
    for table in (step_times, evaluations):
        connection.execute(delete(table).where(table.c.run == run, table.c.step > step))
    connection.execute(delete(latest_metrics).where(latest_metrics.c.run == run))
    newest = (
        select(metrics.c.metric, func.max(metrics.c.step).label("step"))
        .where(in_range)
        .group_by(metrics.c.metric)
        .subquery()
    )
    points = select(metrics).join(
        newest, and_(metrics.c.metric == newest.c.metric, metrics.c.step == newest.c.step)
    )
    connection.execute(
        insert(latest_metrics).from_select(
            ["run", "metric", "step", "value"],
            points.with_only_columns(
                metrics.c.run, metrics.c.metric, metrics.c.step, metrics.c.value
            ).where(metrics.c.run == run),
        )
    )


def metric_names_of(connection: Connection, run: int) -> tuple[str, ...]:
    """Names of the curves of a run, in alphabetical order."""
    named = metric_names.c.id == latest_metrics.c.metric
    has_points = and_(metrics.c.run == run, metrics.c.metric == latest_metrics.c.metric)
    statement = (
        select(metric_names.c.name)
        .join(latest_metrics, named)
        .where(latest_metrics.c.run == run, select(1).where(has_points).exists())
    )
    return tuple(sorted(connection.scalars(statement)))


def all_metric_names(connection: Connection) -> tuple[str, ...]:
    """Names of all that any run has measured, in alphabetical order."""
    return tuple(sorted(connection.scalars(select(metric_names.c.name))))


def curves(
    connection: Connection, run: int, names: Sequence[str], *, after: int = -1
) -> tuple[Curve, ...]:
    """What some metrics were after a step, in this order; empty where none was measured then."""
    at_step = and_(step_times.c.run == metrics.c.run, step_times.c.step == metrics.c.step)
    # By their numbers, which the key of the points begins with: a run has far more losses.
    wanted = select(metric_names.c.id).where(metric_names.c.name.in_(names))
    statement = (
        select(
            metric_names.c.name,
            metrics.c.step,
            step_times.c.gradients,
            step_times.c.milliseconds,
            metrics.c.value,
        )
        .join(metric_names, metric_names.c.id == metrics.c.metric)
        .join(step_times, at_step)
        .where(metrics.c.run == run, metrics.c.metric.in_(wanted), metrics.c.step > after)
        .order_by(metrics.c.step)
    )
    points: defaultdict[str, list[Sequence[Any]]] = defaultdict(list)
    for name, *point in connection.execute(statement):
        points[name].append(point)
    return tuple(_curve(run, name, points[name]) for name in names)


def _curve(run: int, metric: str, points: Sequence[Sequence[Any]]) -> Curve:
    return Curve(
        run=run,
        metric=metric,
        steps=tuple(point[0] for point in points),
        gradients=tuple(point[1] for point in points),
        seconds=tuple(point[2] / 1000 for point in points),
        values=tuple(read(point[3]) for point in points),
    )
