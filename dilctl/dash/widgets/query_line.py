"""The line at the bottom in which a query is typed, and what is wrong with it."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from dilctl.text import visible
from storage.errors import QueryError

LONGEST = 4000
PLACEHOLDER = "rule=erm and psnr@crops:unseen > 25"


class _Input(Input):
    """One line of text in which nothing hides."""

    BINDINGS = [Binding("enter", "submit", "Filter")]

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in; a paste may bring what a terminal would obey, which is made visible."""
        super().replace(visible(text), start, end)


class QueryLine(Vertical):
    """Opens and closes; stays open, with a picture of the fault, until a query is understood."""

    class Asked(Message):
        """Enter was pressed."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    def compose(self) -> ComposeResult:
        """Sign and input, then the sentence on a fault, then its picture."""
        with Horizontal(id="query-row"):
            yield Static("/", id="query-sign")
            yield _Input(placeholder=PLACEHOLDER, compact=True, max_length=LONGEST, id="query")
        yield Static(id="fault", markup=False)
        yield Static(id="picture", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether a query is being typed."""
        return bool(self.display)

    def open(self, query: str) -> None:
        """Show the line, or go on typing in it; the query of before is selected, to be replaced."""
        line = self.query_one(_Input)
        if not self.is_open:
            self.display = True
            line.value = query
            self._say("", "")
        self.screen.set_focus(line)  # at once: what is typed ahead is part of the query

    def close(self) -> None:
        """Take the line away."""
        self.display = False

    def is_asking(self, query: str) -> bool:
        """Whether an answer to a query is still waited for."""
        return self.is_open and self.query_one(_Input).value == query

    def complain(self, error: Exception) -> None:
        """Say what is wrong, and point there."""
        match error:
            case QueryError():
                self._say(error.sentence, error.picture)
                self.query_one(_Input).cursor_position = error.column - 1
            case _:
                self._say(str(error), "")

    def _say(self, sentence: str, picture: str) -> None:
        lines = "\n".join(visible(line) for line in picture.splitlines())
        self.query_one("#fault", Static).update(Text(visible(sentence)))
        self.query_one("#picture", Static).update(Text(lines))
        self.set_class(bool(sentence), "-faulty")

    @on(Input.Changed)
    def _forget_fault(self, event: Input.Changed) -> None:
        event.stop()
        self._say("", "")

    @on(Input.Submitted)
    def _ask(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Asked(event.value))
