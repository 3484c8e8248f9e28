"""The pane that tells of the run under the cursor: state, tags, note, curves, log."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from dilctl.dash.runs.glance import Glance, Room, series
from dilctl.dash.widgets.plot import Plot
from dilctl.dash.words import state
from dilctl.text import one_line, visible
from storage.records import LIVE, Run, Status

NO_CURVE = "no measurement yet"


class Pane(Vertical, can_focus=False):
    """Stands beside the list, or as a band below it."""

    _shown: tuple[Glance | None, Room | None] = (None, None)

    def compose(self) -> ComposeResult:
        """What the run is and does, its curves, the end of its log."""
        yield Static(id="pane-facts", markup=False)
        yield Plot(id="pane-plot")
        yield Static(id="pane-log", markup=False)

    @property
    def room(self) -> Room | None:
        """What fits; None while the pane is away."""
        width, height = self.content_size
        return Room(columns=2 * width, lines=height) if self.display and width else None

    def show(self, glance: Glance | None) -> None:
        """Tell of another run, or of what is new of it."""
        place = (glance, self.room)
        if place == self._shown:
            return
        self._shown = place
        lines = [] if glance is None else [series(curve) for curve in glance.curves]
        # Nothing here changes its size, so nothing is laid out anew while the cursor moves.
        self.query_one("#pane-facts", Static).update(
            Text() if glance is None else facts(glance), layout=False
        )
        self.query_one(Plot).show(lines, axis="gradients", empty="" if glance is None else NO_CURVE)
        tail = self.query_one("#pane-log", Static)
        tail.update(Text() if glance is None else log(glance, tail.size.height), layout=False)


def facts(glance: Glance) -> Text:
    """What a run is and does, why it waits or failed, what people say of it."""
    run = glance.run
    text = Text(f"run {run.id}  ", style="bold").append(visible(run.name))
    text.append("\n").append_text(state(run))
    said = _said(run)
    if said:
        style = "red" if run.status is Status.FAILED else ""
        text.append(f": {one_line(said)}", f"not bold {style}".strip())
    if run.after and run.status is Status.QUEUED:
        text.append(f"\nafter {', '.join(map(str, run.after))}", "not bold")
    if run.tags:
        text.append("\ntags  ", "not bold dim").append(visible(" ".join(run.tags)), "not bold")
    if glance.note is not None:
        text.append("\nnote  ", "not bold dim").append(one_line(glance.note.text), "not bold")
    return text


def _said(run: Run) -> str:
    return (run.activity or run.reason) if run.status in LIVE else run.reason


def log(glance: Glance, height: int) -> Text:
    """The end of a run's log, as far as there is room."""
    lines = glance.log[-height:] if height else ()
    return Text("\n".join(lines), style="dim", no_wrap=True, overflow="ellipsis")
