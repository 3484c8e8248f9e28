"""The curves of a run: a grid of plots in pages, one of which can fill the screen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from dilctl.dash.run.curves import of_the_model
from dilctl.dash.run.curves_reading import Choice, CurvesPage, CurvesReader, Wish
from dilctl.dash.run.find_line import FindLine
from dilctl.dash.run.grid import Grid, fitting, remembered
from dilctl.dash.run.numbers import as_table
from dilctl.dash.run.part import Part
from dilctl.dash.run.plot_grid import Look, PlotGrid
from dilctl.dash.run.traces_of import Detail, Drawn
from dilctl.dash.traces import Axis
from dilctl.dash.widgets.full_plot import SMOOTHINGS, FullPlot, Sheet
from dilctl.dash.widgets.plot import Plot
from dilctl.jobs import Jobs
from dilctl.text import visible
from storage.records import Run

_EMPTY = "The curves appear with the first measurement."
_NEVER = "The run ended before anything was measured."


class CurvesPart(Part[CurvesPage]):
    """Only what is on the page, or fills the screen, is read and drawn."""

    TITLE = "curves"
    CHOICE: ClassVar[Choice] = staticmethod(of_the_model)
    EMPTY: ClassVar[str] = _EMPTY
    NEVER: ClassVar[str] = _NEVER
    """What is said of a run that has ended without any."""
    BINDINGS = [
        Binding("enter", "open", "Open", id="run.open_plot"),
        Binding("slash", "filter", "Filter", key_display="/", id="run.filter_plots"),
        Binding(
            "left_square_bracket",
            "grid(0, -1)",
            "Fewer columns",
            key_display="[ ]",
            show=False,
            tooltip="Fewer or more columns",
            id="run.fewer_columns",
        ),  # fmt: skip
        Binding(
            "right_square_bracket", "grid(0, 1)", "More columns", show=False, id="run.more_columns"
        ),  # fmt: skip
        Binding(
            "left_curly_bracket",
            "grid(-1, 0)",
            "Fewer rows",
            key_display="{ }",
            show=False,
            tooltip="Fewer or more rows",
            id="run.fewer_rows",
        ),  # fmt: skip
        Binding("right_curly_bracket", "grid(1, 0)", "More rows", show=False, id="run.more_rows"),
        Binding("equals_sign", "fit", "Grid that fits", show=False, id="run.fit_grid"),
        Binding("pagedown,space", "page(1)", "Next page", show=False, id="run.next_page"),
        Binding("pageup", "page(-1)", "Page before", show=False, id="run.page_before"),
        Binding("right,l", "select(1)", "Next plot", show=False, id="run.plot_right"),
        Binding("left,h", "select(-1)", "Plot before", show=False, id="run.plot_left"),
        Binding("down,j", "select_row(1)", "Plot below", show=False, id="run.plot_below"),
        Binding("up,k", "select_row(-1)", "Plot above", show=False, id="run.plot_above"),
        Binding("home,g", "end(0)", "First plot", show=False, id="run.first_plot"),
        Binding("end,G", "end(-1)", "Last plot", show=False, id="run.last_plot"),
        Binding("x", "axis", "Axis", id="run.axis"),
        Binding("s", "smooth", "Smooth", show=False, id="run.smooth"),
        Binding("y", "copy", "Copy", show=False, id="run.copy_curve"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._grid: Grid | None = None
        self._wish = Wish()
        self._selected = 0
        self._wanted_title: str | None = None
        self._smoothing = 0.0
        self._reader: CurvesReader | None = None
        self._page: CurvesPage | None = None

    def compose(self) -> ComposeResult:
        """The grid with its caption, and the plot that fills the screen instead."""
        yield PlotGrid()
        yield Static(classes="caption", markup=False)
        full = FullPlot()
        full.display = False
        yield full
        yield FindLine("a glob over plots and metrics: psnr*unseen")

    # Reading

    def read(self, jobs: Jobs, run: Run) -> CurvesPage:
        """The page that is wanted."""
        if self._reader is None or self._reader.run != run.id:
            self._reader = CurvesReader(jobs, run.id, type(self).CHOICE)
        return self._reader.read(run, self._wish)

    def forget(self) -> None:
        """Read all curves anew."""
        self._reader = None

    def _want(self, wish: Wish) -> None:
        if wish != self._wish:
            self._wish = wish
            self.live_screen.look(again=True)

    # Showing

    def show(self, seen: CurvesPage) -> None:
        """Draw the page, if it is still the one that is wanted."""
        if seen.wish != self._wish:
            return
        self._page = seen
        if self._wish.opened is not None and not seen.drawn:  # of a run that has no such plot
            self._close()
        elif self._wish.opened is not None:
            self._show_full(seen.drawn[0])
        else:
            self._show_grid(seen)

    def _show_full(self, drawn: Drawn) -> None:
        sheet = Sheet(
            title=visible(drawn.chart.title),
            axis=self._wish.axis,
            curves=drawn.curves,
            marks=drawn.marks,
            empty=self.EMPTY,
        )
        self._full.show(sheet)

    def _show_grid(self, seen: CurvesPage) -> None:
        if self._wanted_title in (titles := [each.chart.title for each in seen.drawn]):
            self._selected = titles.index(self._wanted_title or "")
        self._wanted_title = None
        self._selected = min(self._selected, max(0, len(seen.drawn) - 1))
        self._plots.have(self._fitting, len(seen.drawn))
        if seen.drawn:
            look = Look(axis=self._wish.axis, smoothing=self._smoothing, empty=self.EMPTY)
            self._plots.show(seen.drawn, look, selected=self._selected)
        else:
            self._plots.show_nothing(self._why_nothing(seen))
        self.query_one(".caption", Static).update(self._caption(seen), layout=False)

    def _why_nothing(self, seen: CurvesPage) -> str:
        if self._wish.pattern:
            return f"no plot is meant by {visible(self._wish.pattern)}"
        return self.NEVER if seen.has_ended else self.EMPTY

    @property
    def _plots(self) -> PlotGrid:
        return self.query_one(PlotGrid)

    @property
    def _fitting(self) -> Grid:
        return self._grid or fitting(*self.size)

    @property
    def _full(self) -> FullPlot:
        return self.query_one(FullPlot)

    def _caption(self, seen: CurvesPage) -> Text:
        first = seen.page * self._wish.size
        said = [f"plots {first + 1}–{first + len(seen.drawn)} of {len(seen.titles)}"]
        said += [f"/ {visible(self._wish.pattern)}"] if self._wish.pattern else []
        said += [f"smoothed {self._smoothing:g}"] if self._smoothing else []
        said += ["pgdn: more"] if len(seen.titles) > self._wish.size else []
        return Text("  ·  ".join(said) if seen.drawn else "", style="dim")

    def on_resize(self) -> None:
        """Another grid may fit."""
        self._want(replace(self._wish, size=self._fitting.size))

    def enter(self) -> None:
        """Grid or plot take the keys."""
        is_full = self._wish.opened is not None
        self.screen.set_focus(self._full if is_full else self._plots)

    # Keys of the grid

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a plot fills the screen, the keys are its own."""
        del parameters
        return action == "copy" or self._wish.opened is None

    @property
    def _chosen(self) -> Drawn | None:
        drawn = self._page.drawn if self._page else ()
        index = 0 if self._wish.opened is not None else self._selected
        return drawn[index] if index < len(drawn) else None

    def action_open(self) -> None:
        """Let the selected plot fill the screen."""
        if (chosen := self._chosen) is not None and self._wish.opened is None:
            self._fill_with(chosen.chart.title)
            self._show_full(chosen)
            self._full.plot.look(replace(self._full.view, smoothing=self._smoothing))

    def _fill_with(self, title: str) -> None:
        self._full.display = True
        self._plots.display = self.query_one(".caption").display = False
        self._want(replace(self._wish, opened=title, detail=None))
        self.enter()

    @on(FullPlot.Closed)
    def _close(self) -> None:
        titles = self._page.titles if self._page else ()
        opened = self._wish.opened
        self._smoothing = self._full.view.smoothing
        page = titles.index(opened) // self._wish.size if opened in titles else 0
        self._wanted_title = opened
        self._full.display = False
        self._plots.display = self.query_one(".caption").display = True
        self._want(replace(self._wish, opened=None, detail=None, page=page))
        self.enter()

    @on(FullPlot.Turned)
    def _turn(self, event: FullPlot.Turned) -> None:
        titles = self._page.titles if self._page else ()
        if self._wish.opened in titles:
            index = titles.index(self._wish.opened) + event.by
            self._want(replace(self._wish, opened=titles[index % len(titles)], detail=None))

    @on(Plot.Looked)
    def _read_closer(self, event: Plot.Looked) -> None:
        """What is zoomed into is read anew, if it is known in less detail than can be drawn."""
        event.stop()
        window, opened = self._full.view.window, self._wish.opened
        if opened is None or event.plot is not self._full.plot:
            return
        detail = window and Detail(title=opened, left=window[0], right=window[1])
        self._want(replace(self._wish, detail=detail))

    @on(FullPlot.AxisAsked)
    def action_axis(self) -> None:
        """Draw over steps, gradient evaluations or time."""
        axes = tuple(Axis)
        axis = axes[(axes.index(self._wish.axis) + 1) % len(axes)]
        self._want(replace(self._wish, axis=axis, detail=None))

    def action_smooth(self) -> None:
        """Draw a stronger average."""
        here = SMOOTHINGS.index(self._smoothing) if self._smoothing in SMOOTHINGS else 0
        self._smoothing = SMOOTHINGS[(here + 1) % len(SMOOTHINGS)]
        self._redraw()

    def _redraw(self) -> None:
        if self._page is not None:
            self.show(self._page)

    def action_grid(self, rows: int, columns: int) -> None:
        """More or fewer plots on a page."""
        self._grid = self._fitting.changed(rows, columns)
        self._want(replace(self._wish, size=self._grid.size))
        self._redraw()

    def action_fit(self) -> None:
        """As many plots as suit the terminal."""
        self._grid = None
        self._want(replace(self._wish, size=self._fitting.size))
        self._redraw()

    def action_page(self, by: int) -> None:
        """Turn the page."""
        if (seen := self._page) is not None:
            last = max(0, len(seen.titles) - 1) // self._wish.size
            self._want(replace(self._wish, page=min(max(0, seen.page + by), last)))

    def action_select(self, by: int) -> None:
        """Select another plot, of another page where this one ends."""
        if (seen := self._page) is None or not seen.titles:
            return
        here = seen.page * self._wish.size + self._selected
        self._select(min(max(0, here + by), len(seen.titles) - 1))

    def action_select_row(self, by: int) -> None:
        """Select the plot above or below."""
        self.action_select(by * min(self._fitting.columns, max(1, len(self._drawn))))

    def action_end(self, index: int) -> None:
        """Select the first plot or the last."""
        if (seen := self._page) is not None and seen.titles:
            self._select(index % len(seen.titles))

    @property
    def _drawn(self) -> tuple[Drawn, ...]:
        return self._page.drawn if self._page else ()

    def _select(self, index: int) -> None:
        page, self._selected = divmod(index, self._wish.size)
        self._redraw()
        self._want(replace(self._wish, page=page))

    def on_click(self, event: events.Click) -> None:
        """A click selects a plot, two open it."""
        index = self._plots.index_of(event.widget)
        if index is not None:
            self._selected = min(index, max(0, len(self._drawn) - 1))
            self._redraw()
            if event.chain == 2:
                self.action_open()

    def action_copy(self) -> None:
        """Copy the numbers of the selected plot."""
        if (chosen := self._chosen) is not None:
            table = as_table(chosen, self._wish.axis)
            self.live_screen.copy(table, f"the numbers of {chosen.chart.title}")

    # The filter

    def action_filter(self) -> None:
        """Type which plots are wanted."""
        self.query_one(FindLine).open()

    @on(FindLine.Typed)
    def _filter(self, event: FindLine.Typed) -> None:
        event.stop()
        self._want(replace(self._wish, pattern=event.word, page=0))

    @on(FindLine.Closed)
    def _filtered(self, event: FindLine.Closed) -> None:
        event.stop()
        self.enter()

    # Between two sittings

    def remembered(self) -> Mapping[str, Any]:
        """Axis, smoothing, and the grid that was chosen."""
        grid = {"rows": self._grid.rows, "columns": self._grid.columns} if self._grid else {}
        return {"axis": str(self._wish.axis), "smoothing": self._smoothing, **grid}

    def recall(self, state: Mapping[str, Any]) -> None:
        """Take them up."""
        axis, smoothing = state.get("axis"), state.get("smoothing")
        if axis in tuple(map(str, Axis)):
            self._wish = replace(self._wish, axis=Axis(axis))
        if smoothing in SMOOTHINGS:
            self._smoothing = float(smoothing or 0.0)
        self._grid = remembered(state)
