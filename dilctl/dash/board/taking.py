"""Taking a board along: to a file, or to the clipboard."""

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding

from dilctl.board_text import TextFormat
from dilctl.dash.board import captions
from dilctl.dash.board.export_form import ExportForm, Order
from dilctl.dash.board.exporting import carry_out, file_name
from dilctl.dash.board.looking import Looking
from dilctl.dash.board.messages import Copied, Refused, Said
from dilctl.dash.board.table import BoardTable
from dilctl.dash.board.wish import View
from dilctl.dash.live import Seat

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board


class Taking(Looking):
    """Remembers what was ordered last, for the next time."""

    BINDINGS = [
        Binding("e,X", "export", "Export", id="board.export"),
        Binding("L", "latex", "Copy the LaTeX table", show=False, id="board.latex"),
        Binding("y", "copy_numbers", "Copy the numbers", show=False, id="board.copy"),
    ]

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat)
        self._order = Order()

    def action_export(self) -> None:
        """Ask how and where to."""
        self._ask_order(replace(self._order, file="", replaces=False), "")

    def _ask_order(self, order: Order, fault: str) -> None:
        if self.board is not None:
            form = ExportForm(file_name(self.board), order, fault)
            self.app.push_screen(form, self._ordered)

    def _ordered(self, order: Order | None) -> None:
        if order is not None:
            self._order = order
            self._carry_out(order)

    def action_latex(self) -> None:
        """The table for a paper, as it was ordered last."""
        self._carry_out(replace(self._order, format=TextFormat.LATEX, is_copied=True))

    def action_copy_numbers(self) -> None:
        """The row under the cursor; of pictures, what they draw."""
        board, row = self.board, self.query_one(BoardTable).row
        if self.wish.view is not View.TABLE:
            self._carry_out(Order(format=TextFormat.CSV, is_copied=True))
        elif board is not None and row is not None:
            self.copy(captions.row_as_text(row, board, self.wish), "the row")

    def _carry_out(self, order: Order) -> None:
        if self.page is not None and self.board is not None:
            self._write(order, self.page.boards if order.is_whole else (self.board,))

    @work(thread=True)
    def _write(self, order: Order, boards: "tuple[Board, ...]") -> None:
        self.post_message(carry_out(order, self.seat.jobs, boards, self.wish, self.seat.clock))

    def on_copied(self, message: Copied) -> None:
        """Hand it to the terminal."""
        self.copy(message.text, message.what)

    def on_said(self, message: Said) -> None:
        """Pass it on."""
        self.tell(message.sentence, is_fault=message.is_fault)

    def on_refused(self, message: Refused) -> None:
        """Let an order for a file be changed; there is nothing to change in a copy."""
        if message.order.is_copied:
            self.tell(message.sentence, is_fault=True)
        else:
            self._ask_order(message.order, message.sentence)
