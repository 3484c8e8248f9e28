"""Machines, what they do and who holds what, the queue with its reasons, the newest events."""

from collections.abc import Iterator, Sequence

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical

from dilctl.dash.actions.screen import ActingScreen
from dilctl.dash.live import Seat
from dilctl.dash.machines.blocks import block
from dilctl.dash.machines.lines import Lines, Row
from dilctl.dash.machines.reading import MachinesPage, MachinesReader
from dilctl.dash.machines.rows import Sentence, happened, waiting
from dilctl.dash.news import News
from dilctl.dash.places import Place, Subject
from dilctl.text import visible
from dilctl.words import SIGNS
from storage.records import LIVE, Run, Status

_SPACE = Sentence(text="")
_UNSEEN = "no agent has looked at it yet"
_NOBODY = "no agent works, so nothing starts"
_NOTHING = "Nothing has happened yet."
_NOTHING_SINCE = "Nothing since runs were removed."


class MachinesScreen(ActingScreen[MachinesPage]):
    """Three parts; in a narrow terminal the one with the keys takes most of the room."""

    AUTO_FOCUS = "#hosts"
    PLACE = Place.MACHINES
    CSS_PATH = "machines.tcss"
    BINDINGS = [
        Binding("tab", "app.focus_next", "Next part", key_display="tab", id="machines.next-part"),
        Binding("y", "copy_line", "Copy line", id="machines.copy"),
    ]

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat)
        self._reader = MachinesReader(seat.jobs, seat.clock)
        self._runs: dict[int, Run] = {}

    def compose_body(self) -> ComposeResult:
        """Machines beside, or above, the queue and the events."""
        with Horizontal(id="parts"):
            yield Lines("machines", id="hosts")
            with Vertical(id="happenings"):
                yield Lines("queue", id="queue")
                yield Lines("events", id="events")

    def read(self, news: News) -> MachinesPage:
        """One look at machines, queue and events."""
        return self._reader.read(news)

    def forget(self) -> None:
        """Read queue and events anew at the next look."""
        self._reader.forget()

    def show(self, page: MachinesPage) -> None:
        """Bring the three parts up to date."""
        self.head = _head(page)
        self._runs = {run.id: run for run in _at_hand(page)}
        waits = page.counts.get(Status.QUEUED, 0)
        self.advice = "" if page.works or not waits else _advice(page)
        self.query_one("#hosts", Lines).show(_hosts(page))
        queue = self.query_one("#queue", Lines)
        queue.border_title = _queue_title(waits, len(page.queue))
        queue.show(_queue(page))
        events = [happened(event, page.now) for event in page.events]
        nothing = [Sentence(text=_NOTHING_SINCE if page.has_past else _NOTHING, style="dim")]
        self.query_one("#events", Lines).show(events or nothing)

    def chosen_runs(self) -> tuple[Run, ...]:
        """The run under the cursor, if it lives or waits."""
        run = self._runs.get(self.focused.chosen or 0) if isinstance(self.focused, Lines) else None
        return () if run is None else (run,)

    @on(Lines.Opened)
    def _open(self, message: Lines.Opened) -> None:
        self.go(Place.RUN, Subject(runs=(message.run,)))

    def action_copy_line(self) -> None:
        """Put the line under the cursor on the clipboard."""
        if isinstance(self.focused, Lines) and self.focused.chosen_line:
            self.copy(self.focused.chosen_line, "the line")


def _at_hand(page: MachinesPage) -> Iterator[Run]:
    """The runs that live or wait."""
    for host in page.hosts:
        yield from (run for run, _ in host.held)
    yield from (run for _, run in page.queue)


def _head(page: MachinesPage) -> Text:
    live = sum(page.counts.get(status, 0) for status in LIVE)
    works = sum(host.agent is not None and host.agent.state == "working" for host in page.hosts)
    agents = {0: "no agent works", 1: "1 agent works"}.get(works, f"{works} agents work")
    head = Text("machines  ", style="bold").append(agents, style="not bold")
    head.append(f"  {SIGNS[Status.RUNNING]} {live:,} live", style="not bold green")
    waits = page.counts.get(Status.QUEUED, 0)
    return head.append(f"  {SIGNS[Status.QUEUED]} {waits:,} wait", style="not bold cyan")


def _advice(page: MachinesPage) -> str:
    return (
        f"Nothing of the queue starts: no agent works. On {visible(page.here.host)}, for one: "
        "dilctl agent start"
    )


def _hosts(page: MachinesPage) -> Sequence[Row]:
    rows: list[Row] = []
    for host in page.hosts:
        rows += [_SPACE] if rows else []
        rows += block(host, page.now, page.runs_weigh if host.seen else None)
    return rows


def _queue_title(waits: int, shown: int) -> str:
    if not waits:
        return "queue"
    part = f", the first {shown:,} shown" if shown < waits else ""
    return f"queue: {waits:,} wait{'s' if waits == 1 else ''}{part}"


def _queue(page: MachinesPage) -> Sequence[Row]:
    why = _UNSEEN if page.works else _NOBODY
    rows = [waiting(run, place, why=why) for place, run in page.queue]
    return rows or [Sentence(text="Nothing waits. To queue a run: dilctl submit", style="dim")]
