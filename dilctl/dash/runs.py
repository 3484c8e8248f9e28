"""The list of runs: what each does, how far it is and how well it restores."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import DataTable, Footer, Input, Static

from dilctl.dash import captions
from dilctl.dash.board import BoardScreen
from dilctl.dash.confirm import Question
from dilctl.dash.live import LiveScreen
from dilctl.dash.reading import EXPECTED, RunsPage, RunsReader, Wish
from dilctl.dash.run import RunScreen
from dilctl.dash.widgets.banner import Banner
from dilctl.dash.widgets.query_line import QueryLine
from dilctl.dash.widgets.runs_table import RunsTable
from dilctl.dash.words import situation
from dilctl.jobs import Jobs, who
from dilctl.text import visible
from storage.records import ENDED, Run, Status


class Cancelled(Message, bubble=False):
    """A cancellation was carried out or refused; a sentence says which."""

    def __init__(self, sentence: str, *, is_refused: bool) -> None:
        super().__init__()
        self.sentence = sentence
        self.is_refused = is_refused


class Tried(Message, bubble=False):
    """A query was asked once, to see whether it is one; an error says why it is none."""

    def __init__(self, query: str, error: Exception | None) -> None:
        super().__init__()
        self.query = query
        self.error = error


class RunsScreen(LiveScreen[RunsPage]):
    """A table of runs, all or those of a query; below it a line on the run under the cursor."""

    BINDINGS = [
        Binding("b", "board", "Board"),
        Binding("c", "cancel", "Cancel run"),
        # Of priority, so that the line is there before the next key of a fast hand.
        Binding("slash", "query", "Filter", key_display="/", priority=True),
        Binding("s", "sort", "Sort"),
        Binding("r", "refresh", "Refresh"),
        Binding("escape", "leave_query", "Leave the filter as it is"),
    ]

    def __init__(self, jobs: Jobs, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._jobs = jobs
        self._clock = clock
        self._wish = Wish()
        self._reader = RunsReader(jobs)
        self._page: RunsPage | None = None

    def compose(self) -> ComposeResult:
        """Head, banner, table, the query's line, a line on the run under the cursor, keys."""
        yield Static(Text("dilctl  reading the registry …"), id="head", markup=False)
        yield Banner()
        with Vertical(id="body"):
            yield RunsTable(id="runs")
            yield Static(captions.EMPTY, id="empty", markup=False)
        yield QueryLine()
        yield Static(id="situation", markup=False)
        yield Footer(show_command_palette=False)

    def read(self) -> RunsPage:
        """The runs now."""
        return self._reader.read()

    def forget(self) -> None:
        """Read the whole page at the next look."""
        self._reader = RunsReader(self._jobs, self._wish)

    def show(self, page: RunsPage) -> None:
        """Bring head, banner, table and line up to date."""
        if page.wish != self._wish:  # another one was made while this page was read
            return
        is_other_list = self._page is not None and self._page.wish != page.wish
        self._page = page
        self.query_one("#head", Static).update(captions.head(page))
        self.query_one(Banner).advice = captions.advice(page.agent)
        self.query_one("#empty", Static).update(captions.empty(page))
        self.set_class(not page.runs, "-empty")
        self._draw_table()
        if is_other_list:
            self.query_one(RunsTable).start_at_top()
        if self.focused is None:  # the table was not there to be moved in
            self.query_one(RunsTable).focus()

    @on(RunsTable.Resized)
    def _draw_table(self) -> None:
        if self._page is not None:
            self.query_one(RunsTable).show(self._page.runs, self._clock())
            self._draw_situation()

    @on(DataTable.RowHighlighted)
    def _draw_situation(self) -> None:
        run = self.query_one(RunsTable).highlighted
        self.query_one("#situation", Static).update(Text() if run is None else situation(run))

    @on(DataTable.RowSelected)
    def _open(self) -> None:
        run = self.query_one(RunsTable).highlighted
        if run is not None:
            self.app.push_screen(RunScreen(self._jobs, run.id, clock=self._clock))

    def action_board(self) -> None:
        """Show who generalises."""
        self.app.push_screen(BoardScreen(self._jobs))

    def action_query(self) -> None:
        """Let a query be typed."""
        self.query_one(QueryLine).open(self._wish.query)
        self.refresh_bindings()

    def action_leave_query(self) -> None:
        """Type no more; the list stays as it is."""
        self.set_focus(None)
        self.set_focus(self.query_one(RunsTable))
        self.query_one(QueryLine).close()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether a key does anything just now."""
        del parameters
        match action:
            case "leave_query":
                return any(line.is_open for line in self.query(QueryLine))
            case "query":
                return not isinstance(self.focused, Input)
            case _:
                return True

    @on(QueryLine.Asked)
    def _ask(self, message: QueryLine.Asked) -> None:
        self._try_in_thread(message.query)

    @work(thread=True)
    def _try_in_thread(self, query: str) -> None:
        try:
            self._jobs.count(query)
        except EXPECTED as error:
            self.post_message(Tried(query, error))
        else:
            self.post_message(Tried(query, None))

    def on_tried(self, message: Tried) -> None:
        """Say what is wrong with a query, or show what it means; unless it was changed or left."""
        line = self.query_one(QueryLine)
        if not line.is_asking(message.query):
            return
        if message.error is not None:
            line.complain(message.error)
            return
        self.action_leave_query()
        self._make(replace(self._wish, query=message.query.strip()))

    def action_sort(self) -> None:
        """Sort by the next of newest, unseen and seen PSNR."""
        self._make(replace(self._wish, order=self._wish.order.following))

    def _make(self, wish: Wish) -> None:
        self._wish = wish
        self.action_refresh()

    def action_cancel(self) -> None:
        """Ask, then cancel the run under the cursor."""
        run = self.query_one(RunsTable).highlighted
        if run is None:
            return
        if run.status in ENDED:
            self.notify(f"Run {run.id} has ended: it is {run.status}.", markup=False)
            return
        self.app.push_screen(_question(run), lambda answer: self._answered(run, answer=answer))

    def _answered(self, run: Run, *, answer: bool | None) -> None:
        if answer:
            self._cancel_in_thread(run.id)

    @work(thread=True)
    def _cancel_in_thread(self, run: int) -> None:
        try:
            (after,) = self._jobs.cancel([run], who=who())
        except EXPECTED as error:
            self.post_message(Cancelled(str(error), is_refused=True))
        else:
            done = "is cancelled" if after.status is Status.CANCELLED else "is asked to stop"
            self.post_message(Cancelled(f"Run {run} {done}.", is_refused=False))

    def on_cancelled(self, message: Cancelled) -> None:
        """Say what became of it and look at once."""
        severity = "error" if message.is_refused else "information"
        self.notify(visible(message.sentence), severity=severity, markup=False)
        self.look(again=True)


def _question(run: Run) -> Question:
    consequence = (
        "It has not started: nothing is lost."
        if run.status is Status.QUEUED
        else "It stops at its next step; its checkpoint stays, but it cannot be resumed."
    )
    return Question(
        f"Cancel run {run.id}, {run.name}?", consequence, yes="Cancel the run", no="Keep it"
    )
