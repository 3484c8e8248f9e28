"""The columns of a leaderboard: what stands in their heads and in the fields of a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from dilctl.dash.board.wish import Metric
from dilctl.text import visible
from dilctl.words import broken_label, degradation_lines, figure, percentage

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board, Estimate, Row
    from dilctl.leaderboard.paper import PaperRow

Lines = Sequence[Text]

VERDICTS = {
    "gain": ("▲ gain", "bold green"),
    "loss": ("▼ loss", "bold red"),
    "undecided": ("≈ undecided", "yellow"),
}
NONE = "–"

_LABEL, _WIDEST_LABEL = 19, 34
_UNSEEN, _GAIN, _WIDEST_BAR = 18, 20, 32
_VERDICT = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        head: its lines.
        width: cells, without the blank that follows.
        lines: of a row's field.
        of_paper: of a field of the paper's row; None for nothing.
        is_number: whether it is set to the right.
    """

    head: Lines
    width: int
    lines: "Callable[[Row], Lines]"
    of_paper: "Callable[[PaperRow], Lines] | None" = None
    is_number: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How numbers are written."""

    decimals: int

    def level(self, value: float) -> str:
        return f"{value:.{self.decimals}f}"

    def change(self, value: float) -> str:
        return figure(value, self.decimals, signed=True).replace("-", "−")


def columns_for(board: "Board", width: int, metric: Metric) -> tuple[Column, ...]:
    """The columns of a board; what is left of a width goes to labels and bars.

    Columns of degradations that do not fit stand beyond the right edge.
    """
    manner = _Manner(decimals=2 if metric is Metric.PSNR else 3)
    levels = [_level(name, standing, manner) for name, standing in board.shown]
    seen = _seen(board, manner)
    fixed = seen.width + _VERDICT + 5 + sum(column.width + 1 for column in levels)
    left = max(0, width - fixed - _LABEL - _UNSEEN - _GAIN)
    longest = max((len(row.label.removeprefix(row.rule)) for row in board.rows), default=0)
    more = max(0, min(left, longest - _LABEL, _WIDEST_LABEL - _LABEL))
    bars = min((left - more) // 2, _WIDEST_BAR - _GAIN)
    return (
        _label(_LABEL + more),
        seen,
        _quality(board, manner, _UNSEEN + bars),
        _change(board, manner, _GAIN + bars),
        _verdict(),
        *levels,
    )


def _label(width: int) -> Column:
    def lines(row: "Row") -> Lines:
        count = len(row.seeds)
        seeds = "1 seed" if count == 1 else f"{count} seeds"
        rest = visible(row.label.removeprefix(row.rule).strip())
        rule = Text(visible(row.rule), style="bold").append(f" · {seeds}", style="not bold dim")
        lines = broken_label(rest, width) if len(rest) > width else [rest]
        return (rule, *map(Text, lines))

    def of_paper(row: "PaperRow") -> Lines:
        said = f"{visible(row.rule)} {visible(row.network)}, paper"
        return tuple(Text(line, style="italic") for line in broken_label(said, width))

    head = (Text("rule"), Text("network"))
    return Column(head=head, width=width, lines=lines, of_paper=of_paper, is_number=False)


def _seen(board: "Board", manner: _Manner) -> Column:
    seen = {name for name, standing in board.degradations if standing == "seen"}
    has_price = any(row.seen_price for row in board.rows)

    def lines(row: "Row") -> Lines:
        mean = Text(NONE if row.seen is None else manner.level(row.seen.mean))
        price = manner.change(row.seen_price.mean) if row.seen_price else ""
        return (mean, Text(price, style="dim"))

    def of_paper(row: "PaperRow") -> Lines:
        own = {cell.degradation: cell for cell in row.cells}
        if not seen or not own.keys() >= seen:
            return ()
        values = [_published(own[name].psnr, own[name].ssim, manner) for name in seen]
        return (Text(manner.level(sum(values) / len(values)), style="italic"),)

    widths = [cell_len(line.plain) for row in board.rows for line in lines(row)]
    head = (Text("seen"), Text("Δ ERM" if has_price else ""))
    return Column(head=head, width=max(5, *widths), lines=lines, of_paper=of_paper)


def _published(psnr: float, ssim: float, manner: _Manner) -> float:
    return psnr if manner.decimals == 2 else ssim  # noqa: PLR2004 -- as decibels are written


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """What of a row is drawn: its unseen quality, or the seen where nothing is unseen to anyone."""

    word: str
    mean: "Callable[[Row], Estimate | None]"
    change: "Callable[[Row], Estimate | None]"


_UNSEEN_SIDE = _Side(word="unseen", mean=lambda row: row.unseen, change=lambda row: row.gain)
_SEEN_SIDE = _Side(
    word="seen",
    mean=lambda row: row.seen,
    change=lambda row: row.seen_price,
)


def _side(board: "Board") -> _Side:
    return _UNSEEN_SIDE if any(row.unseen for row in board.rows) else _SEEN_SIDE


def _quality(board: "Board", manner: _Manner, width: int) -> Column:
    from dilctl.plots.interval import Extent, ends, interval

    side = _side(board)
    extent = Extent.of(side.mean(row) for row in board.rows)

    def lines(row: "Row") -> Lines:
        mean = side.mean(row)
        if mean is None or extent is None:
            return (Text(NONE),)
        return (_said(mean, manner.level), interval(mean, extent, width, style="cyan"))

    axis = ends(extent, width, decimals=manner.decimals) if extent else Text()
    said = (_said(mean, manner.level) for row in board.rows if (mean := side.mean(row)))
    wide = max([width, *(each.cell_len for each in said)])
    return _with_bars(Text(f"{side.word}, 95 %"), axis, wide, lines)


def _change(board: "Board", manner: _Manner, width: int) -> Column:
    from dilctl.plots.interval import Extent, ends, interval

    side = _side(board)
    extent = Extent.of((side.change(row) for row in board.rows), with_zero=True)

    def lines(row: "Row") -> Lines:
        change = side.change(row)
        if change is None or extent is None:
            return ()
        style = VERDICTS.get(row.verdict, ("", ""))[1]
        return (_said(change, manner.change), interval(change, extent, width, style=style))

    axis = ends(extent, width, decimals=manner.decimals, signed=True) if extent else Text()
    said = (_said(change, manner.change) for row in board.rows if (change := side.change(row)))
    wide = max([width, *(each.cell_len for each in said)])
    return _with_bars(Text("Δ to ERM, 95 %"), axis, wide, lines)


def _with_bars(title: Text, axis: Text, width: int, lines: "Callable[[Row], Lines]") -> Column:
    axis.stylize("dim")
    return Column(head=(title, axis), width=width, lines=lines, is_number=False)


def _said(estimate: "Estimate", write: Callable[[float], str]) -> Text:
    """A mean and beside it the ends of its interval."""
    said = Text(write(estimate.mean), style="bold")
    if estimate.low is not None and estimate.high is not None:
        said.append(f" {write(estimate.low)}…{write(estimate.high)}", style="not bold dim")
    return said


def _verdict() -> Column:
    def lines(row: "Row") -> Lines:
        word, style = VERDICTS.get(row.verdict, (row.verdict, "dim"))
        gap = f"gap {_share(row.gap_closed.mean)} %" if row.gap_closed else ""
        first, _, more = word.partition(" ") if len(word) > _VERDICT else (word, "", "")
        return (Text(first, style=style), Text(more or gap, style=style if more else "dim"))

    return Column(head=(Text("verdict"),), width=_VERDICT, lines=lines, is_number=False)


def _share(value: float) -> str:
    return percentage(value).replace("-", "−")


def _level(name: str, standing: str, manner: _Manner) -> Column:
    title = degradation_lines(visible(name))
    head = (*title, "between") if standing == "interpolated" else title

    def lines(row: "Row") -> Lines:
        psnr = [cell.psnr.mean for cell in row.cells if cell.degradation == name]
        return (Text(manner.level(psnr[0]) if psnr else NONE),)

    def of_paper(row: "PaperRow") -> Lines:
        own = [_published(c.psnr, c.ssim, manner) for c in row.cells if c.degradation == name]
        return (Text(manner.level(own[0]) if own else NONE, style="italic"),)

    width = max(5, *map(cell_len, head))
    return Column(head=tuple(map(Text, head)), width=width, lines=lines, of_paper=of_paper)
