"""A sheet on the screen: its first column stays in sight, the cursor stays where it was."""

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding
from textual.widgets import DataTable

from dilctl.dash.compare.sheets import Sheet
from dilctl.dash.words import fit

_GAP = 2
_WIDEST_FIRST = 30


class CompareTable(DataTable[Text]):
    """Cells as wide as their widest, so that no number is cut."""

    BINDINGS = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("h", "cursor_left", "Left", show=False),
        Binding("l", "cursor_right", "Right", show=False),
        Binding("g", "scroll_top", "First", show=False),
        Binding("G", "scroll_bottom", "Last", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(cursor_type="cell", cell_padding=0, fixed_columns=1, id=id)
        self._shown: Sheet | None = None

    def show(self, sheet: Sheet) -> None:
        """Show a sheet; nothing happens where it is the one that is shown."""
        if sheet == self._shown:
            return
        cursor, offset = self.cursor_coordinate, self.scroll_offset
        self._shown = sheet
        self.clear(columns=True)
        widths = self._widths(sheet)
        for index, (head, width) in enumerate(zip(sheet.heads, widths, strict=True)):
            self.add_column(
                _cell(Text(head), width, right=_right(sheet, index)), width=width + _GAP
            )
        for row in sheet.rows:
            cells = zip(row, widths, strict=True)
            self.add_row(
                *(
                    _cell(cell, width, right=_right(sheet, index))
                    for index, (cell, width) in enumerate(cells)
                )
            )
        self.move_cursor(row=cursor.row, column=cursor.column, scroll=False)
        self.call_after_refresh(self.scroll_to, offset.x, offset.y, animate=False)

    def _widths(self, sheet: Sheet) -> list[int]:
        columns = zip(sheet.heads, *(map(_plain, row) for row in sheet.rows), strict=True)
        first, *others = [max(map(cell_len, column)) for column in columns]
        return [min(first, _WIDEST_FIRST), *others]


def _plain(cell: Text) -> str:
    return cell.plain


def _right(sheet: Sheet, index: int) -> bool:
    return sheet.numbers and index > 0


def _cell(cell: Text, width: int, *, right: bool) -> Text:
    return fit(cell, width, right=right).append(" " * _GAP)
