"""Something that is read, and that scrolls by the keys of a list."""

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static


class TextView(VerticalScroll, can_focus=True):
    """Shows a rich value as it is; nothing in it is read as markup."""

    BINDINGS = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Beginning", show=False),
        Binding("G", "scroll_end", "End", show=False),
    ]

    def __init__(self, *, id: str, title: str = "") -> None:
        super().__init__(id=id)
        self.border_title = title

    def compose(self) -> ComposeResult:
        """One value."""
        yield Static(Text(), markup=False)

    def show(self, value: RenderableType) -> None:
        """Show another value."""
        self.query_one(Static).update(value)
