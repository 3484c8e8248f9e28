"""The filter of the list of runs, which the list follows while it is typed."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import TypeVar

from textual import on
from textual.binding import Binding

from dilctl.dash.querying import Querying
from dilctl.dash.runs import words
from dilctl.dash.widgets.query_line import QueryLine
from storage.records import Run

Page = TypeVar("Page")


class Filtered(Querying[Page]):
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

    @on(QueryLine.Left)
    def _as_before(self) -> None:
        self.close_line()
        if self.asked != self._query_before:
            self.return_to_place()
            self.ask(self._query_before)

    def understood(self, query: str, *, is_final: bool) -> None:
        """The list follows each query, also while it is typed."""
        del is_final
        if query != self.asked:
            self.ask(query)
