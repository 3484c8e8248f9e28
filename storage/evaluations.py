"""Evaluations: test sets under degradations, image by image, and the means runs are found by."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select

from storage.listing import batches, possible
from storage.points import metric_names_of, read, stored, write_latest
from storage.records import Evaluation, ImageValue
from storage.tables import evaluations, image_values


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
            "psnr": stored(i.psnr),
            "ssim": stored(i.ssim),
        }
        for position, i in enumerate(evaluation.images)
    ]
    if images:
        connection.execute(insert(image_values), images)


def newest_evaluations(
    connection: Connection, runs: Sequence[int], *, suite: str | None
) -> tuple[Evaluation, ...]:
    """Of each run, and of each suite and kind of weights apart, those of the newest step.

    Returns:
        Ordered by run, then as they were written.
    """
    return tuple(
        evaluation
        for batch in batches(sorted(possible(runs)))
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
            value = ImageValue(image=image, psnr=read(psnr), ssim=read(ssim))
            images[evaluation].append(value)
    return images


def refresh_means(connection: Connection, run: int) -> None:
    """Put the means of a run's newest evaluations beside the newest values of its metrics.

    Each evaluation has one, and all degradations of one standing in a suite have one together.
    """
    newest = newest_evaluations(connection, [run], suite=None)
    curves = set(metric_names_of(connection, run))
    for step in sorted({evaluation.step for evaluation in newest}):
        means = _means([evaluation for evaluation in newest if evaluation.step == step])
        fresh = {name: mean for name, mean in means.items() if name not in curves}
        write_latest(connection, run, step, fresh)


def _means(newest: Iterable[Evaluation]) -> dict[str, float]:
    """Means by name, as ``psnr@CBSD68:gaussian-noise sigma=30``."""
    single: dict[str, float] = {}
    together: defaultdict[str, list[float]] = defaultdict(list)
    for each in newest:
        suffix = "" if each.weights == "last" else f":{each.weights}"
        for metric, values in _values(each).items():
            mean = _mean(values)
            single[f"{metric}@{each.test_set}:{each.degradation}{suffix}"] = mean
            together[f"{metric}@{each.test_set}:{each.suite} {each.standing}{suffix}"].append(mean)
    return single | {name: _mean(values) for name, values in together.items()}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)  # infinities of both signs make none, and no error


def _values(evaluation: Evaluation) -> dict[str, list[float]]:
    if not evaluation.images:
        return {}
    return {
        "psnr": [image.psnr for image in evaluation.images],
        "ssim": [image.ssim for image in evaluation.images],
    }
