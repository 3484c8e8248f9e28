"""The wall that pictures hang on: shows a painting, and tells what a mouse does to it."""

from rich.segment import ControlType, Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from dilctl.dash.gallery.finer import Finer
from dilctl.dash.gallery.painting import Painting


class Wall(Widget):
    """Draws nothing by itself: paintings are made in a thread and handed to it."""

    class Resized(Message):
        """There is more or less room."""

    class Zoomed(Message):
        """The wheel was turned, by so many steps towards the image."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class Dragged(Message):
        """The picture was moved under the hand, by shares of what is seen of it."""

        def __init__(self, across: float, down: float) -> None:
            super().__init__()
            self.across = across
            self.down = down

    class Chosen(Message):
        """A frame was clicked."""

        def __init__(self, frame: int) -> None:
            super().__init__()
            self.frame = frame

    def __init__(self) -> None:
        super().__init__()
        self._painting: Painting | None = None
        self._held: tuple[int, int] | None = None
        self._was_dragged = False
        self._base = Style()

    @property
    def painting(self) -> Painting | None:
        """What hangs there."""
        return self._painting

    def hang(self, painting: Painting | None) -> None:
        """Show another painting; nothing is drawn where it looks the same."""
        before, self._painting = self._painting, painting
        if _is_same(before, painting):
            return
        self._send(painting.finer.before if painting and painting.finer else "")
        self._send(before.finer.after if before and before.finer else "")
        self.refresh()

    def _send(self, text: str) -> None:
        # Textual has no public way to send what is no text on the screen; this is its own for the
        # clipboard, which a thread writes after all that came before.
        driver = self.app._driver  # pyright: ignore[reportPrivateUsage]
        if text and driver is not None:
            driver.write(text)

    @property
    def _finer(self) -> Finer | None:
        """Behind another screen only half blocks are drawn: it tints colours, and covers cells."""
        return self._painting.finer if self._painting and self.screen.is_active else None

    def render(self) -> Text:
        """Nothing but lines is ever rendered."""
        return Text()

    def render_line(self, y: int) -> Strip:
        """A line of the painting."""
        shown = self._finer or self._painting
        lines = shown.lines if shown else ()
        if y >= len(lines):
            return Strip.blank(self.size.width, self._base)
        return lines[y].adjust_cell_length(self.size.width, self._base)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines, and over the last of them whatever is drawn over cells."""
        self._base = self.rich_style
        strips = super().render_lines(crop)
        if strips and (finer := self._finer) and finer.over:
            x, y = self.content_region.offset
            over = "".join(f"\x1b[{y + b + 1};{x + a + 1}H{data}" for a, b, data in finer.over)
            control = Segment(f"\x1b7{over}\x1b8", None, [(ControlType.CURSOR_FORWARD, 0)])
            strips[-1] = Strip([*strips[-1], control], strips[-1].cell_length)
        return strips

    def on_unmount(self) -> None:
        """Leave nothing behind in the terminal."""
        self._send(self._painting.finer.after if self._painting and self._painting.finer else "")

    def on_resize(self) -> None:
        """Somebody must paint anew."""
        self.post_message(self.Resized())

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Towards the image."""
        event.stop()
        self.post_message(self.Zoomed(1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Away from it."""
        event.stop()
        self.post_message(self.Zoomed(-1))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of it."""
        self._held, self._was_dragged = (event.x, event.y), False
        self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go; who did not move meant the picture itself."""
        self.release_mouse()
        held, self._held = self._held, None
        if held is not None and not self._was_dragged and self._painting is not None:
            place = self._painting.grid.place_at(event.x, event.y)
            if place is not None and place < len(self._painting.places):
                self.post_message(self.Chosen(self._painting.places[place]))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it along."""
        if self._held is None or self._painting is None:
            return
        across, down = self._held[0] - event.x, self._held[1] - event.y
        if across or down:
            self._held, self._was_dragged = (event.x, event.y), True
            grid = self._painting.grid
            self.post_message(self.Dragged(across / grid.width, down / grid.height))


def _is_same(one: Painting | None, other: Painting | None) -> bool:
    """Whether two paintings of half blocks look alike; finer ones may not although those do."""
    if one is None or other is None:
        return one is other
    return one.finer is None and other.finer is None and one.lines == other.lines
