"""The table of one leaderboard, of whose rows only those in sight are drawn."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, assert_never

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dilctl.dash.board.columns import Column, Lines
from dilctl.dash.words import fit
from dilctl.text import visible

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Row
    from dilctl.leaderboard.paper import PaperRow

_MOST_KEPT = 400
_MARK = "▸"
_STEP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Stands over the rows of a group."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A row of the board."""

    row: "Row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A row of the paper."""

    row: "PaperRow"


Entry = Ours | Heading | Published


class BoardTable(ScrollView, can_focus=True):
    """Rows in the order of the board; headings and rows of the paper are passed over."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"board-table--cursor", "board-table--head"}
    BINDINGS = [
        Binding("j,down", "move(1)", "Down", show=False, id="board.down"),
        Binding("k,up", "move(-1)", "Up", show=False, id="board.up"),
        Binding("g,home", "move(-1_000_000)", "First row", show=False, id="board.first"),
        Binding("G,end", "move(1_000_000)", "Last row", show=False, id="board.last"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="board.page_up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="board.page_down"),
        Binding("h,left", "aside(-1)", "Columns to the left", show=False, id="board.left"),
        Binding("l,right", "aside(1)", "Columns to the right", show=False, id="board.right"),
        Binding("enter", "open", "Compare", id="board.compare"),
    ]

    class Resized(Message):
        """The table has another width and must be shown again."""

    class Moved(Message):
        """The cursor is on another row."""

    class Opened(Message):
        """The row under the cursor is wanted."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns: tuple[Column, ...] = ()
        self._entries: tuple[Entry, ...] = ()
        self._rows: tuple[int, ...] = ()
        self._starts: list[int] = [0]
        self._head: tuple[Text, ...] = ()
        self._cursor = 0
        self._painted: dict[int, list[Text]] = {}
        self._known_width = 0

    @property
    def room(self) -> int:
        """Cells in a line; the scrollbar's place is kept free, so that it moves no column."""
        return self.outer_size.width - self.gutter.width - self.styles.scrollbar_size_vertical

    @property
    def _view(self) -> Size:
        """What is seen of the table, scrollbars left out."""
        return self.scrollable_content_region.size

    @property
    def row(self) -> "Row | None":
        """The row under the cursor."""
        found = self._entries[self._rows[self._cursor]] if self._rows else None
        return found.row if isinstance(found, Ours) else None

    def show(self, columns: Sequence[Column], entries: Sequence[Entry]) -> None:
        """Show other rows or columns; the cursor stays at its place in the order."""
        self._columns, self._entries = tuple(columns), tuple(entries)
        self._rows = tuple(n for n, entry in enumerate(entries) if isinstance(entry, Ours))
        self._painted.clear()
        heights = (self._height(entry) for entry in entries)
        self._starts = [0, *accumulate(heights)]
        self._head = self._heads()
        width = 1 + sum(column.width + 1 for column in self._columns)
        self.virtual_size = Size(width, len(self._head) + self._starts[-1])
        self._cursor = max(0, min(self._cursor, len(self._rows) - 1))
        self.refresh(layout=True)

    def go_to(self, run: int) -> None:
        """Put the cursor on the row of a run, if there is one."""
        for place, number in enumerate(self._rows):
            entry = self._entries[number]
            if isinstance(entry, Ours) and run in entry.row.runs:
                self._move_to(place)
                return

    def start_at_top(self) -> None:
        """Put the cursor on the best row, and show it from its left end."""
        self._cursor = 0
        self.scroll_to(0, 0, animate=False)
        self._move_to(0)

    def render_line(self, y: int) -> Strip:
        """One line of the screen: of the head, or of an entry."""
        up, below = self.scroll_offset.y, y - len(self._head)
        if below < 0:
            style = self.get_component_rich_style("board-table--head", partial=True)
            return self._with_more(self._cropped(self._head[y], style), y)
        line = up + below
        if line >= self._starts[-1]:
            return Strip.blank(self._view.width, self.rich_style)
        place = bisect_right(self._starts, line) - 1
        return self._cropped(self._lines(place)[line - self._starts[place]], self._style_of(place))

    def _style_of(self, place: int) -> Style:
        is_here = bool(self._rows) and place == self._rows[self._cursor]
        return self.get_component_rich_style("board-table--cursor") if is_here else Style.null()

    def _cropped(self, text: Text, style: Style) -> Strip:
        """A line from a column on; the first column stays where it is."""
        segments = text.render(self.app.console)
        strip = Strip(Segment(s.text, s.style) for s in segments if s.text)
        fixed = self._columns[0].width + 2 if self._columns else 0
        start = fixed + self.scroll_offset.x
        rest = strip.crop(start, start + max(0, self._view.width - fixed))
        whole = Strip.join([strip.crop(0, fixed), rest]).adjust_cell_length(self._view.width)
        return whole.apply_style(self.rich_style + style)

    def _with_more(self, strip: Strip, y: int) -> Strip:
        """A sign at the right end where more columns lie beyond it."""
        width = self._view.width
        if y or self.virtual_size.width - self.scroll_offset.x <= width:
            return strip
        return Strip.join([strip.crop(0, width - 1), Strip([Segment("›", self.rich_style)])])

    def _lines(self, place: int) -> list[Text]:
        if place not in self._painted:
            if len(self._painted) >= _MOST_KEPT:
                self._painted.clear()
            self._painted[place] = self._painting(place)
        return self._painted[place]

    def _painting(self, place: int) -> list[Text]:
        entry = self._entries[place]
        if isinstance(entry, Heading):
            return [Text(f" {visible(entry.title)}", style="bold underline")]
        fields = [_field(column, entry) for column in self._columns]
        height = self._starts[place + 1] - self._starts[place]
        is_here = bool(self._rows) and place == self._rows[self._cursor]
        return [
            Text(_MARK if is_here and not number else " ").append_text(
                self._joined([field[number] if number < len(field) else None for field in fields])
            )
            for number in range(height)
        ]

    def _joined(self, parts: Sequence[Text | None]) -> Text:
        made = Text(no_wrap=True)
        for column, part in zip(self._columns, parts, strict=True):
            made.append_text(fit(part or Text(), column.width, right=column.is_number)).append(" ")
        return made

    def _heads(self) -> tuple[Text, ...]:
        height = max((len(column.head) for column in self._columns), default=0)
        return tuple(
            Text(" ").append_text(
                self._joined([c.head[n] if n < len(c.head) else None for c in self._columns])
            )
            for n in range(height)
        )

    def _height(self, entry: Entry) -> int:
        if isinstance(entry, Heading):
            return 1
        # Only labels differ in their number of lines; the other fields of ours have two at most.
        least = 2 if isinstance(entry, Ours) else 1
        return max(least, len(_field(self._columns[0], entry)))

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._move_to(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a screenful."""
        self._move_to(self._cursor + by * max(1, (self._view.height - len(self._head)) // 2))

    def action_aside(self, by: int) -> None:
        """Scroll the columns behind the first."""
        self.scroll_relative(x=by * _STEP, animate=False)

    def action_open(self) -> None:
        """Ask for the row."""
        if self.row is not None:
            self.post_message(self.Opened())

    def _move_to(self, place: int) -> None:
        before = self._cursor
        self._cursor = max(0, min(place, len(self._rows) - 1))
        for each in {before, self._cursor}:
            if each < len(self._rows):
                self._painted.pop(self._rows[each], None)
        self._show_cursor()
        self.refresh()
        self.post_message(self.Moved())

    def _show_cursor(self) -> None:
        if not self._rows:
            return
        place = self._rows[self._cursor]
        first, after = self._starts[place], self._starts[place + 1]
        if place == self._rows[0]:
            first = 0  # with its heading
        room, up = max(1, self._view.height - len(self._head)), self.scroll_offset.y
        if first < up or after - first > room:
            self.scroll_to(y=first, animate=False)
        elif after > up + room:
            self.scroll_to(y=after - room, animate=False)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row under the pointer; a second click opens it."""
        line = event.y - len(self._head)
        if line < 0 or not self._rows:
            return
        place = bisect_right(self._starts, line + self.scroll_offset.y) - 1
        if place in self._rows:
            self._move_to(self._rows.index(place))
            if event.chain > 1:
                self.action_open()

    def on_resize(self, event: events.Resize) -> None:
        """Another width may have room for longer bars."""
        del event
        if self.room != self._known_width:
            self._known_width = self.room
            self.post_message(self.Resized())
        self._show_cursor()


def _field(column: Column, entry: Ours | Published) -> Lines:
    match entry:
        case Ours():
            return column.lines(entry.row)
        case Published():
            return column.of_paper(entry.row) if column.of_paper else ()
        case _:
            assert_never(entry)
