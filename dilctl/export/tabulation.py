"""From a board to the table that a paper prints of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from dilctl.export.ranking import places
from dilctl.export.sheet import ABSENT, Choice, Column, Entry, Figure, Kind, Line, Sheet
from dilctl.leaderboard import Board, Estimate, Row
from dilctl.leaderboard.paper import PaperRow
from dilctl.words import degradation_lines, figure, percentage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quality:
    psnr: Estimate | None
    ssim: float | None


_NOTHING = _Quality(psnr=None, ssim=None)
_AnyRow = Row | PaperRow
_Filled = tuple[Column, Sequence[Entry]]


def sheet_of(board: Board, papers: Sequence[PaperRow] = (), choice: Choice | None = None) -> Sheet:
    """The table of a board, its columns in the order of the board."""
    choice = choice or Choice()
    board = shortly_labelled(board)
    rows = (*board.rows, *papers)
    filled = [
        *_degradations(board, rows, choice),
        *_means(board, rows, choice),
        *_changes(rows, choice),
    ]
    fields = zip(*(entries for _, entries in filled), strict=True)
    return Sheet(
        columns=tuple(column for column, _ in filled),
        lines=tuple(_line(row, own) for row, own in zip(rows, fields, strict=True)),
        has_seeds=len({len(row.seeds) for row in board.rows}) > 1,
    )


def shared_network(board: Board) -> str:
    """The network of all rows; empty where they differ."""
    found = {row.network for row in board.rows}
    return found.pop() if len(found) == 1 else ""


def shortly_labelled(board: Board) -> Board:
    """The board with labels that leave out a network that all rows share."""
    shared = shared_network(board)
    if not shared:
        return board
    rows = (replace(row, label=row.label.replace(f" {shared}", "", 1)) for row in board.rows)
    return replace(board, rows=tuple(rows))


def _line(row: _AnyRow, entries: tuple[Entry, ...]) -> Line:
    match row:
        case PaperRow():
            return Line(label=row.label, kind="paper", seeds=ABSENT, entries=entries)
        case Row():
            kind: Kind = "oracle" if row.verdict == "oracle" else "contender"
            return Line(label=row.label, kind=kind, seeds=str(len(row.seeds)), entries=entries)


def _degradations(board: Board, rows: Sequence[_AnyRow], choice: Choice) -> list[_Filled]:
    """A column for each degradation."""
    contending = [_contends(row, board) for row in rows]
    return [
        (
            Column(group=_word(standing), head=degradation_lines(name), about=name),
            _ranked([_under(row, name) for row in rows], contending, choice),
        )
        for name, standing in board.degradations
    ]


def _word(standing: str) -> str:
    return "between" if standing == "interpolated" else standing


def _under(row: _AnyRow, degradation: str) -> _Quality:
    match row:
        case Row():
            own = [c for c in row.cells if c.degradation == degradation]
            return _Quality(psnr=own[0].psnr, ssim=own[0].ssim) if own else _NOTHING
        case PaperRow():
            published = [c for c in row.cells if c.degradation == degradation]
            if not published:
                return _NOTHING
            alone = Estimate(mean=published[0].psnr, low=None, high=None)
            return _Quality(psnr=alone, ssim=published[0].ssim)


def _contends(row: _AnyRow, board: Board) -> bool:
    """Neither the paper's rows nor oracles contend, nor means over some of the images."""
    return isinstance(row, Row) and row.verdict != "oracle" and row.images == board.images


def _means(board: Board, rows: Sequence[_AnyRow], choice: Choice) -> list[_Filled]:
    """The means over what was seen and over what was not, where there is any."""
    made: list[_Filled] = []
    for standing in ("seen", "unseen"):
        wanted = {name for name, word in board.degradations if word == standing}
        contending = [_contends(row, board) and _covers(row, wanted) for row in rows]
        if wanted:
            qualities = [_mean(row, standing) for row in rows]
            column = Column(group="mean", head=(standing,))
            made.append((column, _ranked(qualities, contending, choice)))
    return made


def _covers(row: _AnyRow, wanted: set[str]) -> bool:
    return wanted <= {cell.degradation for cell in row.cells}


def _mean(row: _AnyRow, standing: str) -> _Quality:
    if isinstance(row, PaperRow):
        return _NOTHING
    ssim = [cell.ssim for cell in row.cells if cell.standing == standing]
    psnr = row.seen if standing == "seen" else row.unseen
    return _Quality(psnr=psnr, ssim=fmean(ssim) if ssim else None)


def _ranked(
    qualities: Sequence[_Quality], contending: Sequence[bool], choice: Choice
) -> tuple[Entry, ...]:
    """A column of qualities, PSNR and SSIM ranked each for itself."""
    psnr = _figures([q.psnr.mean if q.psnr else None for q in qualities], contending, 2)
    ssim = _figures([q.ssim for q in qualities], contending, 3)
    chosen = zip(psnr, ssim, strict=True) if choice.ssim else ((each,) for each in psnr)
    return tuple(
        Entry(
            figures=figures if quality.psnr else figures[:1],
            interval=_interval(quality.psnr, _plain) if choice.intervals else "",
        )
        for figures, quality in zip(chosen, qualities, strict=True)
    )


def _figures(
    values: Sequence[float | None], contending: Sequence[bool], decimals: int
) -> list[Figure]:
    counted_in = [v if does else None for v, does in zip(values, contending, strict=True)]
    return [
        Figure(text=ABSENT if value is None else f"{value:.{decimals}f}", place=place)
        for value, place in zip(values, places(counted_in, decimals), strict=True)
    ]


def _interval(value: Estimate | None, write: Callable[[float], str]) -> str:
    if value is None or value.low is None or value.high is None:
        return ""
    return f"{write(value.low)}, {write(value.high)}"


def _plain(value: float) -> str:
    return f"{value:.2f}"


def _signed(value: float) -> str:
    return figure(value, signed=True)


def _changes(rows: Sequence[_AnyRow], choice: Choice) -> list[_Filled]:
    """How the rows stand to ERM, where any of them was compared with it."""
    ours = [row if isinstance(row, Row) else None for row in rows]
    read: dict[str, tuple[Callable[[Row], Estimate | None], Callable[[float], str]]] = {
        "Δ seen": (lambda row: row.seen_price, _signed),
        "Δ unseen": (lambda row: row.gain, _signed),
        "gap closed": (lambda row: row.gap_closed, lambda share: f"{percentage(share)} %"),
    }
    made: list[_Filled] = []
    for head, (value_of, write) in read.items():
        values = [value_of(row) if row else None for row in ours]
        if any(values):
            decided = [
                head == "Δ unseen" and row is not None and row.verdict in {"gain", "loss"}
                for row in ours
            ]
            entries = [
                _change(value, write, is_decided=each, with_interval=choice.intervals)
                for value, each in zip(values, decided, strict=True)
            ]
            made.append((Column(group="against ERM", head=(head,)), entries))
    return made


def _change(
    value: Estimate | None,
    write: Callable[[float], str],
    *,
    is_decided: bool,
    with_interval: bool,
) -> Entry:
    return Entry(
        figures=(Figure(text=ABSENT if value is None else write(value.mean)),),
        interval=_interval(value, write) if with_interval else "",
        is_decided=is_decided,
    )
