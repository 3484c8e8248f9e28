"""The line at the bottom in which a query is typed, and what is wrong with it."""

from collections.abc import Callable, Iterable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widgets import Input, Static

from dilctl.text import visible
from storage.errors import QueryError

LONGEST = 4000
PLACEHOLDER = "rule=erm and psnr@crops:unseen > 25"
REST = 0.15
"""Seconds without a key after which what is typed is tried."""

Complete = Callable[[str, Iterable[str]], str | None]


class _Completion(Suggester):
    """Shows how the last word may go on."""

    def __init__(self, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete
        self.words: tuple[str, ...] = ()

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line as it may become."""
        return self._complete(value, self.words)


class _Input(Input):
    """One line of text in which nothing hides."""

    BINDINGS = [
        Binding("enter", "submit", "Filter", id="query.take"),
        Binding("escape", "leave", "As it was", id="query.leave"),
        Binding("tab", "complete", "Complete", id="query.complete"),
    ]

    class Left(Message):
        """Escape was pressed."""

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in; a paste may bring what a terminal would obey, which is made visible."""
        super().replace(visible(text), start, end)

    def action_complete(self) -> None:
        """Take what is suggested."""
        if self.cursor_at_end:
            self.action_cursor_right()

    def action_leave(self) -> None:
        """Type no more."""
        self.post_message(self.Left())


class QueryLine(Vertical):
    """Opens and closes; stays open, with a picture of the fault, until a query is understood.

    Args:
        complete: makes the last word of a query whole, out of these.
    """

    class Typed(Message):
        """The query was changed, and the keys have rested since."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Asked(Message):
        """Enter was pressed."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Left(Message):
        """It is to be as it was before."""

    def __init__(self, complete: Complete = lambda _query, _words: None) -> None:
        super().__init__()
        self._completion = _Completion(complete)
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Sign and input, then the sentence on a fault, then its picture."""
        with Horizontal(id="query-row"):
            yield Static("/", id="query-sign")
            yield _Input(
                placeholder=PLACEHOLDER,
                compact=True,
                max_length=LONGEST,
                suggester=self._completion,
                id="query",
            )
        yield Static(id="fault", markup=False)
        yield Static(id="picture", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether a query is being typed."""
        return bool(self.display)

    def open(self, query: str, words: Iterable[str] = ()) -> None:
        """Show the line, or go on typing in it; the query of before is selected, to be replaced.

        Args:
            query: what stands in it at first.
            words: what a word may become.
        """
        line = self.query_one(_Input)
        if not self.is_open:
            self._completion.words = tuple(words)
            self.display = True
            with self.prevent(Input.Changed):
                line.value = query
            line.select_all()
            self._say("", "")
        self.screen.set_focus(line)  # at once: what is typed ahead is part of the query

    def close(self) -> None:
        """Take the line away."""
        self._hush()
        self.display = False

    def is_asking(self, query: str) -> bool:
        """Whether an answer to a query is still waited for."""
        return self.is_open and self.query_one(_Input).value == query

    def complain(self, error: Exception, *, moves_cursor: bool = True) -> None:
        """Say what is wrong, and point there."""
        match error:
            case QueryError():
                self._say(error.sentence, error.picture)
                if moves_cursor:
                    self.query_one(_Input).cursor_position = error.column - 1
            case _:
                self._say(str(error), "")

    def _say(self, sentence: str, picture: str) -> None:
        lines = "\n".join(visible(line) for line in picture.splitlines())
        self.query_one("#fault", Static).update(Text(visible(sentence)))
        self.query_one("#picture", Static).update(Text(lines))
        self.set_class(bool(sentence), "-faulty")

    def _hush(self) -> None:
        if self._resting is not None:
            self._resting.stop()

    @on(Input.Changed)
    def _wait_for_rest(self, event: Input.Changed) -> None:
        event.stop()
        self._say("", "")
        self._hush()
        if self.is_open:
            self._resting = self.set_timer(REST, lambda: self._try(event.value))

    def _try(self, query: str) -> None:
        if self.is_asking(query):
            self.post_message(self.Typed(query))

    @on(Input.Submitted)
    def _ask(self, event: Input.Submitted) -> None:
        event.stop()
        self._hush()
        self.post_message(self.Asked(event.value))

    @on(_Input.Left)
    def _leave(self, event: _Input.Left) -> None:
        event.stop()
        self.post_message(self.Left())
