"""The table of runs: brought up to date cell by cell, so that nothing flickers or jumps."""

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import DataTable
from textual.widgets.data_table import RowKey

from dilctl.dash.widgets.runs_columns import GAP, Column, columns_for
from storage.records import Run


class RunsTable(DataTable[Text]):
    """Runs in the order given; the cursor stays on its run, wherever that run goes."""

    BINDINGS = [
        Binding("enter", "select_cursor", "Open"),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "scroll_top", "First", show=False),
        Binding("G", "scroll_bottom", "Last", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(cursor_type="row", cell_padding=0, id=id)
        self._shown: dict[int, Run] = {}
        self._columns_now: tuple[Column, ...] = ()
        self._drawn: dict[tuple[int, str], Text] = {}

    @property
    def highlighted(self) -> Run | None:
        """The run under the cursor."""
        if not self.row_count:
            return None
        return self._shown.get(self._run_at(self.cursor_row))

    def show(self, runs: Sequence[Run], now: datetime) -> None:
        """Bring the table up to date."""
        under = self.highlighted
        order_before = tuple(self._shown)
        self._shown = {run.id: run for run in runs}
        if not self._fits():
            self._rebuild(now)
            self._reorder(under, scroll=True)
            return
        top, row = self.scroll_offset.y, self.cursor_row
        self._renew_rows(now)
        if tuple(self._shown) != order_before:
            self._reorder(under, scroll=False)
            # The run under the cursor stays where the eye is; who looks at the top stays there.
            top += self.cursor_row - row if top else 0
            self.call_after_refresh(self.scroll_to, y=top, animate=False)

    def start_at_top(self) -> None:
        """Begin at the first run, as another list than before is to be read."""
        self.move_cursor(row=0, scroll=False)
        self.call_after_refresh(self.scroll_to, y=0, animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """Another width may hold other columns."""
        del event
        self.post_message(self.Resized())

    class Resized(Message):
        """The table has another width and must be shown again."""

    def _fits(self) -> bool:
        # The scrollbar's place is kept free, so that its coming and going moves no column.
        width = self.outer_size.width - self.gutter.width - self.styles.scrollbar_size_vertical
        columns = columns_for(width, tuple(self._shown.values()))
        before, self._columns_now = self._columns_now, columns
        return [(c.title, c.width) for c in before] == [(c.title, c.width) for c in columns]

    def _rebuild(self, now: datetime) -> None:
        self.clear(columns=True)
        self._drawn.clear()
        for column in self._columns_now:
            self.add_column(column.head(), width=column.width + GAP, key=column.title)
        self._renew_rows(now)

    def _renew_rows(self, now: datetime) -> None:
        for key in [key for key in self.rows if int(key.value or 0) not in self._shown]:
            self.remove_row(key)
        for run in self._shown.values():
            cells = [column.draw(run, now) for column in self._columns_now]
            if RowKey(str(run.id)) in self.rows:
                self._renew_cells(run.id, cells)
            else:
                self.add_row(*cells, key=str(run.id))
                self._remember(run.id, cells)

    def _renew_cells(self, run: int, cells: Sequence[Text]) -> None:
        for column, cell in zip(self._columns_now, cells, strict=True):
            if self._drawn[run, column.title] != cell:
                self.update_cell(str(run), column.title, cell)
        self._remember(run, cells)

    def _remember(self, run: int, cells: Sequence[Text]) -> None:
        for column, cell in zip(self._columns_now, cells, strict=True):
            self._drawn[run, column.title] = cell

    def _reorder(self, under: Run | None, *, scroll: bool) -> None:
        place = {run: index for index, run in enumerate(self._shown)}
        self.sort("id", key=lambda cell: place[int(cell.plain)])
        if under is not None and under.id in place:
            self.move_cursor(row=place[under.id], scroll=scroll)

    def _run_at(self, row: int) -> int:
        return int(self.coordinate_to_cell_key((row, 0)).row_key.value or 0)  # pyright: ignore[reportArgumentType] -- a pair is a Coordinate
