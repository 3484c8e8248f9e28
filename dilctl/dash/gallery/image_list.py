"""The images of a test set with what each run scored, in one order; one of them is shown."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from dilctl.gallery.order import Row
from dilctl.text import visible
from dilctl.words import figure

_NUMBER = 9  # cells
_NAME = 12


class ImageList(Widget):
    """A line an image; the one that is shown stands in the middle where there is room."""

    class Chosen(Message):
        """An image was clicked, or the wheel led to it; its place in the list."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._heads: tuple[str, ...] = ()
        self._cursor = 0
        self._base = Style()

    def fill(self, rows: Sequence[Row], heads: Sequence[str], cursor: int) -> None:
        """Show images.

        Args:
            rows: in order.
            heads: of the columns of numbers: the degraded image, then each run.
            cursor: the place of the image that is shown.
        """
        now = (tuple(rows), tuple(heads), cursor)
        if now != (self._rows, self._heads, self._cursor):
            self._rows, self._heads, self._cursor = now
            self.refresh()

    @property
    def _first(self) -> int:
        """The place of the uppermost row that is seen."""
        room = max(1, self.size.height - 1)
        return max(0, min(self._cursor - room // 2, len(self._rows) - room))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines; what lies under them is found out once."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The head, or an image."""
        place = self._first + y - 1
        if y == 0:
            return self._line("  image", self._heads, Style(dim=True))
        if place >= len(self._rows):
            return Strip.blank(self.size.width, self._base)
        row = self._rows[place]
        is_shown = place == self._cursor
        numbers = [_decibels(row.degraded), *map(_decibels, row.restored)]
        if len(row.restored) > 1:
            numbers.append(figure(row.lead, signed=True))
        mark = "> " if is_shown else "  "
        return self._line(f"{mark}{visible(row.image)}", numbers, Style(reverse=is_shown))

    def _line(self, name: str, numbers: Sequence[str], style: Style) -> Strip:
        """As many numbers as there is room for beside the name."""
        width = self.size.width
        shown = numbers[: max(0, (width - _NAME) // _NUMBER)]
        name_width = width - _NUMBER * len(shown)
        text = Strip([Segment(name)]).adjust_cell_length(name_width).text
        text += "".join(number[: _NUMBER - 1].rjust(_NUMBER) for number in shown)
        return Strip([Segment(text, style)]).adjust_cell_length(width).apply_style(self._base)

    def on_click(self, event: events.Click) -> None:
        """Choose."""
        place = self._first + event.y - 1
        if event.y > 0 and place < len(self._rows):
            self.post_message(self.Chosen(place))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """To the image before."""
        event.stop()
        self.post_message(self.Chosen(max(0, self._cursor - 1)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """To the image after."""
        event.stop()
        self.post_message(self.Chosen(min(len(self._rows) - 1, self._cursor + 1)))


def _decibels(value: float | None) -> str:
    return "·" if value is None else f"{value:.2f}"
