"""Curves of runs as numbers: lines for a pipe, CSV, JSON."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dilctl.cli import output
from storage.records import Run

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

_WHOLE = ("step", "gradients", "seconds", "value")
_REDUCED = ("first", "last", "lowest", "highest", "newest")


def write_json(
    jobs: "Jobs", runs: Sequence[Run], metrics: Sequence[str], *, columns: int | None
) -> None:  # fmt: skip
    """One list with an object a curve."""
    if columns is None:
        found: list[Any] = [
            curve for run in runs for curve in jobs.registry.curves(run.id, metrics) if curve.steps
        ]
    else:
        found = [jobs.stretch(run.id, name, columns) for run in runs for name in metrics]
    output.write_json(found)


def write_csv(
    jobs: "Jobs", runs: Sequence[Run], metrics: Sequence[str], *, columns: int | None
) -> None:  # fmt: skip
    """A line a point, or a column."""
    heads = ("run", "metric", *(_WHOLE if columns is None else _REDUCED))
    lines = _lines(jobs, runs, metrics, columns)
    output.write_csv([dict(zip(heads, line, strict=True)) for line in lines])


def write_lines(
    jobs: "Jobs", runs: Sequence[Run], metrics: Sequence[str], *, columns: int | None
) -> None:  # fmt: skip
    """The same in columns for the eye, the name of the metric last."""
    names = _WHOLE if columns is None else _REDUCED
    output.write(f"{'run':>6}" + "".join(f"{name:>14}" for name in names) + "  metric")
    for run, metric, *values in _lines(jobs, runs, metrics, columns):
        numbers = "".join(f"{value:>14.6g}" if isinstance(value, float) else f"{value:>14}"
                          for value in values)  # fmt: skip
        output.write(f"{run:>6}{numbers}  {output.cell(metric)}")


def _lines(
    jobs: "Jobs", runs: Sequence[Run], metrics: Sequence[str], columns: int | None
) -> Iterator[tuple[Any, ...]]:
    for run in runs:
        if columns is None:
            for curve in jobs.registry.curves(run.id, metrics):
                points = zip(curve.steps, curve.gradients, curve.seconds, curve.values, strict=True)
                yield from ((run.id, curve.metric, *point) for point in points)
            continue
        for metric in metrics:
            for one in jobs.stretch(run.id, metric, columns).columns:
                yield run.id, metric, one.first, one.last, one.lowest, one.highest, one.newest
