"""The form in which it is said by which column the list of runs is sorted."""

from collections.abc import Iterable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from dilctl.dash.modal import Modal
from dilctl.dash.runs.columns import KNOWN, Column

_HINT = "enter sorts, the present one the other way round · esc leaves"


class SortingForm(Modal[str | None]):
    """Returns the key of a column, None to leave all as it is.

    Args:
        now: what is sorted by.
        columns: those that are shown, which stand before all others.
    """

    BINDINGS = [
        Binding("escape,s", "leave", "Leave"),
        Binding("j", "list('cursor_down')", "Down", show=False),
        Binding("k", "list('cursor_up')", "Up", show=False),
        Binding("g", "list('first')", "First", show=False),
        Binding("G", "list('last')", "Last", show=False),
    ]

    def __init__(self, now: str, columns: Iterable[Column]) -> None:
        super().__init__()
        self._now = now
        every = {column.key: column for column in (*columns, *KNOWN.values()) if column.sort}
        self._columns = tuple(every.values())

    def compose(self) -> ComposeResult:
        """All columns that sort, what the keys do."""
        with Vertical(id="sorting-form"):
            yield Static(Text("Sort by", style="bold"), markup=False)
            yield OptionList(
                *(Option(self._line(column), id=column.key) for column in self._columns),
                id="sorting-list",
                markup=False,
            )
            yield Static(_HINT, id="sorting-hint", markup=False)

    def on_mount(self) -> None:
        """Begin at the present one."""
        listed = self.query_one(OptionList)
        places = (i for i, column in enumerate(self._columns) if self._is_now(column))
        listed.highlighted = next(places, 0)
        listed.focus()

    def _is_now(self, column: Column) -> bool:
        return column.sort == (self._now or "id").removeprefix("-")

    def _line(self, column: Column) -> Text:
        is_now = self._is_now(column)
        arrow = "▴" if self._now and not self._now.startswith("-") else "▾"
        widest = max(len(column.title) for column in self._columns)
        text = Text(
            f"{arrow if is_now else ' '} {column.title:<{widest}}", "bold" if is_now else ""
        )
        return text.append(f"  {column.help}", "not bold dim")

    def action_list(self, action: str) -> None:
        """Move in the list."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)
