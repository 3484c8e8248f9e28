"""The table of one leaderboard: what matters most stands first, intervals under their means."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import DataTable

from dilctl.dash.words import decibels, difference, fit
from dilctl.text import visible
from dilctl.words import broken_label, degradation_lines, percentage

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board, Estimate, Row

Lines = Sequence[str | Text]

VERDICTS = {"gain": "bold green", "loss": "bold red", "undecided": "yellow", "oracle": "dim"}
NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: the lines of its head, its width in cells, and the lines of a row's cell."""

    head: Lines
    width: int
    lines: "Callable[[Row], Lines]"
    is_number: bool = True

    def cell(self, lines: Lines) -> Text:
        """Lines cut or padded to the column's width, one under the other."""
        fitted = [fit(line, self.width, right=self.is_number).append(" ") for line in lines]
        return Text("\n").join(fitted)


class BoardTable(DataTable[Text]):
    """Rows in the order of the board, three lines each: what the lines are, the head says."""

    BINDINGS = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("left", "screen.turn(-1)", "Test set before", show=False),
        Binding("right", "screen.turn(1)", "Next test set", show=False),
        Binding("h", "cursor_left", "Scroll left", show=False),
        Binding("l", "cursor_right", "Scroll right", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(cursor_type="row", cell_padding=0, header_height=3, fixed_columns=1, id=id)

    class Resized(Message):
        """The table has another width and must be shown again."""

    def on_resize(self, event: events.Resize) -> None:
        """Another width may have room for longer labels."""
        del event
        self.post_message(self.Resized())

    def show(self, board: "Board") -> None:
        """Show a board; the cursor stays on its row."""
        row = self.cursor_row
        self.clear(columns=True)
        # The scrollbar's place is kept free, so that its coming and going moves no column.
        width = self.outer_size.width - self.gutter.width - self.styles.scrollbar_size_vertical
        columns = columns_for(board, width)
        for column in columns:
            self.add_column(column.cell(column.head), width=column.width + 1)
        for entry in board.rows:
            lines = [column.lines(entry) for column in columns]
            cells = [c.cell(each) for c, each in zip(columns, lines, strict=True)]
            self.add_row(*cells, height=max(map(len, lines)))
        self.move_cursor(row=min(row, len(board.rows) - 1), scroll=False)


def columns_for(board: "Board", width: int) -> tuple[Column, ...]:
    """The columns of a board; what is left of ``width`` goes to the labels."""
    columns = [
        _numbers(board, _seen_head(board), _seen, least=5),
        _numbers(board, ("unseen", "95 %", "of seeds"), _unseen, least=11),
        _numbers(board, ("Δ ERM", "95 %", "verdict"), _gain, least=11),
        *(_level(name, standing) for name, standing in board.shown),
    ]
    left = width - sum(column.width + 1 for column in columns)
    room = min(max(left, 12), 36)
    head = ("rule", "network", "seeds")
    label = Column(head=head, width=room, lines=lambda row: _label(row, room), is_number=False)
    return (label, *columns)


def _numbers(board: "Board", head: Lines, lines: "Callable[[Row], Lines]", *, least: int) -> Column:
    """A column as wide as its numbers, which must never be cut."""
    widths = (cell_len(str(line)) for row in board.rows for line in lines(row))
    return Column(head=head, width=max(least, *widths), lines=lines)


def _level(name: str, standing: str) -> Column:
    title = degradation_lines(visible(name))
    head = (*title, "between") if standing == "interpolated" else title

    def lines(row: "Row") -> Lines:
        psnr = [cell.psnr.mean for cell in row.cells if cell.degradation == name]
        return (f"{psnr[0]:.2f}" if psnr else NONE,)

    return Column(head=head, width=max(5, *map(len, head)), lines=lines)


def _label(row: "Row", width: int) -> Lines:
    """Rule, network, number of seeds, and whatever else tells the row from its kin."""
    count = len(row.seeds)
    seeds = f"{count} seed" if count == 1 else f"{count} seeds"
    rest = row.label.removeprefix(f"{row.rule} {row.network}").strip()
    return (
        Text(visible(row.rule), style="bold"),
        visible(row.network),
        seeds,
        *broken_label(visible(rest), width),
    )


def _seen_head(board: "Board") -> Lines:
    return ("seen", "Δ ERM") if any(row.seen_price for row in board.rows) else ("seen",)


def _seen(row: "Row") -> Lines:
    price = [] if row.seen_price is None else [difference(row.seen_price.mean)]
    return (_mean(row.seen), *price)


def _unseen(row: "Row") -> Lines:
    if row.unseen is None:
        return (NONE,)
    return (Text(_mean(row.unseen), style="bold"), _interval(row.unseen, decibels), _of_seeds(row))


def _of_seeds(row: "Row") -> str:
    """Their interval where there are enough of them, else their range; the notes say which."""
    low, high = row.seed_range or (None, None)
    if row.seed_interval is not None:
        low, high = row.seed_interval.low, row.seed_interval.high
    return "" if low is None else f"{decibels(low)}…{decibels(high)}"


def _gain(row: "Row") -> Lines:
    verdict = Text(row.verdict, style=VERDICTS.get(row.verdict, ""))
    if row.gain is None:
        return ("", "", verdict)
    mean = Text(difference(row.gain.mean), style="bold")
    return (mean, _interval(row.gain, difference), verdict, *_gap(row))


def _gap(row: "Row") -> Lines:
    """The share of the way to the oracle, with its interval, in percent."""
    closed = row.gap_closed
    if closed is None:
        return ()
    said = f"gap {_percentage(closed.mean)} %"
    if closed.low is None or closed.high is None:
        return (said,)
    return (said, Text(f"{_percentage(closed.low)}…{_percentage(closed.high)} %", style="dim"))


def _percentage(share: float) -> str:
    return percentage(share).replace("-", "−")


def _mean(estimate: "Estimate | None") -> str:
    return NONE if estimate is None else decibels(estimate.mean)


def _interval(estimate: "Estimate", write: Callable[[float], str]) -> Text:
    if estimate.low is None or estimate.high is None:
        return Text("no interval", style="dim")
    return Text(f"{write(estimate.low)}…{write(estimate.high)}", style="dim")
