"""What runs measured: curves and evaluations, written in batches and read back whole."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select
from sqlalchemy.dialects import sqlite

from storage.listing import batches
from storage.records import Curve, Evaluation, ImageValue, Points
from storage.tables import (
    evaluations,
    image_values,
    latest_metrics,
    metric_names,
    metrics,
    step_times,
)


def write_points(
    connection: Connection, run: int, points: Sequence[Points], at: datetime
) -> None:  # fmt: skip
    """Store points; one that is there already, by metric and step, is replaced."""
    names = {name for point in points for name in point.values}
    metric_of = _metric_numbers(connection, names)
    rows = [
        {"run": run, "metric": metric_of[name], "step": point.step, "value": value}
        for point in points
        for name, value in point.values.items()
    ]
    if not rows:
        return
    times = [
        {
            "run": run,
            "step": point.step,
            "gradients": point.gradients,
            "seconds": point.seconds,
            "at": at.timestamp(),
        }
        for point in points
    ]
    # In order of steps, the last row of a metric is its newest.
    newest = {row["metric"]: row for row in sorted(rows, key=lambda row: row["step"])}
    connection.execute(_PUT_POINTS, rows)
    connection.execute(_PUT_TIMES, times)
    connection.execute(_PUT_LATEST, list(newest.values()))


def _replacing(table: Table, *key: str) -> sqlite.Insert:
    statement = sqlite.insert(table)
    others = {name: statement.excluded[name] for name in table.c.keys() if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=others)


def _replacing_older() -> sqlite.Insert:
    statement = sqlite.insert(latest_metrics)
    newer = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=("run", "metric"),
        set_={"step": newer.step, "value": newer.value},
        where=newer.step >= latest_metrics.c.step,
    )


_PUT_POINTS = _replacing(metrics, "run", "metric", "step")
_PUT_TIMES = _replacing(step_times, "run", "step")
_PUT_LATEST = _replacing_older()


def _metric_numbers(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    wanted = list(names)
    statement = select(metric_names.c.name, metric_names.c.id)
    statement = statement.where(metric_names.c.name.in_(wanted))
    known = {name: number for name, number in connection.execute(statement)}
    missing = [{"name": name} for name in wanted if name not in known]
    if missing:
        connection.execute(insert(metric_names), missing)
        known = {name: number for name, number in connection.execute(statement)}
    return known


def write_evaluation(connection: Connection, run: int, evaluation: Evaluation) -> None:
    """Store an evaluation with its images; one that is there already is replaced."""
    assert evaluation.run == run, "an evaluation is written by the run that it is of"
    key = {
        "run": run,
        "step": evaluation.step,
        "suite": evaluation.suite,
        "weights": evaluation.weights,
        "test_set": evaluation.test_set,
        "degradation": evaluation.degradation,
    }
    same = [evaluations.c[name] == value for name, value in key.items()]
    connection.execute(delete(evaluations).where(*same))
    statement = insert(evaluations).values(**key, standing=evaluation.standing)
    number = connection.execute(statement.returning(evaluations.c.id)).scalar_one()
    images = [
        {
            "evaluation": number,
            "position": position,
            "image": i.image,
            "psnr": i.psnr,
            "ssim": i.ssim,
        }
        for position, i in enumerate(evaluation.images)
    ]
    if images:
        connection.execute(insert(image_values), images)


def rewind(connection: Connection, run: int, step: int) -> None:
    """Forget what a run measured after a step."""
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
    """Names of what a run measured, in alphabetical order."""
    named = metric_names.c.id == latest_metrics.c.metric
    statement = select(metric_names.c.name).join(latest_metrics, named)
    statement = statement.where(latest_metrics.c.run == run).order_by(metric_names.c.name)
    return tuple(connection.scalars(statement))


def curves(connection: Connection, run: int, names: Sequence[str]) -> tuple[Curve, ...]:
    """The histories of some metrics, in this order; empty where the run never measured one."""
    at_step = and_(step_times.c.run == metrics.c.run, step_times.c.step == metrics.c.step)
    # By their numbers, which the key of the points begins with: a run has far more losses.
    wanted = select(metric_names.c.id).where(metric_names.c.name.in_(names))
    statement = (
        select(
            metric_names.c.name,
            metrics.c.step,
            step_times.c.gradients,
            step_times.c.seconds,
            metrics.c.value,
        )
        .join(metric_names, metric_names.c.id == metrics.c.metric)
        .join(step_times, at_step)
        .where(metrics.c.run == run, metrics.c.metric.in_(wanted))
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
        seconds=tuple(point[2] for point in points),
        values=tuple(_number(point[3]) for point in points),
    )


def newest_evaluations(
    connection: Connection, runs: Sequence[int], *, suite: str | None
) -> tuple[Evaluation, ...]:
    """Of each run, and of each suite and kind of weights apart, those of the newest step.

    Returns:
        Ordered by run, then as they were written.
    """
    return tuple(
        evaluation
        for batch in batches(sorted(runs))
        for evaluation in _newest_evaluations(connection, batch, suite)
    )


def _newest_evaluations(
    connection: Connection, runs: Sequence[int], suite: str | None
) -> list[Evaluation]:
    asked: list[ColumnElement[bool]] = [evaluations.c.run.in_(runs)]
    if suite is not None:
        asked.append(evaluations.c.suite == suite)
    apart = (evaluations.c.run, evaluations.c.suite, evaluations.c.weights)
    newest = (
        select(*apart, func.max(evaluations.c.step).label("step"))
        .where(*asked)
        .group_by(*apart)
        .subquery()
    )
    is_newest = and_(*(evaluations.c[column.name] == column for column in newest.c))
    statement = select(evaluations).join(newest, is_newest)
    statement = statement.order_by(evaluations.c.run, evaluations.c.id)
    rows = connection.execute(statement).mappings().all()
    images = _images(connection, [row["id"] for row in rows])
    return [
        Evaluation(
            **{name: value for name, value in row.items() if name != "id"},
            images=tuple(images[row["id"]]),
        )
        for row in rows
    ]


def _images(connection: Connection, numbers: Sequence[int]) -> dict[int, list[ImageValue]]:
    images: defaultdict[int, list[ImageValue]] = defaultdict(list)
    statement = select(image_values).order_by(image_values.c.evaluation, image_values.c.position)
    for batch in batches(numbers):
        chosen = statement.where(image_values.c.evaluation.in_(batch))
        for evaluation, _, image, psnr, ssim in connection.execute(chosen):
            value = ImageValue(image=image, psnr=_number(psnr), ssim=_number(ssim))
            images[evaluation].append(value)
    return images


def _number(value: float | None) -> float:
    """SQLite keeps no NaN: it makes it NULL."""
    return math.nan if value is None else value
