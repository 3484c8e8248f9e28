"""What the validation crops of a run showed through its training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dilctl.leaderboard.values import LastLooks, Spread
from storage.records import Curve

LAST = 5
"""So many looks count as the last ones: unseen PSNR swings too far to trust a single one."""

KINDS = ("last", "average")
"""The weights that looks are of: those of the step, and their average where a run keeps one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What a run's validation crops showed through training: PSNR in dB, means over the crops.

    Attributes:
        run: number of the run.
        weights: which weights were looked at: ``last`` (those of the step) or ``average``.
        steps, gradients, seconds: where each look was taken, ascending.
        seen, unseen: means over the seen and the unseen degradations, one value a look.
    """

    run: int
    weights: str = "last"
    steps: tuple[int, ...]
    gradients: tuple[int, ...]
    seconds: tuple[float, ...]
    seen: tuple[float, ...]
    unseen: tuple[float, ...]


def metric_names(weights: str) -> tuple[str, str]:
    """The curves that hold the seen and the unseen means of some weights, in this order."""
    place = "crops" if weights == "last" else f"crops-{weights}"
    return f"psnr@{place}:seen", f"psnr@{place}:unseen"


def looks_of(run: int, curve: Callable[[int, str], Curve], *, weights: str = "last") -> Looks:
    """The looks at one run.

    Args:
        run: number of the run.
        curve: reads the curve of (run, metric); an empty one where there is no such metric.
        weights: ``last`` or ``average``.

    Returns:
        The steps at which both means were measured; empty where there are none.
    """
    seen, unseen = (curve(run, name) for name in metric_names(weights))
    by_step = dict(zip(seen.steps, seen.values, strict=True))
    kept = [place for place, step in enumerate(unseen.steps) if step in by_step]
    return Looks(
        run=run,
        weights=weights,
        steps=tuple(unseen.steps[place] for place in kept),
        gradients=tuple(unseen.gradients[place] for place in kept),
        seconds=tuple(unseen.seconds[place] for place in kept),
        seen=tuple(by_step[unseen.steps[place]] for place in kept),
        unseen=tuple(unseen.values[place] for place in kept),
    )


def last_looks(looks: Sequence[Looks]) -> LastLooks | None:
    """How the last looks at the runs of one row lie; None where there are none."""
    ends = [each for each in looks if each.steps]
    if not ends:
        return None
    unseen = [each.unseen[-LAST:] for each in ends]
    steps = [abs(after - before) for run in unseen for before, after in pairwise(run)]
    return LastLooks(
        looks=max(len(run) for run in unseen),
        seen=Spread.of([value for each in ends for value in each.seen[-LAST:]]),
        unseen=Spread.of([value for run in unseen for value in run]),
        swing=max(steps, default=None),
    )
