"""The traces of one run: begun from what the database reduces, gone on with by what is new."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from dilctl.dash.run.curves import Chart
from dilctl.dash.traces import MOST, Axis, Told, Trace, series_of, spliced
from dilctl.jobs import Jobs
from dilctl.text import visible
from storage.records import LIVE, Attempt, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A part of a plot that is wanted as fine as it can be drawn.

    Attributes:
        title: which plot.
        left, right: the part, on the axis.
    """

    title: str
    left: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A plot with its curves.

    Attributes:
        marks: where attempts began, on the axis.
    """

    chart: Chart
    curves: tuple[Told, ...]
    marks: tuple[float, ...]


class TracesOf:
    """Reads the curves of one run, each point once, until its points may have been taken back."""

    def __init__(self, jobs: Jobs, run: int) -> None:
        self.run = run
        self._jobs = jobs
        self._traces: dict[str, Trace] = {}
        self._known: dict[str, tuple[tuple[int, Axis], Told]] = {}
        self._attempts: tuple[Attempt, ...] = ()
        self._life: tuple[object, ...] = ()
        self._step = 0
        self._is_settled = False

    def follow(self, run: Run) -> None:
        """Learn how far the run is; called before anything is read."""
        life = (run.status, run.attempt)
        if life != self._life or run.step < self._step:  # it may have been set back
            self._traces.clear()
            self._known.clear()
            self._attempts = self._jobs.attempts(run.id)
        self._life, self._step = life, run.step
        self._is_settled = run.status not in LIVE

    def drawn(
        self, charts: Sequence[Chart], axis: Axis, detail: Detail | None = None
    ) -> tuple[Drawn, ...]:
        """Plots with their curves as they are now."""
        self._bring_up_to_date([name for chart in charts for name, _ in chart.metrics])
        return tuple(self._drawn(chart, axis, detail) for chart in charts)

    def _bring_up_to_date(self, metrics: Sequence[str]) -> None:
        known: defaultdict[int, list[str]] = defaultdict(list)
        for name in dict.fromkeys(metrics):
            if name in self._traces:
                known[self._traces[name].newest_step].append(name)
            else:
                self._traces[name] = Trace.of(self._jobs.stretch(self.run, name, MOST))
        if self._is_settled:
            return
        for after, names in known.items():
            for curve in self._jobs.points(self.run, names, after=after):
                self._traces[curve.metric].add(curve)

    def _drawn(self, chart: Chart, axis: Axis, detail: Detail | None) -> Drawn:
        curves = [self._told(name, visible(label), axis) for name, label in chart.metrics]
        if detail is not None and detail.title == chart.title:
            curves = [self._closer(told, axis, detail) for told in curves]
        return Drawn(chart=chart, curves=tuple(curves), marks=self._marks(chart, axis))

    def _told(self, name: str, label: str, axis: Axis) -> Told:
        """A curve; the same object as long as nothing was added to it."""
        version = (self._traces[name].version, axis)
        if name not in self._known or self._known[name][0] != version:
            told = Told.of(self._traces[name], name, label, axis)
            self._known[name] = (version, told)
        return self._known[name][1]

    def _closer(self, told: Told, axis: Axis, detail: Detail) -> Told:
        """The same curve, in a part of it as fine as the registry has it."""
        trace = self._traces[told.metric]
        xs = told.series.xs
        inside = sum(detail.left <= x <= detail.right for x in xs)
        if not trace.is_coarse or inside > MOST // 4:
            return told
        first = trace.step_at(detail.left, axis)
        last = trace.step_at(detail.right, axis)
        part = self._jobs.stretch(self.run, told.metric, MOST // 2, first=first, last=last)
        fine = series_of(part, told.series.label, axis)
        return Told(
            metric=told.metric,
            series=spliced(told.series, fine),
            newest=told.newest,
            lowest=told.lowest,
            highest=told.highest,
        )

    def _marks(self, chart: Chart, axis: Axis) -> tuple[float, ...]:
        begun = [each.furthest for each in self._attempts if each.number > 1 and each.furthest]
        traces = [self._traces[name] for name, _ in chart.metrics]
        longest = max(traces, key=lambda trace: trace.newest_step)
        places = (longest.place_of(step, axis) for step in begun)
        return tuple(place for place in places if place is not None)
