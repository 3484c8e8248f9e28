"""A list of any number of runs of which only the rows in sight are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dilctl.dash.runs import painting
from dilctl.dash.runs.columns import About, Column
from dilctl.dash.runs.marks import Marks
from dilctl.dash.runs.order import Group, Order, Row, place_of, runs_of
from storage.records import Run

_HEAD = 1
"""Lines above the rows that stay where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the list shows.

    Attributes:
        order: all runs; another list is another object.
        rows: of it, without what is folded away.
        records: the runs in sight, by number.
        about: what cells depend on besides.
        columns: what is shown of each.
        sort, by: the field that orders, and the one that groups.
    """

    order: Order
    rows: Sequence[Row]
    records: Mapping[int, Run]
    about: About
    columns: tuple[Column, ...]
    sort: str = ""
    by: str = ""
    folded: frozenset[str | None] = field(default_factory=frozenset[str | None])


class RunsSheet(ScrollView, can_focus=True):
    """Runs in the order given; the cursor stays on its run, wherever that run goes."""

    COMPONENT_CLASSES = {"runs-sheet--cursor"}

    class Moved(Message):
        """The cursor, or what is in sight, is elsewhere, or other runs are marked."""

    class Resized(Message):
        """There is room for other columns."""

    def __init__(self, content: Content, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._content = content
        self._row = 0
        self._drawn: dict[int, tuple[object, Strip]] = {}
        self._plain = Style()
        self.marks = Marks()

    @property
    def room(self) -> int:
        """The cells in a row behind its sign; the scrollbar's coming and going moves no column."""
        return self.content_size.width - 2

    @property
    def rows(self) -> Sequence[Row]:
        """All rows."""
        return self._content.rows

    @property
    def row(self) -> int:
        """The place of the cursor."""
        return self._row

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is shown of each run."""
        return self._content.columns

    @property
    def folded(self) -> frozenset[str | None]:
        """Labels of the groups that are folded."""
        return self._content.folded

    @property
    def is_grouped(self) -> bool:
        """Whether there are groups."""
        return self._content.order.is_grouped

    @property
    def listed(self) -> list[int]:
        """All runs, folded away or not."""
        return self._content.order.ids

    @property
    def under(self) -> Row | None:
        """The row under the cursor."""
        rows = self._content.rows
        return rows[self._row] if self._row < len(rows) else None

    @property
    def highlighted(self) -> Run | None:
        """The run under the cursor, if it is known."""
        under = self.under
        return self._content.records.get(under) if isinstance(under, int) else None

    @property
    def known(self) -> tuple[Run, ...]:
        """The runs that are held."""
        return tuple(self._content.records.values())

    @property
    def chosen(self) -> tuple[int, ...]:
        """The marked runs, in order; else the one under the cursor, or those of its group."""
        if self.marks.ids:
            return tuple(id for id in self._content.order.ids if id in self.marks.ids)
        return runs_of(self.under)

    def show(self, content: Content) -> None:
        """Bring the list up to date."""
        before, self._content = self._content, content
        if before.columns != content.columns:
            self._drawn.clear()
        self.virtual_size = Size(painting.width_of(content.columns), len(content.rows) + _HEAD)
        if before.rows is not content.rows:
            self._follow(before.rows)
            self.refresh()
        elif (before.columns, before.sort) != (content.columns, content.sort):
            self.refresh()
        else:
            self._refresh_changed()
        self.post_message(self.Moved())

    def start_at_top(self) -> None:
        """Begin at the first row, as another list than before is to be read."""
        self.marks.end()
        self._row = 0
        self.scroll_to(y=0, animate=False)
        self.refresh()

    def seek(self, run: int) -> bool:
        """Put the cursor on a run; False where it is not listed."""
        if run not in self._content.order.statuses or run not in self._content.rows:
            return False
        self.marks.end()
        self.move_to(self._content.rows.index(run))
        return True

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, the nearest that there is, and bring it into sight."""
        before, self._row = self._row, max(0, min(row, len(self._content.rows) - 1))
        for one in {before, self._row}:
            self.refresh_line(one + _HEAD)
        self._keep_in_sight()
        self.post_message(self.Moved())

    def _keep_in_sight(self) -> None:
        top = self.scroll_offset.y
        least, most = self._row - self.page + 1, self._row
        if not least <= top <= most:
            self.scroll_to(y=max(least, min(top, most)), animate=False)

    def _follow(self, before: Sequence[Row]) -> None:
        """Keep the cursor on its row, and that row where the eye is, unless it is at the top."""
        self.marks.end()
        under = before[self._row] if self._row < len(before) else None
        rows, was_at = self._content.rows, self._row
        self._row = max(0, min(place_of(under, rows, self._row), len(rows) - 1))
        top = self.scroll_offset.y
        if top:
            self.call_after_refresh(self.scroll_to, y=top + self._row - was_at, animate=False)

    def _refresh_changed(self) -> None:
        for row in self._rows_in_sight:
            held = self._drawn.get(row)
            if held is None or held[0] != self._state_of(self._content.rows[row]):
                self.refresh_line(row + _HEAD)

    @property
    def page(self) -> int:
        """Rows that are in sight together, one at least."""
        return max(1, self.scrollable_content_region.height - _HEAD)

    @property
    def _rows_in_sight(self) -> range:
        top = self.scroll_offset.y
        return range(top, min(top + self.page, len(self._content.rows)))

    @property
    def sight(self) -> tuple[int, ...]:
        """The runs in sight and a page of them on either side; of groups, the best runs."""
        top = self.scroll_offset.y
        near = self._content.rows[max(0, top - self.page) : top + 2 * self.page]
        found = (row.best if isinstance(row, Group) else row for row in near)
        return tuple(id for id in found if id is not None)

    @property
    def is_known(self) -> bool:
        """Whether the runs in sight, and half a page beyond, are held."""
        top, half = self.scroll_offset.y, self.page // 2
        near = self._content.rows[max(0, top - half) : top + self.page + half]
        return all(isinstance(row, Group) or row in self._content.records for row in near)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what has come into sight."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value) and not self.is_known:
            self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Another width may hold other columns, another height other rows."""
        self._keep_in_sight()
        self.post_message(self.Resized())

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines; what lies under them is found out once."""
        self._plain = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line: the heads of the columns, a row, or nothing."""
        left, top = self.scroll_offset
        width = self.size.width
        if y < _HEAD:
            line = painting.head(self._content.columns, self._content.sort)
            return line.apply_style(self._ground()).crop_extend(left, left + width, self._ground())
        row = top + y - _HEAD
        if row >= len(self._content.rows):
            return Strip.blank(width, self._ground())
        return self._whole(row).crop_extend(left, left + width, self._ground(row))

    def _ground(self, row: int | None = None) -> Style:
        """What lies under a row; under that of the cursor something else, also without colour."""
        if row != self._row:
            return self._plain
        style = self.get_component_rich_style("runs-sheet--cursor")
        ground = Style(color=style.color, bgcolor=style.bgcolor)
        return ground + Style(reverse=True) if self.app.no_color else ground

    def _whole(self, row: int) -> Strip:
        what = self._content.rows[row]
        state = self._state_of(what)
        held = self._drawn.get(row)
        if held is None or held[0] != state:
            if len(self._drawn) > 10 * self.page:
                self._drawn.clear()
            held = self._drawn[row] = (state, self._line(what))
        gutter = painting.Gutter(is_under=row == self._row, is_marked=self._is_marked(what))
        return painting.whole(gutter, held[1]).apply_style(self._ground(row))

    def _state_of(self, row: Row) -> object:
        """What the line of a row depends on, to be compared with what it was."""
        records, about = self._content.records, self._content.about
        if isinstance(row, Group):
            best = None if row.best is None else records.get(row.best)
            return (row, row.label in self._content.folded, best)
        run = records.get(row)
        if run is None:
            return (row, self._content.order.statuses[row])
        return (run, about.devices.get(row), *painting.moving(run, self._content.columns, about))

    def _line(self, row: Row) -> Strip:
        content, console = self._content, self.app.console
        if isinstance(row, Group):
            best = None if row.best is None else content.records.get(row.best)
            is_folded = row.label in content.folded
            return painting.group_line(
                row, content.by, best, is_folded=is_folded, console=console
            )  # fmt: skip
        run = content.records.get(row)
        if run is None:
            status = content.order.statuses[row]
            return painting.awaited_line(row, status, content.columns, console)
        return painting.run_line(run, content.columns, content.about, console)

    def _is_marked(self, row: Row) -> bool:
        return bool(self.marks.ids) and self.marks.ids.issuperset(runs_of(row))
