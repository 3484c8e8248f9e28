"""Seen against unseen quality through training, from the looks at each row's runs."""

from collections.abc import Iterable
from dataclasses import dataclass

from dilctl.leaderboard.looks import Looks
from dilctl.leaderboard.values import Board, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Where one seed of a row went.

    Attributes:
        label: of the row.
        looks: means over the validation crops, PSNR in dB, in order of steps; at least one.
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
        looks: looks at its runs, at most one for each run and weights.

    Returns:
        Nothing for runs that were never looked at.
    """
    known = {(each.run, each.weights): each for each in looks if each.steps}
    return tuple(
        Trail(label=row.label, seed=seed, looks=known[run, _weights(row)])
        for row in _rows(board)
        for seed, run in zip(row.seeds, row.runs, strict=True)
        if (run, _weights(row)) in known
    )


def looked_at(board: Board) -> frozenset[tuple[int, str]]:
    """The runs of a board, each with the weights whose looks ``tradeoff`` wants."""
    return frozenset((run, _weights(row)) for row in _rows(board) for run in row.runs)


def _weights(row: Row) -> str:
    return "average" if row.weights == "average" else "last"


def _rows(board: Board) -> tuple[Row, ...]:
    """The rows without oracles, and of those that share runs and looks that of the last weights."""
    by_looks: dict[tuple[object, str], Row] = {}
    for row in board.rows:
        key = (row.runs, _weights(row))
        if row.verdict != "oracle" and (key not in by_looks or row.weights == _weights(row)):
            by_looks[key] = row
    return tuple(by_looks.values())
