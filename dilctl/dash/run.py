"""One run: its curves as they grow, its log, its settings and its attempts."""

from collections.abc import Callable
from datetime import datetime

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.widgets import Footer, Static

from dilctl.dash.curves import AXES, series
from dilctl.dash.live import LiveScreen
from dilctl.dash.reading import RunPage, RunReader
from dilctl.dash.widgets.banner import Banner
from dilctl.dash.widgets.panel import Panel
from dilctl.dash.widgets.plot import Plot
from dilctl.dash.words import progress, situation
from dilctl.jobs import Jobs
from dilctl.text import visible
from dilctl.words import duration
from storage.records import LIVE, Attempt, Run

PANELS = ("log", "settings", "attempts")


class RunScreen(LiveScreen[RunPage]):
    """A plot above; log, settings and attempts below, side by side where there is room."""

    BINDINGS = [
        Binding("escape", "app.pop_screen", "Back"),
        Binding("m,right", "chart(1)", "Next plot", key_display="m"),
        Binding("M,left", "chart(-1)", "Plot before", show=False),
        Binding("x", "axis", "Axis"),
        Binding("tab", "panel", "Log/settings/attempts", priority=True, key_display="tab"),
        Binding("j,down", "scroll_panel(1)", "Scroll down", show=False),
        Binding("k,up", "scroll_panel(-1)", "Scroll up", show=False),
        Binding("r", "refresh", "Refresh", show=False),
    ]

    def __init__(self, jobs: Jobs, run: int, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._jobs = jobs
        self._run = run
        self._clock = clock
        self._reader = RunReader(jobs, run)
        self._page: RunPage | None = None
        self._title: str | None = None
        self._axis = 0
        self._panel = 0

    def compose(self) -> ComposeResult:
        """Head, banner, plot with its title, three panels, keys."""
        yield Static(Text(f"dilctl › run {self._run}"), id="head", markup=False)
        yield Banner()
        yield Static(id="situation", markup=False)
        yield Static(id="chart", markup=False)
        yield Plot(id="plot")
        with Container(id="panels"):
            for name in PANELS:
                yield Panel(name, id=name)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Show the log first."""
        super().on_mount()
        self._choose_panel()

    def read(self) -> RunPage:
        """The run now, with the chart that is chosen."""
        return self._reader.read(self._title)

    def forget(self) -> None:
        """Read the curves, too, at the next look."""
        self._reader = RunReader(self._jobs, self._run)

    def show(self, page: RunPage) -> None:
        """Bring everything up to date."""
        self._page = page
        self.query_one("#head", Static).update(_head(page.run))
        self.query_one("#situation", Static).update(situation(page.run))
        self._draw_plot(page)
        self.query_one("#log", Panel).show(_log(page.log), follows_end=True)
        self.query_one("#settings", Panel).show(_settings(page.settings))
        self.query_one("#attempts", Panel).show(_attempts(page.attempts, self._clock()))

    def _draw_plot(self, page: RunPage) -> None:
        axis = AXES[self._axis]
        title = Text("no metric yet", style="dim")
        lines = ()
        if page.chart is not None:
            place = f"  {page.charts.index(page.chart) + 1} of {len(page.charts)}"
            title = Text(visible(page.chart.title), style="bold").append(
                place, style="not bold dim"
            )
            labels = [label for _, label in page.chart.metrics]
            lines = [series(c, visible(n), axis) for c, n in zip(page.curves, labels, strict=True)]
        self.query_one("#chart", Static).update(title)
        self.query_one(Plot).show(
            lines, axis=axis, empty="The curves appear with the first measurement."
        )

    def action_chart(self, by: int) -> None:
        """Show the next plot, or the one before."""
        if self._page is not None and self._page.chart is not None:
            titles = [chart.title for chart in self._page.charts]
            here = titles.index(self._title) if self._title in titles else 0
            self._title = titles[(here + by) % len(titles)]
            self.look(again=True)

    def action_axis(self) -> None:
        """Draw over gradient evaluations, steps or seconds."""
        self._axis = (self._axis + 1) % len(AXES)
        if self._page is not None:
            self._draw_plot(self._page)

    def action_panel(self) -> None:
        """Show the next panel; where all three are shown, mark it for scrolling."""
        self._panel = (self._panel + 1) % len(PANELS)
        self._choose_panel()

    def action_scroll_panel(self, by: int) -> None:
        """Scroll the chosen panel by lines."""
        self.query_one(f"#{PANELS[self._panel]}", Panel).scroll_relative(y=by, animate=False)

    def _choose_panel(self) -> None:
        for index, name in enumerate(PANELS):
            self.query_one(f"#{name}", Panel).set_class(index == self._panel, "-chosen")


def _head(run: Run) -> Text:
    head = Text(f"dilctl › run {run.id}  ", style="bold")
    head.append(f"{visible(run.rule)} {visible(run.network)} seed {run.seed}  ", style="not bold")
    head.append_text(progress(run.fraction, 12))
    if run.status in LIVE and run.seconds_left is not None:
        head.append(f"  {duration(run.seconds_left)} left", style="not bold")
    return head.append(f"  {run.gradients:,} gradients", style="not bold dim")


def _log(lines: tuple[str, ...]) -> Text:
    if not lines:
        return Text("The log is empty.", style="dim italic")
    return Text("\n".join(visible(line) for line in lines), overflow="fold")


def _settings(settings: tuple[tuple[str, str], ...]) -> Text:
    width = max(len(place) for place, _ in settings)
    text = Text()
    for place, value in settings:
        text.append(f"{visible(place):<{width}}  ", style="dim").append(f"{visible(value)}\n")
    return text


def _attempts(attempts: tuple[Attempt, ...], now: datetime) -> Text:
    if not attempts:
        return Text("The run has not started.", style="dim italic")
    text = Text()
    for attempt in reversed(attempts):
        spent = ((attempt.finished_at or now) - attempt.started_at).total_seconds()
        text.append(f"{attempt.number}  ", style="bold")
        text.append(f"{visible(attempt.outcome or 'goes on')}, {duration(spent)} on ")
        text.append(
            f"{visible(attempt.host)}, {attempt.started_at:%Y-%m-%d %H:%M} UTC", style="dim"
        )
        text.append(f"\n   {visible(attempt.reason)}\n" if attempt.reason else "\n")
    return text
