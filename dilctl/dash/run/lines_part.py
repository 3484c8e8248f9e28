"""A part of lines of text, in which words can be found."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from dilctl.dash.drawing import Pieces
from dilctl.dash.run.find_line import FindLine
from dilctl.dash.run.lines_view import LinesView
from dilctl.dash.run.part import Part, Seen
from dilctl.jobs import Jobs
from storage.records import Run


class LinesPart(Part[Seen], Generic[Seen]):
    """Subclasses say which lines there are."""

    BINDINGS = [
        Binding("slash", "find", "Find", key_display="/", id="run.find"),
        Binding("n", "next(1)", "Next", show=False, id="run.find_next"),
        Binding("N", "next(-1)", "Before", show=False, id="run.find_before"),
        Binding("w", "wrap", "Wrap", show=False, id="run.wrap"),
        Binding("y", "copy", "Copy", show=False, id="run.copy_text"),
    ]
    WRAPS: ClassVar[bool] = True
    FOLLOWS: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._is_searching = False

    def compose(self) -> ComposeResult:
        """The lines, what is to be said of them, and the line for a word."""
        yield LinesView(wraps=self.WRAPS, follows=self.FOLLOWS)
        yield Static(classes="caption", markup=False)
        yield FindLine("a word to find; n and N go on")

    def enter(self) -> None:
        """The lines take the keys."""
        self.screen.set_focus(self.lines)

    @property
    def lines(self) -> LinesView:
        """The view of the lines."""
        return self.query_one(LinesView)

    def say(self) -> None:
        """Say what there is to say of the lines."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a word to look for, its keys are free."""
        del parameters
        return action != "next" or self._is_searching

    def action_find(self) -> None:
        """Type a word to look for."""
        self.query_one(FindLine).open()

    def action_next(self, by: int) -> None:
        """Go to the next place of the word, or the one before."""
        if self.lines.find(by) is None:
            self.live_screen.tell("nothing found; / looks for another word")
        self.say()

    def action_wrap(self) -> None:
        """Break long lines, or let them run out of sight."""
        self.lines.toggle_wrap()

    def action_copy(self) -> None:
        """Copy all lines."""
        self.live_screen.copy(self.lines.text(), f"the {self.TITLE}")

    @on(FindLine.Typed)
    def _mark(self, event: FindLine.Typed) -> None:
        event.stop()
        self._is_searching = bool(event.word)
        self.lines.search(event.word)

    @on(FindLine.Closed)
    def _go_there(self, event: FindLine.Closed) -> None:
        event.stop()
        self.enter()
        if event.word:
            self.action_next(-1 if self.FOLLOWS else 1)


class TextPart(LinesPart[Sequence[Pieces]]):
    """Lines that are read once for each state of a run."""

    def __init__(self) -> None:
        super().__init__()
        self._known: object = None
        self._rows: Sequence[Pieces] = ()

    @abstractmethod
    def rows(self, jobs: Jobs, run: Run) -> Sequence[Pieces]:
        """The lines on a run; called in a thread."""

    def key(self, run: Run) -> object:
        """What the lines depend on: equal, and they are not read again."""
        return run.id, run.status, run.attempt

    def read(self, jobs: Jobs, run: Run) -> Sequence[Pieces]:
        """The lines, where they may be new."""
        key = self.key(run)
        if key != self._known:
            self._rows = self.rows(jobs, run)
            self._known = key
        return self._rows

    def forget(self) -> None:
        """Read the lines anew."""
        self._known = None

    def show(self, seen: Sequence[Pieces]) -> None:
        """Show the lines."""
        self.lines.show(seen)
