"""From the pooled seeds of one experiment to its row, with its verdict against ERM."""

from collections.abc import Sequence
from dataclasses import dataclass

from dilctl.leaderboard.labels import network_of, trained_as
from dilctl.leaderboard.measured import Pool
from dilctl.leaderboard.statistics import Values, estimate
from dilctl.leaderboard.values import Cell, Estimate, Row, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a row stands to ERM trained alike; ``refusal`` says why it could not be compared."""

    verdict: Verdict
    gain: Estimate | None = None
    refusal: str = ""


def row(pool: Pool, label: str, comparison: Comparison) -> Row:
    """The row of one experiment."""
    run = pool.first.run
    cells = _cells(pool)
    unseen = pool.of_standing("unseen")
    of_seeds = [float(values.mean()) for values in unseen] if unseen.size else []
    return Row(
        label=label,
        rule=run.rule,
        network=network_of(run.experiment),
        budget=str(run.experiment["train"]["budget"]),
        seeds=pool.seeds,
        runs=tuple(member.run.id for member in pool.members),
        cells=cells,
        seen=_over_images(pool.of_standing("seen")),
        unseen=_over_images(unseen),
        seed_range=(min(of_seeds), max(of_seeds)) if len(of_seeds) > 1 else None,
        worst=min(
            (cell for cell in cells if cell.standing == "unseen"),
            key=lambda cell: cell.psnr.mean,
            default=None,
        ),
        gain=comparison.gain,
        verdict=comparison.verdict,
        gradients=run.gradients,
        seconds=sum(member.run.seconds for member in pool.members) / len(pool.members),
    )


def _cells(pool: Pool) -> tuple[Cell, ...]:
    psnr, ssim = pool.psnr.mean(0), pool.ssim.mean((0, 2))
    return tuple(
        Cell(
            degradation=degradation,
            standing=standing,
            psnr=estimate(psnr[level]),
            ssim=float(ssim[level]),
        )
        for level, (degradation, standing) in enumerate(pool.first.degradations)
    )


def _over_images(values: Values) -> Estimate | None:
    """Mean over seeds, degradations and images (N of each), an image being the unit."""
    return estimate(values.mean((0, 1))) if values.size else None


def compared(pool: Pool, pools: Sequence[Pool]) -> Comparison:
    """Compare a row with ERM trained alike, paired over images and over the seeds of both."""
    if pool.first.run.rule == "erm":
        return Comparison(verdict="baseline")
    baseline = _baseline(pool, pools)
    if baseline is None:
        return Comparison(verdict="no baseline")
    if baseline.first.coverage != pool.first.coverage:
        refusal = "it and its ERM were measured on different images or degradations"
        return Comparison(verdict="no baseline", refusal=refusal)
    common = sorted(set(pool.seeds) & set(baseline.seeds))
    if not common:
        return Comparison(verdict="no baseline", refusal="it and its ERM have no seed in common")
    own, other = (each.of_standing("unseen", common) for each in (pool, baseline))
    if not own.size:
        return Comparison(verdict="undecided", refusal="no degradation of the suite is unseen")
    return _judged(own - other)


def _baseline(pool: Pool, pools: Sequence[Pool]) -> Pool | None:
    """ERM of the same network, data, confounders and budget; of several, that with most seeds."""
    alike = trained_as(pool.first.run.experiment)
    candidates = [
        other
        for other in pools
        if other.first.run.rule == "erm" and trained_as(other.first.run.experiment) == alike
    ]
    return max(candidates, key=lambda other: len(set(other.seeds) & set(pool.seeds)), default=None)


def _judged(differences: Values) -> Comparison:
    """The verdict on paired differences, shape (seeds, degradations, images)."""
    gain = estimate(differences.mean((0, 1)))
    of_seeds = differences.mean((1, 2))
    if gain.low is not None and gain.low > 0 and (of_seeds > 0).all():
        return Comparison(verdict="gain", gain=gain)
    if gain.high is not None and gain.high < 0 and (of_seeds < 0).all():
        return Comparison(verdict="loss", gain=gain)
    return Comparison(verdict="undecided", gain=gain)
