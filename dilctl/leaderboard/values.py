"""The frozen values that a leaderboard is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal, Self

from trainers.suites import ColourSpace, colour_space

Verdict = Literal[
    "baseline", "oracle", "gain", "loss", "undecided", "nothing unseen", "no baseline"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its 95 % interval, in decibels unless said otherwise.

    The ends are None where there are too few units (images or seeds) for an interval.
    """

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A mean with the lowest and the highest of what was averaged; no interval."""

    mean: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """The spread of one value or more."""
        return cls(mean=fmean(values), lowest=min(values), highest=max(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLooks:
    """How much a row's quality depends on where training ended: its last looks, in decibels.

    A look is PSNR on a few validation crops, not on the test set: its level is another, and only
    its movement says something about the rest of the row.

    Attributes:
        looks: how many of each run count, at most five.
        seen, unseen: over those looks of all runs of the row; seen is None on a board without
            seen degradations.
        swing: largest change of the unseen mean from one look of a run to its next; None where
            no run has two looks.
    """

    looks: int
    seen: Spread | None
    unseen: Spread
    swing: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One row's quality under one degradation: means over images, seeds averaged.

    Attributes:
        to_erm: PSNR minus that of the ERM that the row is compared with, paired over images and
            common seeds; None without one.
    """

    degradation: str
    standing: str
    psnr: Estimate
    ssim: float
    to_erm: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One experiment, over its seeds, on one test set.

    Attributes:
        label: rule and network, and whatever tells this row from others of the same two.
        weights: which weights of the runs were tested: ``last``, ``average`` or ``best-seen``.
        runs: numbers of the runs, in the order of ``seeds``.
        images: how many images its means are over.
        seen, unseen: means over the seen and the unseen degradations; None where there are none.
        seed_range: lowest and highest unseen mean of a seed; None below two seeds.
        seed_interval: unseen mean with its interval over seeds; None below five seeds.
        worst: the unseen degradation with the lowest mean.
        baseline: numbers of the runs of ERM that the row is compared with; empty without one.
        gain: unseen mean minus that of the baseline, paired over images and common seeds.
        seen_price: the same difference of the seen means; below zero where the row pays.
        gap_closed: share of the way from the baseline to the oracle, 1 for all of it, not in
            decibels; None where no oracle fits or it is not clearly ahead of the baseline.
        verdict: ``gain`` or ``loss`` only if the interval of ``gain`` excludes zero and every
            common seed has its sign; ``baseline`` for ERM that is compared with nothing else;
            ``oracle`` for ERM that was trained on every degradation of the suite;
            ``nothing unseen`` where there is nothing to generalise to.
        gradients: gradient evaluations spent by one run; seconds: mean over the runs.
        parameters: trained numbers of the network; None where they are not known.
        last_looks: under the degradations of the board; None where the runs, or these weights of
            them, were not looked at under each of them.
    """

    label: str
    rule: str
    network: str
    budget: str
    weights: str = "last"
    seeds: tuple[int, ...]
    runs: tuple[int, ...]
    images: int
    cells: tuple[Cell, ...]
    seen: Estimate | None
    unseen: Estimate | None
    seed_range: tuple[float, float] | None
    seed_interval: Estimate | None = None
    worst: Cell | None
    baseline: tuple[int, ...] = ()
    gain: Estimate | None
    seen_price: Estimate | None = None
    gap_closed: Estimate | None = None
    verdict: Verdict
    gradients: int
    seconds: float
    parameters: int | None = None
    last_looks: LastLooks | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Rows that may be compared: same task, confounders, training data, suite and test set.

    An oracle has other confounders than the board, and stands on it as what could be reached.

    Attributes:
        border: pixels cut off at each side of a test image before PSNR and SSIM.
        degradations: the columns, as (full name, standing), seen first, else in suite order.
        rows: highest unseen mean first, oracles last.
        notes: what a reader must know, one sentence each.
    """

    task: str
    suite: str
    test_set: str
    images: int
    confounders: tuple[str, ...]
    border: int = 0
    degradations: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    @property
    def colour_space(self) -> ColourSpace:
        """What PSNR and SSIM are taken over."""
        return colour_space(self.task, self.suite, self.test_set)

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """The columns of a narrow table: all but the seen, whose mean it has; all if none is."""
        others = tuple(each for each in self.degradations if each[1] != "seen")
        return others or self.degradations

    @property
    def measure(self) -> str:
        """What the numbers are: ``PSNR in dB``, or how it was taken where that is not usual."""
        luma = " on Y" if self.colour_space == "y" else ""
        border = f", {self.border} pixels cut off at each side" if self.border else ""
        return f"PSNR{luma} in dB{border}"

    def baseline_of(self, row: Row) -> Row | None:
        """The row that a row is compared with; None for one that is compared with nothing."""
        found = (r for r in self.rows if (r.runs, r.weights) == (row.baseline, row.weights))
        return next(found, None)
