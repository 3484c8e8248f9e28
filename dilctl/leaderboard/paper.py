"""The paper's own numbers, where it has the cells of a board.

Li, Li, Jin, Lan, Chen, "Learning Distortion Invariant Representation for Image Restoration from A
Causality Perspective", CVPR 2023, arXiv 2303.06859; ``paper.csv`` holds its Tables 1 to 7.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from dilctl.leaderboard.values import Board
from trainers.degradations.kinds import AsCaptured

SOURCE = "Li et al., CVPR 2023, arXiv 2303.06859"

# What the paper says it trained on, by task and, where there are two, by order of the synthesis.
_TRAINED_ON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "denoise": tuple(f"gaussian-noise sigma={sigma}" for sigma in (5, 10, 15, 20)),
        "deblur": tuple(f"gaussian-blur sigma={sigma}" for sigma in (1, 2, 3, 4)),
    }
)
_OPEN: Mapping[str, str] = MappingProxyType(
    {
        "deblur": "size of the kernel, noise after the blur and rounding to 8 bit",
        "hybrid": "how severe distortion is divided into confounders",
        "real-denoise": "what its four categories of synthetic camera noise are",
        "real-sr": "how the synthesis is divided into confounders, whether its targets are "
        "sharpened, and which crops are tested; here the network has 16,697,987 parameters with "
        "its ×4 enlargement, and 64 is read as the side of its input",
    }
)
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
        degradation: named as ours.
        order: of the synthesis trained on, 1 or 2; None where that is no question.
        psnr: decibels; ssim: at most 1.
    """

    table: int
    task: str
    test_set: str
    colour_space: str
    network: str
    rule: str
    degradation: str
    order: int | None
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
    return tuple(_published(line) for line in csv.DictReader(lines))


def _published(line: Mapping[str, str]) -> Published:
    return Published(
        table=int(line["table"]),
        task=line["task"],
        test_set=line["dataset"],
        colour_space=line["colour_space"],
        network=line["backbone"],
        rule=line["method"],
        degradation=_as_ours(line["degradation"]),
        order=_order(line["degradation"]),
        is_seen=line["seen"] == "yes",
        psnr=float(line["psnr_db"]),
        ssim=float(line["ssim"]),
    )


def _as_ours(degradation: str) -> str:
    """The paper's word for a degradation as our name of it."""
    if degradation == "rain" or degradation.startswith("as captured"):
        return AsCaptured().name
    return degradation.removesuffix(".0")


def _order(degradation: str) -> int | None:
    said = re.search(r"train: (first|second)-order", degradation)
    return None if said is None else {"first": 1, "second": 2}[said[1]]


def same_test_set(one: str, other: str) -> bool:
    """Whether two names mean one test set: ``RealSR(V3)`` is ``RealSR-V3``."""
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def paper_rows(board: Board) -> tuple[PaperRow, ...]:
    """The rows of the paper that have cells of a board: ERM first, then as the paper lists them.

    A cell is the same if task, test set, colour space, order of the synthesis trained on and
    degradation are, with its convention of clipping and quantisation. Of a number that stands in
    two tables the first counts.
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
    return (
        (cell.task, cell.colour_space) == (board.task, board.colour_space)
        and same_test_set(cell.test_set, board.test_set)
        and (cell.order is None or {cell.order} == orders(board.confounders))
    )


def orders(confounders: Sequence[str]) -> set[int]:
    """Orders of the ×4 syntheses among some confounders; ×1 is not the paper's."""
    kind = "low-resolution scale=4"
    return {2 if " order=2" in name else 1 for name in confounders if name.startswith(kind)}


def paper_notes(board: Board, rows: Sequence[PaperRow]) -> tuple[str, ...]:
    """Where the paper's rows are from, and why they are not ours to compare with, in sentences."""
    if not rows:
        return (
            f"The paper ({SOURCE}) has no number for {board.task} on {board.test_set} under these "
            f"degradations{_convention(board)}.",
        )
    tables = sorted({cell.table for row in rows for cell in row.cells})
    name = "Table" if len(tables) == 1 else "Tables"
    said = [
        f"Rows marked paper: {SOURCE}, {name} {' and '.join(map(str, tables))}; single numbers of "
        "one run each, without seeds or intervals.",
        *facts(board.task),
    ]
    wanted = _TRAINED_ON.get(board.task)
    if wanted is not None and frozenset(board.confounders) != frozenset(wanted):
        said.append(
            f"The paper trained on {', '.join(wanted)}, this board on "
            f"{', '.join(board.confounders)}: seen and unseen mean something else for its rows."
        )
    return tuple(said)


def facts(task: str) -> tuple[str, ...]:
    """What is known, and what is not, of the training behind the paper's numbers of a task."""
    said = [
        f"The paper's RRDB rows: {_HOW}; how many gradient evaluations its ERM was given is not "
        "stated. They can be set beside rows of another network, budget or training data, "
        "not compared with them."
    ]
    if task in _OPEN:
        said.append(f"Not stated by the paper for {task}: {_OPEN[task]}.")
    return tuple(said)


def _convention(board: Board) -> str:
    noises = [name for name, _ in board.degradations if "noise" in name]
    return ", clipped and not quantised as they are" if noises else ""
