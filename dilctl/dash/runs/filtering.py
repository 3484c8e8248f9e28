"""The filter of the list of runs, which the list follows while it is typed."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import TypeVar

from textual import on, work
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from dilctl.dash.live import EXPECTED, LiveScreen
from dilctl.dash.runs import words
from dilctl.dash.widgets.query_line import QueryLine
from storage.records import Run

Page = TypeVar("Page")


class Tried(Message, bubble=False):
    """A query was asked once, to see whether it is one; an error says why it is none."""

    def __init__(self, query: str, error: Exception | None, *, is_final: bool) -> None:
        super().__init__()
        self.query = query
        self.error = error
        self.is_final = is_final


class Filtered(LiveScreen[Page]):
    """A screen with one ``QueryLine``."""

    BINDINGS = [
        # Of priority, so that the line is there before the next key of a fast hand.
        Binding("slash", "query", "Filter", key_display="/", priority=True, id="runs.filter"),
    ]

    _query_before = ""

    @property
    @abstractmethod
    def asked(self) -> str:
        """The present query."""

    @abstractmethod
    def ask(self, query: str) -> None:
        """Show what a query means, which is one."""

    @abstractmethod
    def leave_line(self) -> None:
        """Put the focus where it was before the line had it."""

    @abstractmethod
    def keep_place(self) -> None:
        """Note where the cursor is, before another query is typed."""

    @abstractmethod
    def return_to_place(self) -> None:
        """Put it there again, as that query was left."""

    @abstractmethod
    def known_runs(self) -> Iterable[Run]:
        """Runs whose words a query is completed with."""

    def action_query(self) -> None:
        """Let a query be typed."""
        line = self.query_one(QueryLine)
        if not line.is_open:
            self._query_before = self.asked
            self.keep_place()
        line.open(self.asked, words.completions(self.known_runs()))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does anything just now: a query may have a stroke in it."""
        if action == "query" and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def _close(self) -> None:
        self.set_focus(None)
        self.query_one(QueryLine).close()
        self.leave_line()
        self.refresh_bindings()

    @on(QueryLine.Left)
    def _as_before(self) -> None:
        self._close()
        if self.asked != self._query_before:
            self.return_to_place()
            self.ask(self._query_before)

    @on(QueryLine.Typed)
    def _typed(self, message: QueryLine.Typed) -> None:
        self._try_in_thread(message.query, is_final=False)

    @on(QueryLine.Asked)
    def _asked(self, message: QueryLine.Asked) -> None:
        self._try_in_thread(message.query, is_final=True)

    @work(thread=True)
    def _try_in_thread(self, query: str, *, is_final: bool) -> None:
        try:
            self.seat.jobs.count(query)
        except EXPECTED as error:
            self.post_message(Tried(query, error, is_final=is_final))
        else:
            self.post_message(Tried(query, None, is_final=is_final))

    def on_tried(self, message: Tried) -> None:
        """Say what is wrong with a query, or show what it means; unless it was changed or left."""
        line = self.query_one(QueryLine)
        if not line.is_asking(message.query):
            return
        if message.error is not None:
            line.complain(message.error, moves_cursor=message.is_final)
            return
        if message.is_final:
            self._close()
        if message.query.strip() != self.asked:
            self.ask(message.query.strip())
