"""A view of many lines of styled text: scrolls, wraps, follows its end, and finds words."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dilctl.dash.drawing import Pieces

Fold = tuple[int, int, int]
"""A line of the screen: (row, its first character, the first that is beyond)."""


class LinesView(ScrollView, can_focus=True):
    """Draws the rows in sight, however many there are."""

    DEFAULT_CSS = """
    LinesView { scrollbar-gutter: stable; }
    """
    BINDINGS = [
        Binding("down,j", "scroll_down", "Down", show=False),
        Binding("up,k", "scroll_up", "Up", show=False),
        Binding("end,G", "scroll_end", "End", show=False),
        Binding("home,g", "scroll_home", "Begin", show=False),
    ]

    def __init__(self, *, wraps: bool = True, follows: bool = False) -> None:
        super().__init__()
        self.wraps = wraps
        self.follows = follows
        self._rows: list[Pieces] = []
        self._plain: list[str] = []
        self._folds: list[Fold] = []
        self._word = ""
        self._found: list[int] = []
        self._at: int | None = None

    @property
    def rows(self) -> Sequence[Pieces]:
        """What is shown."""
        return self._rows

    def show(self, rows: Sequence[Pieces]) -> None:
        """Show other rows, at the same place as far as there is one."""
        if self._rows != list(rows):
            self._rows, self._plain = [], []
            self._add(rows)
            self._at = None
            self._fold()

    def extend(self, rows: Sequence[Pieces], most: int) -> None:
        """Show more rows at the end; of all, only so many of the last are kept."""
        self._add(rows)
        self._folds += self._folds_from(len(self._rows) - len(rows))
        gone = self._drop(len(self._rows) - most)
        self._search()
        self._measure()
        if gone and not self.follows:
            self.scroll_relative(y=-gone, animate=False, force=True)

    def _drop(self, count: int) -> int:
        """Let go of the first rows; how many lines of the screen they were."""
        if count <= 0:
            return 0
        gone = bisect_left(self._folds, (count, 0, 0))
        self._folds = [(row - count, start, end) for row, start, end in self._folds[gone:]]
        del self._rows[:count], self._plain[:count]
        if self._at is not None:
            self._at = self._at - count if self._at >= count else None
        return gone

    def _add(self, rows: Sequence[Pieces]) -> None:
        self._rows += rows
        self._plain += ["".join(text for text, _ in row) for row in rows]

    def cut_last(self, rows: int) -> None:
        """Take rows away from the end; they come again, with more in them."""
        if rows:
            del self._rows[-rows:], self._plain[-rows:]
            while self._folds and self._folds[-1][0] >= len(self._rows):
                self._folds.pop()

    def text(self) -> str:
        """All rows, as plain text."""
        return "\n".join(self._plain)

    def toggle_wrap(self) -> None:
        """Break long lines, or let them run out of sight."""
        self.wraps = not self.wraps
        self.scroll_to(x=0, animate=False)
        self._fold()

    def follow(self, follows: bool) -> None:  # noqa: FBT001 -- says what it is set to
        """Keep the end in sight, or stay."""
        self.follows = follows
        self._measure()

    def on_resize(self) -> None:
        """Lines break elsewhere."""
        self._fold()

    def _fold(self) -> None:
        self._folds = list(self._folds_from(0))
        self._search()
        self._measure()

    def _folds_from(self, first: int) -> Iterator[Fold]:
        width = self.scrollable_content_region.width if self.wraps else 0
        for index in range(first, len(self._plain)):
            yield from _broken(index, self._plain[index], width)

    def _measure(self) -> None:
        widest = 0 if self.wraps else max(map(cell_len, self._plain), default=0)
        self.virtual_size = Size(widest, len(self._folds))
        self.refresh()
        if self.follows:
            self.scroll_end(animate=False, force=True, immediate=True, x_axis=False)

    def search(self, word: str) -> int:
        """Mark a word wherever it stands, case ignored; how many rows have it."""
        self._word = word.casefold()
        self._at = None
        self._search()
        self.refresh()
        return len(self._found)

    def _search(self) -> None:
        word = self._word
        found = enumerate(self._plain) if word else ()
        self._found = [index for index, line in found if word in line.casefold()]

    def find(self, by: int) -> int | None:
        """Go to the next row with the word, or the one before; which of them, None for none."""
        if not self._found:
            return None
        here = self._at if self._at is not None else self._top_row() - (by > 0)
        later = [row for row in self._found if (row > here if by > 0 else row < here)]
        self._at = (later or self._found)[0 if by > 0 else -1]
        self.follows = False
        line = bisect_left(self._folds, (self._at, 0, 0))
        self.scroll_to(y=max(0, line - self.size.height // 2), animate=False, force=True)
        self.refresh()
        return self._found.index(self._at)

    def _top_row(self) -> int:
        top = round(self.scroll_offset.y)
        return self._folds[top][0] if top < len(self._folds) else 0

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever reads further up is not carried away."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and new_value < self.max_scroll_y:
            self.follows = False

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base = self.size.width, self.rich_style
        left, top = self.scroll_offset
        if y + top >= len(self._folds):
            return Strip.blank(width, base)
        row, start, end = self._folds[y + top]
        pieces = _between(self._rows[row], start, end)
        segments = [Segment(text, base + Style.parse(style)) for text, style in pieces]
        strip = self._marked(Strip(segments), row, base)
        return strip.crop_extend(left, left + width, base)

    def _marked(self, strip: Strip, row: int, base: Style) -> Strip:
        """The word stands out wherever it is; most on the row that was gone to."""
        if not self._word or self._word not in (line := strip.text).casefold():
            return strip
        mark = Style(reverse=True, bold=row == self._at, underline=row == self._at)
        pieces, done = list[Strip](), 0
        for start in _places(line.casefold(), self._word):
            end = start + len(self._word)
            left, right = cell_len(line[:start]), cell_len(line[:end])
            pieces += [strip.crop(done, left), Strip([Segment(line[start:end], base + mark)])]
            done = right
        return Strip.join([*pieces, strip.crop(done)])


def _places(line: str, word: str) -> Iterator[int]:
    start = line.find(word)
    while start >= 0:
        yield start
        start = line.find(word, start + len(word))


def _broken(row: int, line: str, width: int) -> Iterator[Fold]:
    """A row as lines of the screen of so many cells; 0 for as wide as it is."""
    if width < 1 or (len(line) <= width and line.isascii()):
        yield row, 0, len(line)
        return
    start = 0
    while len(line) - start > width or cell_len(line[start:]) > width:
        end = start + _that_fit(line[start : start + width], width)
        yield row, start, end
        start = end
    yield row, start, len(line)


def _that_fit(text: str, width: int) -> int:
    """How many characters fit into so many cells, one at least."""
    if text.isascii():
        return len(text)
    cells = list(accumulate(map(cell_len, text)))
    return max(1, bisect_right(cells, width))


def _between(row: Pieces, start: int, end: int) -> Iterator[tuple[str, str]]:
    """The characters from ``start`` to before ``end`` of a row."""
    at = 0
    for text, style in row:
        piece = text[max(0, start - at) : max(0, end - at)]
        if piece:
            yield piece, style
        at += len(text)
