"""A row of titles: the parts of a screen, of which one is shown."""

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget


class PartsBar(Widget, can_focus=False):
    """A click chooses a part; so does ``turn``, which screens bind to the tab key."""

    DEFAULT_CSS = """
    PartsBar { height: 1; padding: 0 1; color: $text-muted; }
    """

    class Chosen(Message):
        """Another part is to be shown."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    def __init__(self, parts: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts = tuple(parts)
        self._chosen = self._parts[0]

    @property
    def chosen(self) -> str:
        """The part that is shown."""
        return self._chosen

    def choose(self, part: str) -> None:
        """Show a part; what is no part is ignored."""
        if part in self._parts and part != self._chosen:
            self._chosen = part
            self.refresh()
            self.post_message(self.Chosen(part))

    def turn(self, by: int) -> None:
        """Show the next part, or the one before; after the last comes the first."""
        index = self._parts.index(self._chosen) + by
        self.choose(self._parts[index % len(self._parts)])

    def render(self) -> Text:
        """The titles, the chosen one marked."""
        return Text("  ", no_wrap=True).join(
            Text(f"▸{part}", style="bold underline") if part == self._chosen else Text(f" {part}")
            for part in self._parts
        )

    def on_click(self, event: events.Click) -> None:
        """Choose the part under the pointer."""
        end = self.styles.padding.left
        for part in self._parts:
            end += len(part) + 3
            if event.x < end:
                self.choose(part)
                return
