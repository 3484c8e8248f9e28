"""From the pooled seeds of one experiment to its row."""

from collections.abc import Sequence

import numpy as np

from dilctl.leaderboard.comparison import Comparison
from dilctl.leaderboard.labels import network_of, parameters_of
from dilctl.leaderboard.looks import Looks, last_looks
from dilctl.leaderboard.measured import Pool
from dilctl.leaderboard.statistics import FEWEST, Values, estimate
from dilctl.leaderboard.values import Cell, Estimate, Row


def row(pool: Pool, label: str, comparison: Comparison, looks: Sequence[Looks] = ()) -> Row:
    """The row of one experiment.

    Args:
        pool: its seeds.
        label: what it is called.
        comparison: how it stands to ERM.
        looks: looks at its runs under the degradations of its board, of the weights tested.
    """
    run, cells, unseen = pool.first.run, _cells(pool, comparison), pool.of_standing("unseen")
    of_seeds = unseen.mean((1, 2)) if unseen.size else np.empty(0)
    return Row(
        label=label,
        rule=run.rule,
        network=network_of(run.experiment),
        budget=str(run.experiment["train"]["budget"]),
        weights=pool.weights,
        seeds=pool.seeds,
        runs=pool.runs,
        images=len(pool.first.images),
        cells=cells,
        seen=_over_images(pool.of_standing("seen")),
        unseen=_over_images(unseen),
        seed_range=(float(of_seeds.min()), float(of_seeds.max())) if len(of_seeds) > 1 else None,
        seed_interval=estimate(of_seeds) if len(of_seeds) >= FEWEST else None,
        worst=_worst(cells),
        baseline=comparison.baseline.runs if comparison.baseline else (),
        gain=comparison.gain,
        seen_price=comparison.seen_price,
        gap_closed=comparison.gap_closed,
        verdict=comparison.verdict,
        gradients=run.gradients,
        seconds=sum(member.run.seconds for member in pool.members) / len(pool.members),
        parameters=parameters_of(run.experiment),
        last_looks=last_looks(looks),
    )


def _cells(pool: Pool, comparison: Comparison) -> tuple[Cell, ...]:
    psnr, ssim = pool.psnr.mean(0), pool.ssim.mean((0, 2))
    return tuple(
        Cell(
            degradation=degradation,
            standing=standing,
            psnr=estimate(psnr[level]),
            ssim=float(ssim[level]),
            to_erm=comparison.to_erm.get(degradation),
        )
        for level, (degradation, standing) in enumerate(pool.first.degradations)
    )


def _worst(cells: Sequence[Cell]) -> Cell | None:
    """The unseen degradation that is restored worst."""
    unseen = [cell for cell in cells if cell.standing == "unseen"]
    return min(unseen, key=lambda cell: cell.psnr.mean, default=None)


def _over_images(values: Values) -> Estimate | None:
    """Mean over seeds, degradations and images (N of each), an image being the unit."""
    return estimate(values.mean((0, 1))) if values.size else None
