"""A screen with one line in which a query is typed, and tried at each key."""

from abc import abstractmethod
from typing import TypeVar

from textual import on, work
from textual.message import Message
from textual.widgets import Input

from dilctl.dash.live import EXPECTED, LiveScreen
from dilctl.dash.widgets.query_line import QueryLine

Page = TypeVar("Page")


class Tried(Message, bubble=False):
    """A query was asked once, to see whether it is one; an error says why it is none."""

    def __init__(self, query: str, error: Exception | None, *, is_final: bool) -> None:
        super().__init__()
        self.query = query
        self.error = error
        self.is_final = is_final


class Querying(LiveScreen[Page]):
    """Subclasses bind a key to ``query``, and say what becomes of a query that is one."""

    @abstractmethod
    def understood(self, query: str, *, is_final: bool) -> None:
        """A query is one, without outer blanks; ``is_final`` once Enter was pressed."""

    @abstractmethod
    def leave_line(self) -> None:
        """Put the focus where it was before the line had it."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does anything just now: a query may have a stroke in it."""
        if action == "query" and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def close_line(self) -> None:
        """Type no more."""
        self.set_focus(None)
        self.query_one(QueryLine).close()
        self.leave_line()
        self.refresh_bindings()

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
        """Say what is wrong with a query, or take it; unless it was changed or left."""
        line = self.query_one(QueryLine)
        if not line.is_asking(message.query):
            return
        if message.error is not None:
            line.complain(message.error, moves_cursor=message.is_final)
            return
        if message.is_final:
            self.close_line()
        self.understood(message.query.strip(), is_final=message.is_final)
