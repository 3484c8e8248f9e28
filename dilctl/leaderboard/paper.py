"""The paper's own numbers, where it has the cells of a board.

Li, Li, Jin, Lan, Chen, "Learning Distortion Invariant Representation for Image Restoration from A
Causality Perspective", CVPR 2023, arXiv 2303.06859; ``paper.csv`` holds its Tables 1 to 7.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from dilctl.leaderboard.values import Board

SOURCE = "Li et al., CVPR 2023, arXiv 2303.06859"

# What the paper and its released code say of the training behind Tables 1 and 6.
_TRAINED_ON = frozenset(f"gaussian-noise sigma={sigma}" for sigma in (5, 10, 15, 20))
_HOW = (
    "RRDB 64×23×32 with 16,624,131 parameters, about 110,700 outer steps of 32 patches of 64×64, "
    "118,101 tiles of training images"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One number of the paper: the mean over a test set under one degradation.

    Attributes:
        table: its number in the paper.
        colour_space: what PSNR was taken over: ``rgb``, ``y`` or a server's ``official``.
        degradation: named as ours where we have it, else in the paper's words.
        psnr: decibels; ssim: at most 1.
    """

    table: int
    task: str
    test_set: str
    colour_space: str
    network: str
    rule: str
    degradation: str
    is_seen: bool
    psnr: float
    ssim: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """A row of the paper, as far as a board has its columns; single numbers, no intervals.

    Attributes:
        label: marked as the paper's, as in ``paper: dil-sf rrdb``.
        cells: at least one, in the order of the board's columns.
    """

    label: str
    rule: str
    network: str
    cells: tuple[Published, ...]


@cache
def published() -> tuple[Published, ...]:
    """All numbers of the paper, in the order of its tables."""
    text = (resources.files("dilctl.leaderboard") / "paper.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(
        Published(
            table=int(line["table"]),
            task=line["task"],
            test_set=line["dataset"],
            colour_space=line["colour_space"],
            network=line["backbone"],
            rule=line["method"],
            degradation=line["degradation"],
            is_seen=line["seen"] == "yes",
            psnr=float(line["psnr_db"]),
            ssim=float(line["ssim"]),
        )
        for line in csv.DictReader(lines)
    )


def paper_rows(board: Board) -> tuple[PaperRow, ...]:
    """The rows of the paper that have cells of a board: ERM first, then as the paper lists them.

    A cell is the same if task, test set, colour space (boards are of RGB) and degradation are,
    with its convention of clipping and quantisation. Of a number that stands in two tables the
    first counts.
    """
    columns = {name: place for place, (name, _) in enumerate(board.degradations)}
    rows: dict[tuple[str, str], dict[str, Published]] = {}
    for cell in published():
        if _is_of(cell, board) and cell.degradation in columns:
            own = rows.setdefault((cell.network, cell.rule), {})
            own.setdefault(cell.degradation, cell)
    return tuple(
        PaperRow(
            label=f"paper: {rule} {network}",
            rule=rule,
            network=network,
            cells=tuple(sorted(own.values(), key=lambda cell: columns[cell.degradation])),
        )
        for (network, rule), own in rows.items()
    )


def _is_of(cell: Published, board: Board) -> bool:
    mine = (board.task, board.test_set.casefold(), "rgb")
    return (cell.task, cell.test_set.casefold(), cell.colour_space) == mine


def paper_notes(board: Board, rows: Sequence[PaperRow]) -> tuple[str, ...]:
    """Where the paper's rows are from, and why they are not ours to compare with, in sentences."""
    if not rows:
        return (
            f"The paper ({SOURCE}) has no number for {board.task} on {board.test_set} under these "
            "degradations, clipped and not quantised as they are.",
        )
    tables = sorted({cell.table for row in rows for cell in row.cells})
    name = "Table" if len(tables) == 1 else "Tables"
    said = [
        f"Rows marked paper: {SOURCE}, {name} {' and '.join(map(str, tables))}; single numbers of "
        "one run each, without seeds or intervals.",
        f"The paper's RRDB rows: {_HOW}; how many gradient evaluations its ERM was given is not "
        "stated. They can be set beside rows of another network, budget or training data, "
        "not compared with them.",
    ]
    if frozenset(board.confounders) != _TRAINED_ON:
        said.append(
            f"The paper trained on {', '.join(sorted(_TRAINED_ON, key=_level))}, this board on "
            f"{', '.join(board.confounders)}: seen and unseen mean something else for its rows."
        )
    return tuple(said)


def _level(name: str) -> float:
    return float(name.rpartition("=")[2])
