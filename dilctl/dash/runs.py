"""The list of runs: what each does, how far it is and how well it restores."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import DataTable, Footer, Static

from dilctl.dash.board import BoardScreen
from dilctl.dash.confirm import Question
from dilctl.dash.live import LiveScreen
from dilctl.dash.reading import EXPECTED, PAGE, RunsPage, RunsReader
from dilctl.dash.run import RunScreen
from dilctl.dash.widgets.banner import Banner
from dilctl.dash.widgets.runs_table import RunsTable
from dilctl.dash.words import STYLES, situation
from dilctl.jobs import AgentState, Jobs, who
from dilctl.text import visible
from dilctl.words import SIGNS
from storage.records import ENDED, Run, Status

EMPTY = Text.assemble(
    ("There are no runs yet.\n\n", "bold"),
    "Watch two rules compete on photographs that ship with dilctl, in minutes:\n",
    ("  dilctl demo\n\n", "bold green"),
    "or queue runs of your own, here both rules with two seeds each, and start an agent:\n",
    ("  dilctl submit denoise-small --sweep rule=erm,dil-sf --seeds 1,2\n", "bold green"),
    ("  dilctl agent run\n\n", "bold green"),
    ("They appear here as soon as they are queued.", "dim"),
)


class Cancelled(Message, bubble=False):
    """A cancellation was carried out or refused; a sentence says which."""

    def __init__(self, sentence: str, *, is_refused: bool) -> None:
        super().__init__()
        self.sentence = sentence
        self.is_refused = is_refused


class RunsScreen(LiveScreen[RunsPage]):
    """A table of runs, live ones first; one line below it on the run under the cursor."""

    BINDINGS = [
        Binding("b", "board", "Board"),
        Binding("c", "cancel", "Cancel run"),
        Binding("r", "refresh", "Refresh"),
    ]

    def __init__(self, jobs: Jobs, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._jobs = jobs
        self._clock = clock
        self._reader = RunsReader(jobs)
        self._page: RunsPage | None = None

    def compose(self) -> ComposeResult:
        """Head, banner, table, a line on the run under the cursor, keys."""
        yield Static(Text("dilctl  reading the registry …"), id="head", markup=False)
        yield Banner()
        with Vertical(id="body"):
            yield RunsTable(id="runs")
            yield Static(EMPTY, id="empty")
        yield Static(id="situation", markup=False)
        yield Footer(show_command_palette=False)

    def read(self) -> RunsPage:
        """The runs now."""
        return self._reader.read()

    def forget(self) -> None:
        """Read the whole page at the next look."""
        self._reader = RunsReader(self._jobs)

    def show(self, page: RunsPage) -> None:
        """Bring head, banner, table and line up to date."""
        self._page = page
        self.query_one("#head", Static).update(_head(page))
        self.query_one(Banner).advice = _advice(page.agent)
        self.set_class(not page.runs, "-empty")
        self._draw_table()

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


def _advice(agent: AgentState) -> str:
    if agent.running:
        return ""
    return (
        f"No agent runs on {visible(agent.host)}. Start one in another terminal: dilctl agent run"
    )


def _head(page: RunsPage) -> Text:
    head = Text("dilctl  ", style="bold")
    counts = Counter(run.status for run in page.runs)
    for status, style in STYLES.items():
        if counts[status]:
            head.append(
                f"{SIGNS[status]} {counts[status]} {status.value}  ", style=style or "not bold"
            )
    if len(page.runs) == PAGE:
        head.append(f"of the newest {PAGE}  ", style="not bold dim")
    if page.agent.running:
        head.append(f"agent on {visible(page.agent.host)}", style="not bold dim")
    return head
