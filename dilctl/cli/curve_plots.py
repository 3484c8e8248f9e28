"""Curves of runs drawn in the terminal: a plot a metric, a letter a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dilctl.cli import output
from dilctl.cli.sheet import middle
from dilctl.histories import Axis, Path, path
from dilctl.plots.plot import LETTERS, SEVERAL, Frame, Track, draw, letter
from dilctl.words import short_degradation
from storage.records import Run

if TYPE_CHECKING:
    from rich.console import Console

    from dilctl.jobs import Jobs

MOST = len(LETTERS) // 2
"""Curves that one plot can hold apart."""

_NARROWEST, _WIDEST = 40, 120
_TALL, _LOW = 18, 13
_LETTERS_EACH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How curves are drawn.

    Attributes:
        axis: what they go along.
        is_log: values above zero on a logarithmic scale.
        columns: into how many each is reduced; None for what the terminal can show.
    """

    axis: Axis
    is_log: bool = False
    columns: int | None = None


def print_plots(
    jobs: "Jobs", runs: Sequence[Run], metrics: Sequence[str], manner: Manner
) -> None:  # fmt: skip
    """Draw them on stdout."""
    console = output.stdout()
    plots = _plots(runs, metrics)
    for group in plots:
        _print_plot(jobs, runs, group, manner, console, height=_LOW if len(plots) > 1 else _TALL)


def _plots(runs: Sequence[Run], metrics: Sequence[str]) -> list[list[str]]:
    """Which metrics share a plot: of one run, those of a family, as seen and unseen."""
    families: dict[str, list[str]] = {}
    for metric in metrics:
        families.setdefault(metric.partition(":")[0] if len(runs) == 1 else metric, []).append(
            metric
        )
    return list(families.values())


def _print_plot(  # noqa: PLR0913 (what is drawn, how, and where)
    jobs: "Jobs",
    runs: Sequence[Run],
    metrics: Sequence[str],
    manner: Manner,
    console: "Console",
    *,
    height: int,
) -> None:
    width = max(_NARROWEST, min(console.width, _WIDEST))
    columns = manner.columns or 2 * width
    paths = [
        _above_zero(found) if manner.is_log else found
        for run in runs
        for metric in metrics
        for found in [path(jobs, run.id, metric, axis=manner.axis, columns=columns)]
    ]
    drawn = [(index, found) for index, found in enumerate(paths) if found.places]
    name = output.cell(metrics[0] if len(metrics) == 1 else metrics[0].partition(":")[0])
    if drawn:
        scale = " (logarithmic)" if manner.is_log else ""
        title = f"{name}{scale}, upwards, against {_AXIS_WORDS[manner.axis]}"
        frame = Frame(title=title, width=width, height=height, is_log=manner.is_log)
        tracks = [_track(index, found) for index, found in drawn]
        console.print(draw(tracks, frame), no_wrap=True, crop=True)
    else:
        console.print(f"{name}: nothing to draw yet")
    _print_legend(runs, metrics, paths, console)


_AXIS_WORDS = {
    Axis.STEP: "steps",
    Axis.GRADIENTS: "gradient evaluations",
    Axis.SECONDS: "seconds of training",
}


def _above_zero(found: Path) -> Path:
    places = tuple(place for place in found.places if place[1] > 0)
    return Path(run=found.run, metric=found.metric, places=places, points=found.points)


def _track(index: int, found: Path) -> Track:
    """A path with letters at its end and at some places on the way."""
    last = len(found.places) - 1
    marks = [found.places[last * part // _LETTERS_EACH] for part in range(1, _LETTERS_EACH + 1)]
    return Track(index=index, points=found.places, marked=tuple(marks))


def _print_legend(
    runs: Sequence[Run], metrics: Sequence[str], paths: Sequence[Path], console: "Console"
) -> None:
    labels = [_label(run, metric, metrics) for run in runs for metric in metrics]
    for index, (label, found) in enumerate(zip(labels, paths, strict=True)):
        newest = f"{found.places[-1][1]:.6g}" if found.places else "nothing yet"
        line = letter(index).append(f" {output.cell(label)}: {newest}", style="none")
        console.print(line, no_wrap=True, overflow="ellipsis")
    if len(labels) > 1:
        console.print(f"{SEVERAL} several", style="dim")


def _label(run: Run, metric: str, metrics: Sequence[str]) -> str:
    who = f"run {run.id}, {run.rule} seed {run.seed}"
    if len(metrics) == 1:
        return f"{who}, {middle(run.name, 40)}"
    return f"{who}, {short_degradation(metric.partition(':')[2]) or metric}"
