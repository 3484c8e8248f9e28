"""The frozen values that a leaderboard is made of."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["baseline", "gain", "loss", "undecided", "no baseline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean in decibels with its 95 % interval; None where there are too few images for one."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One row's quality under one degradation: means over images, seeds averaged."""

    degradation: str
    standing: str
    psnr: Estimate
    ssim: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One experiment, over its seeds, on one test set.

    Attributes:
        label: rule and network, and whatever tells this row from others of the same two.
        runs: numbers of the runs, in the order of ``seeds``.
        seen, unseen: means over the seen and the unseen degradations; None where there are none.
        seed_range: lowest and highest unseen mean of a seed; None below two seeds.
        worst: the unseen degradation with the lowest mean.
        gain: unseen mean minus that of ERM on the same network, data, confounders and budget,
            paired over images and seeds; None for ERM itself and where there is no such ERM.
        verdict: ``gain`` or ``loss`` only if the interval of ``gain`` excludes zero and every
            common seed has its sign; ``baseline`` for ERM itself.
        gradients: gradient evaluations spent by one run; seconds: mean over the runs.
    """

    label: str
    rule: str
    network: str
    budget: str
    seeds: tuple[int, ...]
    runs: tuple[int, ...]
    cells: tuple[Cell, ...]
    seen: Estimate | None
    unseen: Estimate | None
    seed_range: tuple[float, float] | None
    worst: Cell | None
    gain: Estimate | None
    verdict: Verdict
    gradients: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Rows that may be compared: same task, confounders, training data, suite and test set.

    Attributes:
        degradations: the columns, as (full name, standing), seen first, else in suite order.
        rows: highest unseen mean first.
        notes: what a reader must know, one sentence each.
    """

    task: str
    suite: str
    test_set: str
    images: int
    confounders: tuple[str, ...]
    degradations: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
