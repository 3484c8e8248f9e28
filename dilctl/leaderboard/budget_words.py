"""What a comparison at one budget shows and does not show, in sentences."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from dilctl.leaderboard.budgets import EqualBudget, RowAtBudget, Unit
from dilctl.leaderboard.looks import LAST
from dilctl.leaderboard.phrases import counted, listed
from storage.records import Attempt, Run

# Rows whose looks reach back so many times as far as those of others are told apart.
_UNEVEN = 1.5


def notes(
    comparison: EqualBudget, *, runs: Mapping[int, Run], attempts: Sequence[Attempt]
) -> tuple[str, ...]:
    """What a reader must know of a comparison, one sentence each.

    Args:
        comparison: its rows are at least one.
        runs: the runs of its board, by number.
        attempts: all starts of these runs.
    """
    own = [runs[seed.run] for row in comparison.rows for seed in row.seeds]
    return (
        *_looks_notes(comparison, own),
        *_rate_notes(comparison.rows),
        *(_seconds_notes(own, attempts) if comparison.unit == "seconds" else ()),
        *(f"{label} is left out: {why}." for label, why in comparison.left_out.items()),
    )


def amount_of(amount: float, unit: Unit) -> str:
    """A budget in words: ``800 steps``, ``3,200 gradients``, ``61.5 seconds``."""
    return f"{amount:,.1f} {unit}" if unit == "seconds" else f"{amount:,.0f} {unit}"


def _looks_notes(comparison: EqualBudget, runs: Sequence[Run]) -> list[str]:
    amount = amount_of(comparison.amount, comparison.unit)
    said = [
        f"On validation crops at {amount}, the most that all runs have reached: {comparison.limit} "
        f"goes no further. Means of the last {LAST} looks up to there, none from the first half, "
        "and over seeds from the lowest to the highest; no test set was looked at, and there are "
        "no intervals."
    ]
    ways = {_way(run) for run in runs}
    if len(ways) > 1:
        said.append(
            "Runs were looked at on different crops or degradations, so their means must not be "
            f"compared: {'; '.join(sorted(ways))}."
        )
    else:
        said.append(f"Looked at: {ways.pop()}.")
    starts = [seed.first for row in comparison.rows for seed in row.seeds]
    if comparison.amount - min(starts) > _UNEVEN * (comparison.amount - max(starts)):
        said.append(
            "Rows were not looked at equally often: some average over more of their training (see "
            "the column looks), and being younger there counts against them."
        )
    return said


def _way(run: Run) -> str:
    evaluate = run.experiment["evaluate"]
    suites = evaluate.get("suites") or [evaluate.get("suite", "")]  # the first version had one
    return f"{evaluate['crops']} crops of {evaluate['crop']} pixels under {' and '.join(suites)}"


def _rate_notes(rows: Sequence[RowAtBudget]) -> list[str]:
    """Which rows have not come to the second part of their schedule."""
    early: dict[str, list[str]] = {}
    for row in rows:
        if not all(seed.is_halved for seed in row.seeds):
            early.setdefault(row.budget, []).append(row.label)
    if not early:
        return []
    named = "; ".join(f"{listed(labels)}, which go on to {end}" for end, labels in early.items())
    what = (
        "No row has the quality of a run that ends here"
        if sum(map(len, early.values())) == len(rows)
        else "The others have, which alone can put them ahead"
    )
    return [f"Have not yet halved their rate of learning here: {named}. {what}."]


def _seconds_notes(runs: Sequence[Run], attempts: Sequence[Attempt]) -> list[str]:
    by_run = {run.id: [each for each in attempts if each.run == run.id] for run in runs}
    places = sorted({_place(run, each) for run in runs for each in by_run[run.id]})
    said = [
        "Seconds are of training alone, without looks and checkpoints, and can be compared only "
        "if the runs had the same device each to itself."
    ]
    if places:
        said.append(f"They ran on {listed(places)}.")
    numbers = _beside_another(by_run)
    if numbers:
        said.append(
            "Ran beside another run of this board on the same machine, so that their seconds may "
            f"be longer than alone: run {listed(map(str, numbers))}."
        )
    return said


def _place(run: Run, attempt: Attempt) -> str:
    gpus = attempt.devices.get("gpus") or ()
    if gpus:
        return f"{attempt.host}, GPU {listed(str(gpu) for gpu in gpus)}"
    resources = run.experiment["resources"]
    slots = attempt.devices.get("slots") or resources["processes"] * resources["threads"]
    return f"{attempt.host}, {counted(slots, 'CPU slot')}"


def _beside_another(by_run: Mapping[int, Sequence[Attempt]]) -> list[int]:
    """Numbers of the runs that shared a machine's time with another of them."""
    beside: set[int] = set()
    for one, other in combinations(by_run, 2):
        if any(_overlap(a, b) for a in by_run[one] for b in by_run[other]):
            beside |= {one, other}
    return sorted(beside)


def _overlap(one: Attempt, other: Attempt) -> bool:
    if one.host != other.host or one.finished_at is None or other.finished_at is None:
        return False
    return one.started_at < other.finished_at and other.started_at < one.finished_at
