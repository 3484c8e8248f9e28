"""What the validation crops of a run showed through its training."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from dilctl.leaderboard.values import LastLooks, Spread
from storage.records import Curve, Evaluation

LAST = 5
"""So many looks count as the last ones: unseen PSNR swings too far to trust a single one."""

KINDS = ("last", "average")
"""The weights that looks are of: those of the step, and their average where a run keeps one."""

WantedLooks = Mapping[tuple[int, str], Collection[str]]
"""Full names of degradations, by (number of a run, kind of its weights)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CropCurves:
    """All looks at one run: PSNR in dB under each degradation, means over its validation crops.

    Attributes:
        weights: which weights were looked at: ``last`` (those of the step) or ``average``.
        psnr: curves by the full name of the degradation, none of them empty.
    """

    run: int
    weights: str = "last"
    psnr: Mapping[str, Curve]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What the looks at one run say of one board: PSNR in dB, means over crops and degradations.

    Attributes:
        run: number of the run.
        weights: which weights were looked at: ``last`` (those of the step) or ``average``.
        steps, gradients, seconds: where each look was taken, ascending; at least one.
        seen: means over the board's seen degradations, one value a look; None where it has none.
        unseen: means over its unseen degradations, likewise.
    """

    run: int
    weights: str = "last"
    steps: tuple[int, ...]
    gradients: tuple[int, ...]
    seconds: tuple[float, ...]
    seen: tuple[float, ...] | None
    unseen: tuple[float, ...]


def wanted_by(evaluations: Iterable[Evaluation]) -> WantedLooks:
    """What the boards of some evaluations need of the looks at their runs."""
    wanted: dict[tuple[int, str], set[str]] = {}
    for each in evaluations:
        wanted.setdefault((each.run, each.weights), set()).add(each.degradation)
    return wanted


def crop_curves(
    wanted: WantedLooks, read: Callable[[int, Sequence[str]], Sequence[Curve]]
) -> tuple[CropCurves, ...]:
    """Read the looks at some runs.

    Args:
        wanted: kinds of weights that are never looked at are passed over.
        read: reads the curves of (run, metrics), an empty one where there is no such metric.

    Returns:
        In the order of the runs; none for runs and weights that were never looked at.
    """
    found = (
        _crop_curves(run, weights, sorted(names), read)
        for (run, weights), names in sorted(wanted.items())
        if weights in KINDS
    )
    return tuple(each for each in found if each.psnr)


def _crop_curves(
    run: int,
    weights: str,
    names: Sequence[str],
    read: Callable[[int, Sequence[str]], Sequence[Curve]],
) -> CropCurves:
    place = "crops" if weights == "last" else f"crops-{weights}"
    curves = read(run, [f"psnr@{place}:{name}" for name in names])
    named = zip(names, curves, strict=True)
    return CropCurves(
        run=run, weights=weights, psnr={name: curve for name, curve in named if curve.steps}
    )


def looks_of(curves: CropCurves, degradations: Sequence[tuple[str, str]]) -> Looks | None:
    """The looks at one run as a board counts them.

    Args:
        curves: of the run.
        degradations: those of the board, as (full name, standing).

    Returns:
        The steps at which each seen and each unseen degradation was measured; None where there
        are none, or no degradation is unseen.
    """
    seen, unseen = (
        [name for name, standing in degradations if standing == word] for word in ("seen", "unseen")
    )
    if not unseen or any(name not in curves.psnr for name in (*seen, *unseen)):
        return None
    values = {name: _by_step(curves.psnr[name]) for name in (*seen, *unseen)}
    along = curves.psnr[unseen[0]]
    kept = [n for n, step in enumerate(along.steps) if all(step in v for v in values.values())]
    steps = tuple(along.steps[place] for place in kept)
    if not steps:
        return None
    return Looks(
        run=curves.run,
        weights=curves.weights,
        steps=steps,
        gradients=tuple(along.gradients[place] for place in kept),
        seconds=tuple(along.seconds[place] for place in kept),
        seen=_means(steps, [values[name] for name in seen]) if seen else None,
        unseen=_means(steps, [values[name] for name in unseen]),
    )


def _by_step(curve: Curve) -> Mapping[int, float]:
    return dict(zip(curve.steps, curve.values, strict=True))


def _means(steps: Sequence[int], values: Sequence[Mapping[int, float]]) -> tuple[float, ...]:
    """Over the degradations, one mean a step."""
    return tuple(fmean(each[step] for each in values) for step in steps)


def last_looks(looks: Sequence[Looks]) -> LastLooks | None:
    """How the last looks at the runs of one row lie; None where there are none."""
    if not looks:
        return None
    unseen = [each.unseen[-LAST:] for each in looks]
    seen = [value for each in looks if each.seen for value in each.seen[-LAST:]]
    changes = [abs(after - before) for run in unseen for before, after in pairwise(run)]
    return LastLooks(
        looks=max(len(run) for run in unseen),
        seen=Spread.of(seen) if seen else None,
        unseen=Spread.of([value for run in unseen for value in run]),
        swing=max(changes, default=None),
    )
