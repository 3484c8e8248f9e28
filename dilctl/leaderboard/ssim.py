"""A board with SSIM where PSNR stood: means alone, since no other number is kept of SSIM."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from dilctl.leaderboard.values import Board, Cell, Estimate, Row

NOTE = (
    "SSIM: means over images and seeds. Intervals and verdicts are of PSNR alone; a difference to "
    "ERM is given where both rows have the same seeds."
)


def of_ssim(board: Board) -> Board:
    """The same rows in the same order, which is that of their PSNR."""
    known = {(row.runs, row.weights): row for row in board.rows}
    rows = (_row(row, known.get((row.baseline, row.weights))) for row in board.rows)
    return replace(board, rows=tuple(rows))


def _row(row: Row, baseline: Row | None) -> Row:
    erm = (
        {c.degradation: c.ssim for c in baseline.cells}
        if baseline and (row.seeds, row.images) == (baseline.seeds, baseline.images)
        else {}
    )
    cells = tuple(_cell(cell, erm.get(cell.degradation)) for cell in row.cells)
    return replace(
        row,
        cells=cells,
        seen=_mean([c.psnr.mean for c in cells if c.standing == "seen"]),
        unseen=_mean([c.psnr.mean for c in cells if c.standing == "unseen"]),
        seed_range=None,
        seed_interval=None,
        worst=min((c for c in cells if c.standing == "unseen"), key=_level, default=None),
        gain=_mean([c.to_erm.mean for c in cells if c.to_erm and c.standing == "unseen"]),
        seen_price=_mean([c.to_erm.mean for c in cells if c.to_erm and c.standing == "seen"]),
        gap_closed=None,
    )


def _cell(cell: Cell, erm: float | None) -> Cell:
    change = None if erm is None else _mean([cell.ssim - erm])
    return replace(cell, psnr=Estimate(mean=cell.ssim, low=None, high=None), to_erm=change)


def _level(cell: Cell) -> float:
    return cell.psnr.mean


def _mean(values: Sequence[float]) -> Estimate | None:
    return Estimate(mean=fmean(values), low=None, high=None) if values else None
