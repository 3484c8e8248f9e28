"""The pane that tells of what is under the cursor: state, tags, note, curves, log."""

from typing import assert_never

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Static

from dilctl.dash.runs import telling
from dilctl.dash.runs.glance import Glance, Room
from dilctl.dash.runs.group_glance import GroupGlance
from dilctl.dash.runs.telling import Told
from dilctl.dash.widgets.plot import Plot

NO_CURVE = "no measurement yet"

Look = Glance | GroupGlance | None


class Pane(Vertical, can_focus=False):
    """Stands beside the list, or as a band below it."""

    BORDER_TITLE = "o: less"

    _shown: tuple[Look, Room | None] = (None, None)
    _rows = 0

    def compose(self) -> ComposeResult:
        """What the run is and does, its curves, the end of its log."""
        yield Static(id="pane-facts", markup=False)
        with Container(id="pane-rest"):
            yield Plot(id="pane-plot")
            yield Static(id="pane-log", markup=False)

    @property
    def room(self) -> Room | None:
        """What fits; None while the pane is away."""
        width, height = self.content_size
        return Room(columns=2 * width, lines=height) if self.display and width else None

    def show(self, look: Look) -> None:
        """Tell of something else, or of what is new of it."""
        place = (look, self.room)
        if place == self._shown:
            return
        self._shown = place
        told = self._told(look)
        self.query_one(Plot).show(
            told.curves, axis="gradients", empty=NO_CURVE if told.facts else "", title=told.title
        )
        facts, tail = self.query_one("#pane-facts", Static), self.query_one("#pane-log", Static)
        # While the cursor moves, nothing is laid out anew but for facts of another height.
        before = self._rows
        self._rows = len(told.facts.wrap(self.app.console, max(1, self.content_size.width)))
        facts.update(told.facts, layout=self._rows != before)
        text = Text("\n").join(told.below(tail.size.height))
        tail.update(text, layout=False)

    def _told(self, look: Look) -> Told:
        match look:
            case None:
                return Told()
            case Glance():
                return telling.of_run(look, self.content_size.width)
            case GroupGlance():
                return telling.of_group(look)
            case _:
                assert_never(look)

    def on_resize(self) -> None:
        """Another size holds more or less of the same."""
        self.call_after_refresh(self._fill_anew)

    def _fill_anew(self) -> None:
        look, self._shown = self._shown[0], (None, None)
        self.show(look)
