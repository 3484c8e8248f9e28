"""A framed text that scrolls, keeps its place when it grows, and can follow its end."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static


class Panel(VerticalScroll, can_focus=False):
    """Shows text as it is; nothing in it is read as markup."""

    def __init__(self, title: str, *, id: str) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._text = Text()

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(self._text, markup=False)

    def show(self, text: Text, *, follows_end: bool = False) -> None:
        """Show another text; ``follows_end`` keeps its end in sight if it was in sight."""
        if text == self._text:
            return
        was_at_end = self.max_scroll_y - self.scroll_offset.y <= 1
        self._text = text
        self.query_one(Static).update(text)
        if follows_end and was_at_end:
            self.call_after_refresh(self.scroll_end, animate=False)
