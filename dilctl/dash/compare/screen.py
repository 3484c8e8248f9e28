"""Several runs beside each other: curves, settings that differ, tests, and image by image."""

from dataclasses import replace
from typing import Any, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from dilctl.dash.actions.screen import ActingScreen
from dilctl.dash.compare import captions
from dilctl.dash.compare.choosing import RunsLine
from dilctl.dash.compare.reading import ComparePage, CompareReader, Part, Wish, place_of
from dilctl.dash.compare.sheets import (
    ORDERS,
    Sheet,
    images_in,
    images_sheet,
    settings_sheet,
    tests_sheet,
)
from dilctl.dash.compare.table import CompareTable
from dilctl.dash.live import Json, Seat
from dilctl.dash.news import News
from dilctl.dash.places import Place, Subject
from dilctl.dash.traces import Axis
from dilctl.dash.widgets.full_plot import FullPlot
from dilctl.dash.widgets.full_plot import Sheet as Overlay
from dilctl.dash.widgets.parts_bar import PartsBar
from dilctl.dash.widgets.said import Said
from storage.records import Run


class CompareScreen(ActingScreen[ComparePage]):
    """One part at a time; the first run is what the others are compared with."""

    PLACE = Place.COMPARE
    CSS_PATH = "compare.tcss"
    BINDINGS = [
        Binding("tab", "turn(1)", "Next part", priority=True, id="compare.next_part"),
        Binding(
            "shift+tab",
            "turn(-1)",
            "Part before",
            show=False,
            priority=True,
            id="compare.part_before",
        ),
        Binding("a", "add", "Add runs", id="compare.add"),
        Binding("backspace,d", "drop", "Leave out", key_display="d", show=False, id="compare.drop"),
        Binding("space", "first", "Make it the first", show=False, id="compare.first"),
        Binding("m", "curve(1)", "Metric", show=False, id="compare.curve"),
        Binding("M", "curve(-1)", "Metric before", show=False, id="compare.curve_before"),
        Binding(
            "e",
            "every_setting",
            "All settings, or those that differ",
            show=False,
            id="compare.settings",
        ),
        Binding("o", "order", "Order of images", show=False, id="compare.order"),
        Binding("y", "copy", "Copy the table", show=False, id="compare.copy"),
        # There is little room below, and both are at home in the list of runs.
        Binding("n", "submit", "Submit", show=False, id="runs.submit"),
        Binding("c", "steer('cancel')", "Cancel", show=False, id="runs.cancel"),
    ]

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat)
        self._reader = CompareReader(seat.jobs)
        self._wish = Wish()
        self._order = ORDERS[0]
        self._page: ComparePage | None = None
        self._sheet: Sheet | None = None

    def compose_body(self) -> ComposeResult:
        """Parts, the plot or the table, what it says, and the line in which runs are added."""
        yield PartsBar(tuple(Part))
        yield FullPlot(id="overlay")
        yield CompareTable(id="compared")
        yield Static(captions.EMPTY, id="nothing", markup=False)
        yield Said(id="said", markup=False)
        yield RunsLine(self.seat.jobs)

    def on_mount(self) -> None:
        """Show the part that was shown last."""
        super().on_mount()
        self.query_one(PartsBar).choose(self._wish.part)
        self._show_part()

    def visit(self, subject: Subject) -> None:
        """Compare other runs."""
        if subject.runs:
            self._wish = replace(self._wish, runs=subject.runs, of=None)

    def remembered(self) -> Json:
        """Runs, part and axis."""
        wish = self._wish
        return {"runs": list(wish.runs), "part": wish.part.value, "axis": wish.axis.value}

    def recall(self, state: Json) -> None:
        """Take them up again, as far as they are any."""
        runs: Any = state.get("runs")
        if isinstance(runs, list):
            whole = tuple(run for run in runs if isinstance(run, int) and run > 0)
            self._wish = replace(self._wish, runs=whole)
        if state.get("part") in tuple(Part):
            self._wish = replace(self._wish, part=Part(state["part"]))
        if state.get("axis") in tuple(Axis):
            self._wish = replace(self._wish, axis=Axis(state["axis"]))

    def read(self, news: News) -> ComparePage:
        """The runs now."""
        return self._reader.read(self._wish, news)

    def forget(self) -> None:
        """Read everything at the next look."""
        self._reader = CompareReader(self.seat.jobs)

    def chosen_runs(self) -> tuple[Run, ...]:
        """The run under the cursor, else all."""
        runs = self._page.runs if self._page else ()
        column = self.query_one(CompareTable).cursor_column - 1
        is_table = self._wish.part is not Part.CURVES
        return runs[column : column + 1] if is_table and 0 <= column < len(runs) else runs

    def show(self, page: ComparePage) -> None:
        """Bring the part that is shown up to date."""
        asked = replace(page.wish, runs=self._wish.runs, curve=self._wish.curve, of=self._wish.of)
        if asked != self._wish:  # another wish was made while this page was read
            return
        if page.gone:
            self.tell(captions.gone(page.gone))
            left = tuple(run for run in self._wish.runs if run not in page.gone)
            self._wish = replace(self._wish, runs=left)
        self._page = page
        self.set_class(not page.runs, "-empty")
        self.head = captions.head(page)
        self._draw()
        self.query_one("#said", Said).say(captions.said(page, self._order))

    def _draw(self) -> None:
        page = self._page
        if page is None:
            return
        if page.wish.part is Part.CURVES:
            self.query_one(FullPlot).show(
                Overlay(title=page.wish.curve, axis=page.wish.axis, curves=page.curves)
            )
            return
        self._sheet = self._sheet_of(page)
        self.query_one(CompareTable).show(self._sheet)

    def _sheet_of(self, page: ComparePage) -> Sheet:
        match page.wish.part:
            case Part.SETTINGS:
                return settings_sheet(page)
            case Part.TESTS:
                return tests_sheet(page)
            case _:
                return images_sheet(page, self._order)

    def _make(self, wish: Wish) -> None:
        self._wish = wish
        self.look(again=True)

    @on(PartsBar.Chosen)
    def _choose_part(self, message: PartsBar.Chosen) -> None:
        self._wish = replace(self._wish, part=Part(message.part))
        self._show_part()
        self.look(again=True)

    def _show_part(self) -> None:
        is_drawn = self._wish.part is Part.CURVES
        self.set_class(is_drawn, "-curves")
        self.query_one(FullPlot if is_drawn else CompareTable).focus()
        self.refresh_bindings()

    def action_turn(self, by: int) -> None:
        """Show the next part, or the one before."""
        self.query_one(PartsBar).turn(by)

    def action_add(self) -> None:
        """Let numbers or a query be typed."""
        self.query_one(RunsLine).open()

    @on(RunsLine.Named)
    def _add(self, message: RunsLine.Named) -> None:
        runs = self._page.wish.runs if self._page else ()
        self._make(replace(self._wish, runs=tuple(dict.fromkeys((*runs, *message.runs)))))

    def action_drop(self) -> None:
        """Leave out the run under the cursor; in the curves, the last."""
        runs = self._page.wish.runs if self._page else ()
        if len(runs) > 1:
            out = self.chosen_runs()[-1].id
            self._make(replace(self._wish, runs=tuple(run for run in runs if run != out)))

    def action_first(self) -> None:
        """Compare with the run under the cursor; in the curves, with the next."""
        runs = self._page.wish.runs if self._page else ()
        if len(runs) > 1:
            chosen = self.chosen_runs()
            first = chosen[0].id if len(chosen) == 1 else runs[1]
            self._make(
                replace(self._wish, runs=(first, *(run for run in runs if run != first)))
            )  # fmt: skip

    def action_curve(self, by: int) -> None:
        """Another metric: of the curves the next, of the tests PSNR or SSIM."""
        page = self._page
        if page is None:
            return
        if page.wish.part is Part.CURVES and page.metrics:
            index = page.metrics.index(page.wish.curve) + by
            self._make(replace(self._wish, curve=page.metrics[index % len(page.metrics)]))
        elif page.wish.part in {Part.TESTS, Part.IMAGES}:
            from dilctl.leaderboard.side_by_side import Metric

            first, second = get_args(Metric)
            self._make(replace(self._wish, metric=second if self._wish.metric == first else first))

    @on(FullPlot.Turned)
    def _turn_curve(self, message: FullPlot.Turned) -> None:
        self.action_curve(message.by)

    @on(FullPlot.Closed)
    async def _leave(self) -> None:
        await self.run_action("app.return")

    @on(FullPlot.AxisAsked)
    def action_axis(self) -> None:
        """Draw over gradient evaluations, steps or time."""
        every = tuple(Axis)
        self._make(
            replace(self._wish, axis=every[(every.index(self._wish.axis) + 1) % len(every)])
        )  # fmt: skip

    def action_every_setting(self) -> None:
        """Show all settings, or those that differ."""
        self._make(replace(self._wish, every_setting=not self._wish.every_setting))

    def action_order(self) -> None:
        """Sort the images otherwise."""
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        if self._page is not None:
            self.show(self._page)

    def action_copy(self) -> None:
        """Copy the table in sight."""
        if self._sheet is not None and self._wish.part is not Part.CURVES:
            self.copy(self._sheet.as_text, "the table, tab-separated")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether a key does anything for this part."""
        del parameters
        match action:
            case "every_setting":
                return self._wish.part is Part.SETTINGS
            case "order":
                return self._wish.part is Part.IMAGES
            case "copy":
                return self._wish.part is not Part.CURVES
            case "curve":
                return self._wish.part is not Part.SETTINGS
            case _:
                return True

    @on(DataTable.CellSelected)
    def _open(self, event: DataTable.CellSelected) -> None:
        """From a test to its images, from an image to its pictures."""
        page, row = self._page, event.coordinate.row
        if page is None:
            return
        if page.wish.part is Part.TESTS and row < len(page.lines):
            self._wish = replace(self._wish, of=place_of(page.lines[row]))
            self.query_one(PartsBar).choose(Part.IMAGES)
        elif page.wish.part is Part.IMAGES and row < len(page.images):
            self.go(Place.GALLERY, _pictures(page, images_in(page, self._order)[row].image))


def _pictures(page: ComparePage, image: str) -> Subject:
    line = page.lines[0]
    degradation = line.of if line.degradations == 1 else ""
    return Subject(
        runs=page.wish.runs, test_set=line.test_set, degradation=degradation, image=image
    )  # fmt: skip
