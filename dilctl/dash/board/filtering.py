"""Only some runs count: a query that narrows a board down."""

from dataclasses import replace

from textual import on, work
from textual.binding import Binding
from textual.widgets import Input

from dilctl.dash.board.looking import Looking
from dilctl.dash.board.messages import Tried
from dilctl.dash.live import EXPECTED
from dilctl.dash.widgets.query_line import QueryLine


class Filtering(Looking):
    """Faults are told while a query is typed; a board costs too much to be computed at each key."""

    BINDINGS = [
        # Of priority, so that the line is there before the next key of a fast hand.
        Binding("slash", "query", "Filter", key_display="/", priority=True, id="board.filter"),
    ]

    def action_query(self) -> None:
        """Let a query be typed."""
        self.query_one(QueryLine).open(self.wish.query)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does anything just now: a query may have a stroke in it."""
        if action == "query" and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    @on(QueryLine.Left)
    def _close(self) -> None:
        self.set_focus(None)
        self.query_one(QueryLine).close()
        self.keep_focus()
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
        """Say what is wrong with a query, or show what it means; unless it was changed or left."""
        line = self.query_one(QueryLine)
        if not line.is_asking(message.query):
            return
        if message.error is not None:
            line.complain(message.error, moves_cursor=message.is_final)
        elif message.is_final:
            self._close()
            self.make(replace(self.wish, query=message.query.strip()))
