"""Only some runs count: a query that narrows a board down."""

from dataclasses import replace

from textual import on
from textual.binding import Binding

from dilctl.dash.board.looking import Looking
from dilctl.dash.board.reading import BoardPage
from dilctl.dash.querying import Querying
from dilctl.dash.widgets.query_line import QueryLine


class Filtering(Querying[BoardPage], Looking):
    """Faults are told while a query is typed; a board costs too much to be computed at each key."""

    BINDINGS = [
        # Of priority, so that the line is there before the next key of a fast hand.
        Binding("slash", "query", "Filter", key_display="/", priority=True, id="board.filter"),
    ]

    def action_query(self) -> None:
        """Let a query be typed."""
        self.query_one(QueryLine).open(self.wish.query)
        self.refresh_bindings()

    def leave_line(self) -> None:
        """Back to the board."""
        self.keep_focus()

    @on(QueryLine.Left)
    def _left(self) -> None:
        self.close_line()

    def understood(self, query: str, *, is_final: bool) -> None:
        """Only Enter narrows the board down."""
        if is_final:
            self.make(replace(self.wish, query=query))
