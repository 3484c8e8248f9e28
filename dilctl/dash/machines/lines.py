"""A list of lines of which some stand for runs: those can be chosen and opened."""

from collections.abc import Sequence
from typing import Protocol

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

_MARK = 2
"""Cells before each line, for the sign that shows which one is chosen."""


class Row(Protocol):
    """What a line shows: a frozen value, so that equal ones are drawn once."""

    @property
    def run(self) -> int | None:
        """The run that the line stands for."""
        ...

    def draw(self, width: int) -> Text:
        """The line, in exactly that many cells."""
        ...


class Lines(ScrollView, can_focus=True):
    """Draws what is in sight; what is chosen stays so, wherever its line goes."""

    BINDINGS = [
        Binding("up,k", "move(-1)", "Up", show=False, id="machines.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="machines.down"),
        Binding("g,home", "end(-1)", "First", show=False, id="machines.first"),
        Binding("G,end", "end(1)", "Last", show=False, id="machines.last"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="machines.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="machines.page-down"),
        Binding("enter", "open", "Open run", id="machines.open"),
    ]

    class Opened(Message):
        """Somebody wants to see a run."""

        def __init__(self, run: int) -> None:
            super().__init__()
            self.run = run

    def __init__(self, title: str, *, id: str) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._rows: tuple[Row, ...] = ()
        self._cursor = 0

    @property
    def chosen(self) -> int | None:
        """The run under the cursor."""
        return self._rows[self._cursor].run if self._rows else None

    @property
    def chosen_line(self) -> str:
        """The line under the cursor as plain text."""
        if not self._rows:
            return ""
        return " ".join(self._rows[self._cursor].draw(200).plain.split())

    def show(self, rows: Sequence[Row]) -> None:
        """Show other lines; what has not changed is not drawn again."""
        before, self._rows = self._rows, tuple(rows)
        if before == self._rows:
            return
        self._follow(before)
        if len(rows) != len(before):
            self.virtual_size = Size(self.size.width, len(rows))
            self.refresh(layout=True)
        for index, row in enumerate(self._rows):
            if index >= len(before) or before[index] != row:
                self._redraw(index)

    def _follow(self, before: Sequence[Row]) -> None:
        """Keep the cursor on its run, else on its line."""
        run = before[self._cursor].run if before else None
        places = [index for index, row in enumerate(self._rows) if row.run == run]
        if run is not None and places:
            self._cursor = min(places, key=lambda place: abs(place - self._cursor))
        self._cursor = min(self._cursor, max(0, len(self._rows) - 1))

    def render_line(self, y: int) -> Strip:
        """One line of those in sight."""
        index, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        is_chosen = index == self._cursor and self.has_focus
        line = Text("▸ " if is_chosen else "  ")
        line.append_text(self._rows[index].draw(max(1, width - _MARK)))
        segments = list(line.render(self.app.console, end=""))
        strip = Strip(Segment.apply_style(segments), cell_len(line.plain))
        strip = strip.crop_extend(0, width, self.rich_style).apply_style(self.rich_style)
        return strip.apply_style(Style(bold=True)) if is_chosen else strip

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001 (Textual's signature)
        """The cursor is seen where the keys go."""
        super().watch_has_focus(_has_focus)
        self._redraw(self._cursor)

    def _redraw(self, index: int) -> None:
        self.refresh(Region(0, index - self.scroll_offset.y, self.size.width, 1))

    def _go_to(self, index: int) -> None:
        if not self._rows:
            return
        before, self._cursor = self._cursor, min(max(index, 0), len(self._rows) - 1)
        self._redraw(before)
        self._redraw(self._cursor)
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False)

    def action_move(self, by: int) -> None:
        """To the line above or below."""
        self._go_to(self._cursor + by)

    def action_page(self, by: int) -> None:
        """As many lines further as are in sight."""
        self._go_to(self._cursor + by * max(1, self.size.height - 1))

    def action_end(self, by: int) -> None:
        """To the first line or the last."""
        self._go_to(0 if by < 0 else len(self._rows) - 1)

    def action_open(self) -> None:
        """Look at the run of this line."""
        if (run := self.chosen) is not None:
            self.post_message(self.Opened(run))

    def on_click(self, event: events.Click) -> None:
        """Choose the line that was clicked; a second click opens its run."""
        at = event.get_content_offset(self)
        index = None if at is None else at.y + self.scroll_offset.y
        if index is None or index >= len(self._rows):
            return
        is_second = index == self._cursor and event.chain > 1
        self._go_to(index)
        if is_second:
            self.action_open()
