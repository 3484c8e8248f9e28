"""What the comparison reads through ``Jobs``: of the part that is shown, where it may be new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from dilctl.dash.news import News
from dilctl.dash.traces import Axis, Told, Trace
from dilctl.jobs import Jobs
from storage.records import Evaluation, Run, Status

if TYPE_CHECKING:  # numpy is loaded in the thread that compares
    from dilctl.leaderboard.side_by_side import ImageLine, Line, Metric

MOST = 50
_COLUMNS = 1024


class Part(StrEnum):
    """What of the runs is compared."""

    CURVES = "curves"
    SETTINGS = "settings"
    TESTS = "tests"
    IMAGES = "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants compared.

    Attributes:
        runs: the first is what the others are compared with; none for the newest.
        part: of what.
        metric: of tests and images.
        curve: name of the curve; empty for the first.
        axis: what curves go along.
        of: (test set, suite, weights, degradation or standing) of the images; None for the first.
        every_setting: also those in which they are alike.
    """

    runs: tuple[int, ...] = ()
    part: Part = Part.CURVES
    metric: "Metric" = "psnr"
    curve: str = ""
    axis: Axis = Axis.GRADIENTS
    of: tuple[str, str, str, str] | None = None
    every_setting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """Runs beside each other; what the wish does not ask for is empty.

    Attributes:
        wish: what was asked, the runs filled in.
        gone: numbers of runs that are no longer there.
        settings: (name, the value of each run).
        lines: tests, and of the images the line that is shown.
        curves: of the metric, one a run that has any.
        metrics: the names of all curves.
    """

    wish: Wish
    runs: tuple[Run, ...]
    gone: tuple[int, ...] = ()
    settings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lines: "tuple[Line, ...]" = ()
    images: "tuple[ImageLine, ...]" = ()
    curves: tuple[Told, ...] = ()
    metrics: tuple[str, ...] = ()


class CompareReader:
    """Reads runs each time, what lies behind them only where it may be new."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._known: object = None
        self._page: ComparePage | None = None
        self._traces: dict[tuple[int, int, str], Trace] = {}

    def read(self, wish: Wish, news: News) -> ComparePage:
        """The runs now. Raises the errors of ``Jobs``."""
        wanted = wish.runs or self._newest()
        found = {run.id: run for run in self._jobs.runs(ids=wanted[:MOST])}
        runs = tuple(found[run] for run in wanted if run in found)
        wish = replace(wish, runs=tuple(run.id for run in runs))
        known = (wish, news.event, [(run.attempt, run.step, len(run.latest)) for run in runs])
        if known == self._known and self._page is not None:
            return self._page
        gone = tuple(run for run in wanted[:MOST] if run not in found)
        page = self._behind(ComparePage(wish=wish, runs=runs, gone=gone)) if runs else None
        self._page = page or ComparePage(wish=wish, runs=(), gone=gone)
        self._known = known
        return self._page

    def _newest(self) -> tuple[int, ...]:
        """The newest run that is done, after the newest of plain training of the same task."""
        done = self._jobs.runs(statuses=(Status.DONE,), limit=MOST)
        if not done:
            return tuple(run.id for run in self._jobs.runs(limit=2))
        newest = next((run for run in done if run.rule != "erm"), done[0])
        plain = next(
            (run for run in done if run.rule == "erm" and run.task == newest.task), None
        )  # fmt: skip
        pair = (plain, newest) if plain else tuple(r for r in done if r.task == newest.task)[:2]
        return tuple(dict.fromkeys(run.id for run in pair))

    def _behind(self, page: ComparePage) -> ComparePage:
        match page.wish.part:
            case Part.CURVES:
                return self._with_curves(page)
            case Part.SETTINGS:
                return replace(page, settings=settings(page.runs, every=page.wish.every_setting))
            case Part.TESTS:
                return replace(page, lines=self._lines(page)[0])
            case Part.IMAGES:
                return self._with_images(page)
            case _:
                assert_never(page.wish.part)

    def _with_curves(self, page: ComparePage) -> ComparePage:
        metrics = _ordered({name for run in page.runs for name in self._jobs.metrics(run.id)})
        metric = page.wish.curve if page.wish.curve in metrics else next(iter(metrics), "")
        kept, self._traces = self._traces, {}
        traces = [(run, self._trace(run, metric, kept)) for run in page.runs if metric]
        curves = tuple(
            Told.of(trace, metric, f"{run.id} {run.rule} s{run.seed}", page.wish.axis)
            for run, trace in traces
            if len(trace)
        )
        wish = replace(page.wish, curve=metric)
        return replace(page, metrics=metrics, curves=curves, wish=wish)

    def _trace(self, run: Run, metric: str, kept: Mapping[tuple[int, int, str], Trace]) -> Trace:
        """A curve, of which only the new points are read; each attempt begins anew."""
        key = (run.id, run.attempt, metric)
        trace = kept.get(key)
        if trace is None:
            trace = Trace.of(self._jobs.stretch(run.id, metric, _COLUMNS))
        else:
            (more,) = self._jobs.points(run.id, (metric,), after=trace.newest_step)
            trace.add(more)
        self._traces[key] = trace
        return trace

    def _lines(self, page: ComparePage) -> "tuple[tuple[Line, ...], tuple[Evaluation, ...]]":
        from dilctl.leaderboard.side_by_side import side_by_side

        ids = page.wish.runs
        evaluations = self._jobs.registry.evaluations(ids)
        return side_by_side(ids, evaluations, page.wish.metric), evaluations

    def _with_images(self, page: ComparePage) -> ComparePage:
        from dilctl.leaderboard.side_by_side import by_image

        lines, evaluations = self._lines(page)
        named = [line for line in lines if place_of(line) == page.wish.of]
        unseen = [line for line in lines if line.of == "unseen"]
        line = next(iter((*named, *unseen, *lines)), None)
        if line is None:
            return page
        return replace(
            page,
            wish=replace(page.wish, of=place_of(line)),
            lines=(line,),
            images=by_image(line, page.wish.runs, evaluations),
        )


def place_of(line: "Line") -> tuple[str, str, str, str]:
    """What tells a line from all others."""
    return (line.test_set, line.suite, line.weights, line.of)


def settings(runs: Sequence[Run], *, every: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The settings in which runs differ, or all; seeds among them."""
    from dilctl.describe import differing, every_setting

    experiments = [run.experiment for run in runs]
    found: Mapping[str, Sequence[str | None]] = differing(experiments)
    if every:
        each = [every_setting(experiment) for experiment in experiments]
        names = dict.fromkeys(name for one in each for name in one)
        found = {name: [one.get(name) for one in each] for name in names}
    seeds = [str(run.seed) for run in runs]
    if every or len(set(seeds)) > 1:
        found = {**found, "seed": seeds}
    return tuple(
        (name, tuple("–" if value is None else value for value in values))
        for name, values in found.items()
    )


_FIRST = ("psnr@crops:unseen", "psnr@crops:seen", "loss")


def _ordered(metrics: set[str]) -> tuple[str, ...]:
    """The metrics that say most come first."""
    first = tuple(name for name in _FIRST if name in metrics)
    return (*first, *sorted(metrics - set(first)))
