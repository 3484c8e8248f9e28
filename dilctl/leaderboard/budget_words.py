"""What a comparison at one budget shows and does not show, in sentences."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from dilctl.leaderboard.budgets import EqualBudget, RowAtBudget, SeedAtBudget, Unit
from dilctl.leaderboard.labels import switches
from dilctl.leaderboard.looks import LAST
from dilctl.leaderboard.phrases import counted, listed
from storage.records import Attempt, Run

# Ends of two windows that lie further apart than this share of the amount are told.
_UNEVEN = 0.1


def notes(
    comparison: EqualBudget, *, runs: Mapping[int, Run], attempts: Sequence[Attempt]
) -> tuple[str, ...]:
    """What a reader must know of a comparison, one sentence each.

    Args:
        comparison: of one board.
        runs: the runs of its board, by number.
        attempts: all starts of these runs.
    """
    own = [runs[seed.run] for row in comparison.rows for seed in row.seeds]
    return (
        *_looks_notes(comparison, own),
        *_window_notes(comparison),
        *_rate_notes(comparison.rows),
        *_control_notes(comparison.rows, runs),
        *(_seconds_notes(own, attempts) if comparison.unit == "seconds" else ()),
        *_refusals(comparison),
    )


def number_of(amount: float, unit: Unit) -> str:
    """A budget without its unit: ``800`` steps, ``3,200`` gradients, ``61.5`` seconds."""
    return f"{amount:,.1f}" if unit == "seconds" else f"{amount:,.0f}"


def span_of(seed: SeedAtBudget, unit: Unit) -> str:
    """Where the looks at a seed were taken: ``1,500…2,700``, or ``600`` for a single one."""
    last = number_of(seed.last, unit)
    return f"{number_of(seed.first, unit)}…{last}" if seed.looks > 1 else last


def _looks_notes(comparison: EqualBudget, runs: Sequence[Run]) -> list[str]:
    said = [
        "On validation crops under the degradations of this board, each row at the most "
        f"{comparison.unit} that it and its ERM have both reached, ERM itself at its own end. "
        f"Means of the last {LAST} looks up to there, none from the first half, and over seeds "
        "from the lowest to the highest; no test set was looked at, and there are no intervals."
    ]
    if len({number_of(row.amount, comparison.unit) for row in comparison.rows}) > 1:
        said.append("Rows stand at different amounts: only with its own ERM can each be compared.")
    ways = {_way(run) for run in runs}
    if len(ways) > 1:
        said.append(
            "Runs were looked at on different crops, so their means must not be compared: "
            f"{'; '.join(sorted(ways))}."
        )
    else:
        said.append(f"Looked at: {ways.pop()}.")
    return said


def _way(run: Run) -> str:
    evaluate = run.experiment["evaluate"]
    return f"{evaluate['crops']} crops of {evaluate['crop']} pixels"


def _window_notes(comparison: EqualBudget) -> list[str]:
    """Which rows and their ERM were looked at in different parts of their training."""
    uneven = {
        row.label: pair
        for row in comparison.rows
        if (pair := next((pair for pair in _pairs(row) if _is_uneven(row.amount, *pair)), None))
    }
    if not uneven:
        return []
    unit = comparison.unit
    where = (
        f"{label} at {span_of(own, unit)}, its ERM at {span_of(erm, unit)}"
        for label, (own, erm) in uneven.items()
    )
    return [
        "Not looked at in the same part of training as their ERM, which counts against the "
        f"younger: {'; '.join(where)} {unit}."
    ]


def _pairs(row: RowAtBudget) -> list[tuple[SeedAtBudget, SeedAtBudget]]:
    """The seeds in common with ERM, each with that of ERM."""
    own = {seed.seed: seed for seed in row.seeds}
    return [(own[seed.seed], seed) for seed in row.erm.seeds] if row.erm else []


def _is_uneven(amount: float, own: SeedAtBudget, erm: SeedAtBudget) -> bool:
    return max(abs(own.first - erm.first), abs(own.last - erm.last)) > _UNEVEN * amount


def _rate_notes(rows: Sequence[RowAtBudget]) -> list[str]:
    """Where one of the two had not come to the second part of its schedule."""
    kinds: dict[tuple[bool, bool], list[str]] = {}
    for row in rows:
        of_erm = row.erm.seeds if row.erm else ()
        halved = all(seed.is_halved for seed in row.seeds), all(s.is_halved for s in of_erm)
        kinds.setdefault(halved, []).append(row.label)
    meanings = {
        (True, False): "ERM had not yet halved its rate of learning where it is compared with "
        "{labels}, which had: this alone can put them ahead.",
        (False, True): "Had not yet halved their rate of learning here: {labels}, which alone can "
        "put them behind.",
        (False, False): "Neither had ERM yet halved its rate of learning here nor had {labels}: "
        "these are not values of runs that end here.",
    }
    return [
        meaning.format(labels=listed(kinds[halved]))
        for halved, meaning in meanings.items()
        if halved in kinds
    ]


def _control_notes(rows: Sequence[RowAtBudget], runs: Mapping[int, Run]) -> list[str]:
    """Which rules differ from their ERM in controls, too."""
    labels = [
        row.label
        for row in rows
        for own, erm in _pairs(row)[:1]
        if runs[own.run].rule != "erm"
        and switches(runs[own.run].experiment) != switches(runs[erm.run].experiment)
    ]
    if not labels:
        return []
    return [
        f"{listed(labels)}: compared with ERM of other controls, so the difference is not the "
        "rule's alone."
    ]


def _refusals(comparison: EqualBudget) -> list[str]:
    """Which rows are not compared, and which are not even there."""
    refused = {row.label: row.refusal for row in comparison.rows if row.refusal}
    return [
        *(f"Not compared with ERM: {said}." for said in _by_reason(refused)),
        *(f"Left out: {said}." for said in _by_reason(comparison.left_out)),
    ]


def _by_reason(reasons: Mapping[str, str]) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for label, reason in reasons.items():
        by_reason.setdefault(reason, []).append(label)
    return [f"{listed(labels)} ({reason})" for reason, labels in by_reason.items()]


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
