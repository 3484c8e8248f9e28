"""A plot of curves in braille dots that can be zoomed, panned and read off."""

from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from dilctl.braille import Series, number
from dilctl.dash.drawing import Picture, Pieces, View, draw, fitted
from dilctl.dash.stretches import Window, whole
from dilctl.dash.traces import Extreme
from dilctl.words import INKS, duration

_ZOOM = 1.5


class Plot(Widget):
    """Curves over one axis; whatever the number of points, work grows with the width alone.

    Attributes:
        view: how the curves are looked at; assign another with ``look``.
    """

    class Looked(Message):
        """Another part is in sight, or the crosshair stands elsewhere."""

        def __init__(self, plot: "Plot") -> None:
            super().__init__()
            self.plot = plot

        @property
        def control(self) -> "Plot":
            """The plot."""
            return self.plot

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view = View()
        self._lines: tuple[Series, ...] = ()
        self._title: Pieces = ()
        self._empty = ""
        self._picture: Picture | None = None
        self._drawn_at = (0, 0)
        self._drag: tuple[int, Window] | None = None
        self._was_dragged = False
        self._base = Style()

    def show(
        self, lines: Sequence[Series], *, axis: str, empty: str, title: Pieces = ()
    ) -> None:  # fmt: skip
        """Draw these curves from now on.

        Args:
            lines: curves; those without a point keep their colour free.
            axis: what lies along the bottom.
            empty: is said where there is no point yet.
            title: stands above, in a row of its own; none takes no row.
        """
        drawn = tuple(lines)
        now = (drawn, axis, empty, title)
        if now != (self._lines, self.view.axis, self._empty, self._title):
            self._lines, self._empty, self._title = drawn, empty, title
            self.view = replace(self.view, axis=axis)
            self._draw_anew()

    def look(self, view: View) -> None:
        """Look at the curves in another way."""
        if view != self.view:
            self.view = view
            self._draw_anew()
            self.post_message(self.Looked(self))

    def _draw_anew(self) -> None:
        self._picture = None
        self.refresh()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(line.ys for line in self._lines)

    @property
    def lines(self) -> tuple[Series, ...]:
        """The curves, all of each."""
        return self._lines

    @property
    def picture(self) -> Picture | None:
        """What is drawn at the present size; None where there is nothing."""
        width, height = self.size
        rows = height - bool(self._title)
        if self.is_empty or width < 12 or rows < 3:
            return None
        if self._picture is None or self._drawn_at != (width, height):
            self._picture = draw(self._lines, self.view, width, rows)
            self._drawn_at = (width, height)
        return self._picture

    def render_lines(self, crop: Region) -> list[Strip]:
        """Rows of the drawing; what lies under them is found out once."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row of the drawing, its title first."""
        width = self.size.width
        pieces = self._row(y, width)
        base = self._base
        segments = [Segment(text, base + Style.parse(style)) for text, style in pieces if text]
        return Strip(segments).adjust_cell_length(width, base)

    def _row(self, y: int, width: int) -> Pieces:
        picture = self.picture
        if self._title and y == 0:
            return _reading(self._lines, picture, self.view, width) or self._title
        y -= bool(self._title)
        if picture is None:
            return ((fitted(self._empty, width), "dim italic"),) if y == 0 else ()
        rows = picture.rows
        return rows[y] if y < len(rows) else ()

    def zoom(self, times: float, around: float | None = None) -> None:
        """See ``times`` as much detail, around a place of the axis or around the middle."""
        if (picture := self.picture) is None:
            return
        left, right = picture.window
        middle = around if around is not None else self.view.cross
        middle = (left + right) / 2 if middle is None else min(max(middle, left), right)
        self._see((middle - (middle - left) / times, middle + (right - middle) / times))

    def pan(self, share: float) -> None:
        """Move by a share of what is in sight; to later places where it is above zero."""
        if (picture := self.picture) is not None and self.view.window is not None:
            left, right = picture.window
            self._see(self._within(left + share * (right - left), right - left))

    def _within(self, left: float, extent: float) -> Window:
        first, last = whole(self._lines)
        left = max(first, min(left, last - extent))
        return left, left + extent

    def _see(self, window: Window) -> None:
        first, last = whole(self._lines)
        left, right = max(first, window[0]), min(last, window[1])
        least = (last - first) * 1e-9 or 1.0
        if right - left >= least:
            is_whole = left <= first and right >= last
            self.look(replace(self.view, window=None if is_whole else (left, right)))

    def see_all(self) -> None:
        """All of the axis, and all values."""
        self.look(replace(self.view, window=None, heights=None))

    def hold_heights(self) -> None:
        """Keep the values in sight as they are, or let them follow the curves again."""
        if (picture := self.picture) is not None:
            heights = None if self.view.heights else picture.heights
            self.look(replace(self.view, heights=heights))

    def toggle_log(self) -> None:
        """Stretch the values by a logarithm, or no longer."""
        is_log = self.picture is not None and self.picture.is_log
        self.look(replace(self.view, stretching="linear" if is_log else "log", heights=None))

    def move_cross(self, columns: int) -> None:
        """Move the crosshair by columns; beyond the edge, the plot moves."""
        if (picture := self.picture) is None:
            return
        left, right = picture.window
        pitch = (right - left) / max(1, picture.columns - 1)
        cross = self.view.cross
        if cross is None or not left <= cross <= right:
            wanted = right if columns < 0 else left
        else:
            wanted = cross + columns * pitch
        if not left <= wanted <= right:
            self.pan(columns * 8 / max(1, picture.columns))
        first, last = whole(self._lines)
        self.look(replace(self.view, cross=min(max(wanted, first), last)))

    def drop_cross(self) -> None:
        """Take the crosshair away."""
        self.look(replace(self.view, cross=None))

    def _place(self, x: int) -> float | None:
        """What is under a column of the widget; None beside the curves."""
        picture = self.picture
        if picture is None or not 0 <= x - picture.gutter < picture.columns:
            return None
        left, right = picture.window
        return left + (x - picture.gutter) / max(1, picture.columns - 1) * (right - left)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The crosshair follows; with the button held the plot does."""
        if self._drag is not None and (picture := self.picture) is not None:
            start, (left, right) = self._drag
            pitch = (right - left) / max(1, picture.columns - 1)
            self._was_dragged |= event.x != start
            self._see(self._within(left - (event.x - start) * pitch, right - left))
        else:
            self.look(replace(self.view, cross=self._place(event.x)))

    def on_leave(self) -> None:
        """Nothing is under the pointer."""
        self.drop_cross()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the plot."""
        if (picture := self.picture) is not None and self.view.window is not None:
            self._drag = (event.x, picture.window)
            self.capture_mouse()

    def on_mouse_up(self) -> None:
        """Let go of it."""
        if self._drag is not None:
            self._drag = None
            self.release_mouse()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Closer, around the pointer."""
        event.stop()
        self.zoom(_ZOOM, self._place(event.x))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Further away."""
        event.stop()
        self.zoom(1 / _ZOOM, self._place(event.x))


def said_place(x: float, axis: str) -> str:
    """A place of the axis in words: ``step 480``, ``gradients 16k``, ``time 2m10s``."""
    return f"{axis} {_place(x, axis)}"


def value_and_place(extreme: Extreme, axis: str) -> str:
    """An extreme in words: ``28.35 at 1,600``."""
    return f"{extreme.value:.4g} at {_place(extreme.place, axis)}"


def _place(x: float, axis: str) -> str:
    if axis == "time":
        return duration(x)
    return f"{x:,.0f}" if abs(x) < 1e6 else number(x)


def _reading(
    lines: Sequence[Series], picture: Picture | None, view: View, width: int
) -> Pieces | None:
    """What the crosshair reads, for the row of the title; None where there is none."""
    if picture is None or view.cross is None:
        return None
    pieces = [(f"│ {said_place(view.cross, view.axis)}", "bold")]
    room = width - cell_len(pieces[0][0])
    for index, (line, point) in enumerate(zip(lines, picture.under, strict=True)):
        if point is None:
            continue
        said = fitted(f"  {line.label} {point[1]:.4g}", room)
        room -= cell_len(said)
        pieces.append((said, INKS[index % len(INKS)]))
    return tuple(pieces)
