"""How the list of runs is read and shown; what a person does with it, ``screen`` says."""

from collections.abc import Iterable
from dataclasses import replace

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Static

from dilctl.dash.live import Json, Seat
from dilctl.dash.news import News
from dilctl.dash.places import Place, Subject
from dilctl.dash.runs import captions, words
from dilctl.dash.runs.columns import About, Column
from dilctl.dash.runs.filtering import Filtered
from dilctl.dash.runs.fitting import columns_for
from dilctl.dash.runs.order import Group, Order, Row
from dilctl.dash.runs.pane import Pane
from dilctl.dash.runs.reading import RunsPage, RunsReader, Sight
from dilctl.dash.runs.sheet import Content
from dilctl.dash.runs.table import RunsTable
from dilctl.dash.runs.wish import View, Wish, as_json, from_json
from dilctl.dash.widgets.query_line import QueryLine
from dilctl.dash.words import situation
from storage.records import Run

REST = 0.08
"""Seconds that the cursor rests on a run before the pane tells of it."""
_LOWEST = 20
"""Lines of a terminal in which the pane still has room below the list."""
_BAND = 9
"""Lines of the pane below the list, at least."""
_SEEKS = 3


class RunsView(Filtered[RunsPage]):
    """All runs or those of a query; beside or below them, what the one under the cursor does."""

    PLACE = Place.RUNS
    CSS_PATH = "runs.tcss"

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat)
        self.wish, self.view = Wish(), View()
        self._reader = RunsReader(seat.jobs)
        self._sight = Sight()
        self._page: RunsPage | None = None
        self._order, self._folded = Order(), frozenset[str | None]()
        self._rows: list[Row] = []
        self._highest = 0
        self._band: int | None = None
        self._resting: Timer | None = None
        self._sought, self._seeks = 0, 0
        self._kept: Row | None = None

    def compose_body(self) -> ComposeResult:
        """The list and its pane, or lines on the run under the cursor; the query's line."""
        with Vertical(id="runs-whole"):
            with Vertical(id="runs-body"):
                yield RunsTable(self._content(()), id="runs")
                yield Static(captions.EMPTY, id="empty", markup=False)
                yield Pane()
            yield Static(id="situation", markup=False)
        yield QueryLine(words.completed)

    def read(self, news: News) -> RunsPage:
        """The runs now."""
        return self._reader.read(news, self.wish, self._sight)

    def forget(self) -> None:
        """Read everything at the next look."""
        self._reader = RunsReader(self.seat.jobs)

    def visit(self, subject: Subject) -> None:
        """Put the cursor on a run as soon as it is listed."""
        if subject.runs:
            self._sought, self._seeks = subject.runs[0], _SEEKS

    def remembered(self) -> Json:
        """Filter, order, groups, columns, pane."""
        return as_json(self.wish, self.view)

    def recall(self, state: Json) -> None:
        """The same."""
        self.wish, self.view = from_json(state)

    def show(self, page: RunsPage) -> None:
        """Bring head, banner, list and pane up to date."""
        if page.wish != self.wish:  # another one was made while this page was read
            return
        is_other_list = self._page is not None and self._page.wish != page.wish
        under, self._page = self.table.under, page
        self.advice = captions.advice(page.news.agent)
        self.set_class(not page.order.statuses, "-empty")
        if self.has_class("-empty"):
            self.query_one("#empty", Static).update(captions.empty(page))
        if not self._line.is_open:  # what is typed half may hide for a moment what is marked
            self.table.marks.keep_only(page.order.statuses)
        self.draw()
        if is_other_list:
            self._keep_cursor(under)
        self._seek()
        if page.glance is not None or self._sight.cursor is None:
            self.query_one(Pane).show(page.glance)
        if self.focused is None:  # the list was not there to be moved in
            self.table.focus()

    def _keep_cursor(self, under: Row | None) -> None:
        """Leave it on its run, or on the group of that; where the list has neither, begin anew."""
        if isinstance(under, int) and under in self._order.statuses:
            self.table.move_to(self.table.row)
        else:
            self.table.start_at_top()

    def draw(self) -> None:
        """Show the page as it is wanted now."""
        if self._page is None:
            return
        if (self._order, self._folded) != (self._page.order, self.view.folded):
            self._order, self._folded = self._page.order, self.view.folded
            self._rows = self._order.rows(self._folded)
            self._highest = max(self._order.statuses, default=0)
        self.place_pane()
        columns = columns_for(self.table.room, self.view.columns, self._highest)
        self.table.show(self._content(columns))

    def _content(self, columns: tuple[Column, ...]) -> Content:
        page = self._page
        return Content(
            order=self._order,
            rows=self._rows,
            records={} if page is None else page.records,
            about=About(
                now=self.seat.clock(),
                devices={} if page is None else page.devices,
                shown=frozenset(column.key for column in columns),
            ),
            columns=columns,
            sort=self.wish.sort,
            by=self.wish.by,
            folded=self._folded,
        )

    def _seek(self) -> None:
        if self._sought:
            self._seeks -= 1
            if self.table.seek(self._sought) or not self._seeks:
                self._sought = 0

    @property
    def table(self) -> RunsTable:
        """The list itself."""
        return self.query_one(RunsTable)

    @property
    def _line(self) -> QueryLine:
        return self.query_one(QueryLine)

    @on(RunsTable.Resized)
    def _fit(self) -> None:
        self.place_pane()
        self.draw()

    @on(RunsTable.Moved)
    def _moved(self) -> None:
        """Tell of another run, once the cursor rests; what is not known yet is read at once."""
        before = self._sight
        self._see()
        if self._sight == before:
            return
        if self._resting is not None:
            self._resting.stop()
        if not self.table.is_known or not self.is_known(self._sight.marked):
            self.look(again=True)
        elif self._sight.room is not None and self._tells_of(self._sight) != self._tells_of(before):
            self._resting = self.set_timer(REST, lambda: self.look(again=True))

    @staticmethod
    def _tells_of(sight: Sight) -> object:
        cursor = sight.cursor  # a group is another object with each new order
        return ((cursor.label,) if isinstance(cursor, Group) else cursor, sight.room)

    def _see(self) -> None:
        """Note what is in sight, for the next look; say what concerns the cursor."""
        table, page = self.table, self._page
        self._sight = Sight(
            ids=table.sight,
            marked=table.marks.ids,
            cursor=table.under,
            room=self.query_one(Pane).room,
            has_devices=any(column.key == "gpu" for column in table.columns),
        )
        if page is not None:
            self.head = captions.head(page, len(table.marks.ids))
        run = table.highlighted
        said = Text() if run is None else situation(run, max(1, self.size.width - 2), "o: more")
        self.query_one("#situation", Static).update(said, layout=False)

    def is_known(self, ids: Iterable[int]) -> bool:
        """Whether the records of these are held."""
        known = self.held
        return all(id in known for id in ids)

    @property
    def held(self) -> dict[int, Run]:
        """The records of the marked runs, and of those in sight."""
        page = self._page
        return {} if page is None else {**page.marked, **page.records}

    def known_runs(self) -> tuple[Run, ...]:
        """The runs in sight."""
        return self.table.known

    @property
    def asked(self) -> str:
        """The filter."""
        return self.wish.query

    def keep_place(self) -> None:
        """Note the run under the cursor."""
        self._kept = self.table.under

    def return_to_place(self) -> None:
        """Put the cursor there as soon as it is listed."""
        if isinstance(self._kept, int):
            self.visit(Subject(runs=(self._kept,)))

    def ask(self, query: str) -> None:
        """Filter otherwise."""
        self.make(replace(self.wish, query=query))

    def leave_line(self) -> None:
        """Back to the list."""
        self.table.focus()

    def make(self, wish: Wish) -> None:
        """Show other runs, or in another order, as soon as they are read."""
        self.wish = wish
        self.look(again=True)

    @on(RunsTable.Folded)
    def _fold(self, message: RunsTable.Folded) -> None:
        self.view = replace(self.view, folded=message.folded)
        self.draw()

    @property
    def is_wide(self) -> bool:
        """Whether there is room beside the list."""
        return self.has_class("-wide")

    def place_pane(self) -> None:
        """Put the pane where it is wanted, or away; below, it takes the rows that are free."""
        self.set_class(self.view.beside if self.is_wide else self._is_below, "-pane")
        height = None if self.is_wide else max(self._free_rows, _BAND)
        if height != self._band:
            self._band = self.query_one(Pane).styles.height = height

    @property
    def _is_below(self) -> bool:
        if self.view.below is None:
            return self._is_free
        return self.view.below and self.size.height >= _LOWEST

    @property
    def _free_rows(self) -> int:
        """Lines below the last row, if nothing stands there."""
        return self.query_one("#runs-whole").size.height - len(self._rows) - 1

    def turn_pane(self) -> None:
        """Show the pane, or take it away."""
        if self.is_wide:
            self.view = replace(self.view, beside=not self.view.beside)
        elif self.has_class("-pane"):
            self.view = replace(self.view, below=False)
        else:  # where rows are free it comes and goes with them
            self.view = replace(self.view, below=None if self._is_free else True)
        self.place_pane()

    @property
    def _is_free(self) -> bool:
        return self._page is not None and self._free_rows >= _BAND
