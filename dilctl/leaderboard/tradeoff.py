"""Seen against unseen quality through training, from the looks at each row's runs."""

from collections.abc import Iterable
from dataclasses import dataclass

from dilctl.leaderboard.looks import KINDS, Looks, WantedLooks
from dilctl.leaderboard.values import Board, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Where one seed of a row went.

    Attributes:
        label: of the row.
        looks: means over the board's degradations, PSNR in dB, in order of steps; without seen
            ones where no degradation of the board is seen.
    """

    label: str
    seed: int
    looks: Looks


def tradeoff(board: Board, looks: Iterable[Looks]) -> tuple[Trail, ...]:
    """The trail of each seed of each row, in the order of the board.

    Weights that were chosen among those of a run (``best-seen``) have no trail of their own. Nor
    have oracles: what is unseen to the others they have seen, or the other way round.

    Args:
        board: says which runs and weights are of interest.
        looks: looks at its runs under its degradations, at most one for each run and weights.

    Returns:
        Nothing for runs that were never looked at.
    """
    known = {(each.run, each.weights): each for each in looks}
    return tuple(
        Trail(label=row.label, seed=seed, looks=known[run, row.weights])
        for row in _rows(board)
        for seed, run in zip(row.seeds, row.runs, strict=True)
        if (run, row.weights) in known
    )


def wanted_on(board: Board) -> WantedLooks:
    """What ``tradeoff`` wants of the looks at the runs of a board."""
    names = [name for name, _ in board.degradations]
    return {(run, row.weights): names for row in _rows(board) for run in row.runs}


def _rows(board: Board) -> list[Row]:
    return [row for row in board.rows if row.verdict != "oracle" and row.weights in KINDS]
