"""What a reader must know of a board, in sentences under it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dilctl.leaderboard.comparison import Comparison
from dilctl.leaderboard.labels import short_name, switches
from dilctl.leaderboard.measured import CAP, Pool
from dilctl.leaderboard.phrases import estimated, listed, spread
from dilctl.leaderboard.statistics import FEWEST, RESAMPLES
from dilctl.leaderboard.values import LastLooks, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A row with what it was made from."""

    row: Row
    pool: Pool
    comparison: Comparison


def notes(told: Sequence[Told], *, training: Sequence[str], outside: Sequence[int]) -> list[str]:
    """What a reader must know, one sentence each.

    Args:
        told: the rows.
        training: sources of the training images.
        outside: numbers of the runs that were left out of their rows.
    """
    pools, rows = [each.pool for each in told], [each.row for each in told]
    said = [
        f"All rows are trained on {listed(short_name(source) for source in training)}.",
        *_interval_notes(pools),
        *_seed_notes(rows),
        *_weights_notes(rows),
        *_comparison_notes(told),
        *_control_notes(told),
        *_oracle_notes(told),
        *_looks_notes(rows),
    ]
    between = {name for p in pools for name, word in p.first.degradations if word == "interpolated"}
    if between:
        said.append(f"{listed(sorted(between))}: between seen levels, in neither mean.")
    if outside:
        numbers = listed(str(run) for run in outside)
        said.append(f"Left out, as measured on other images or degradations: run {numbers}.")
    if any(member.is_capped for pool in pools for member in pool.members):
        said.append(f"Images restored without any error count as {CAP:g} dB.")
    return said


def _interval_notes(pools: Sequence[Pool]) -> list[str]:
    counts = {len(pool.first.images) for pool in pools}
    said: list[str] = []
    if any(count >= FEWEST for count in counts):
        said.append(
            f"Intervals are 95 % bootstraps over images ({RESAMPLES:,} resamples), seeds averaged."
        )
    if any(count < FEWEST for count in counts):
        said.append(f"No interval is given for fewer than {FEWEST} images.")
    if len(counts) > 1:
        said.append("Rows differ in their images: their means must not be compared.")
    return said


def _seed_notes(rows: Sequence[Row]) -> list[str]:
    said: list[str] = []
    if any(len(row.seeds) == 1 for row in rows):
        said.append("A row of one seed does not show how much seeds differ.")
    if any(1 < len(row.seeds) < FEWEST for row in rows):
        said.append(f"Below {FEWEST} seeds their range is shown, lowest to highest.")
    said.extend(
        f"{row.label}: over {len(row.seeds)} seeds the unseen mean is "
        f"{estimated(row.seed_interval)}."
        for row in rows
        if row.seed_interval is not None
    )
    return said


def _weights_notes(rows: Sequence[Row]) -> list[str]:
    meanings = {
        "average": "weights=average: averaged over training",
        "best-seen": "weights=best-seen: of the look that was best on seen degradations",
    }
    tested = {row.weights for row in rows}
    said = [meaning for weights, meaning in meanings.items() if weights in tested]
    if not said:
        return []
    return [f"{'; '.join(said)}. Each row is compared with ERM of the same kind of weights."]


def _comparison_notes(told: Sequence[Told]) -> list[str]:
    return [
        f"{each.row.label}: not compared with ERM, since {each.comparison.refusal}."
        for each in told
        if each.comparison.refusal
    ]


def _control_notes(told: Sequence[Told]) -> list[str]:
    """Where a difference or a share is owed to controls as well as to the rule."""
    mixed = [each for each in told if each.row.rule != "erm" and _has_other_controls(each)]
    scaled = [each for each in told if _has_other_scale(each)]
    said: list[str] = []
    if mixed:
        said.append(
            f"{listed(each.row.label for each in mixed)}: compared with ERM of other controls, so "
            "the difference is not the rule's alone."
        )
    if scaled:
        said.append(
            f"{listed(each.row.label for each in scaled)}: share of the gap between ERM and an "
            "oracle of other controls."
        )
    return said


def _has_other_controls(each: Told) -> bool:
    baseline = each.comparison.baseline
    return baseline is not None and switches(baseline.experiment) != switches(each.pool.experiment)


def _has_other_scale(each: Told) -> bool:
    baseline, oracle = each.comparison.baseline, each.comparison.oracle
    if baseline is None or oracle is None:
        return False
    return switches(baseline.experiment) != switches(oracle.experiment)


def _looks_notes(rows: Sequence[Row]) -> list[str]:
    looked_at = [(row.label, row.last_looks) for row in rows if row.last_looks]
    if not looked_at:
        return []
    most = max(looks.looks for _, looks in looked_at)
    return [
        f"Looks at validation crops, in dB: mean (lowest to highest) of the last {most} of each "
        "run, and the largest step of the unseen mean from one to the next.",
        *(f"{label}: {_said(looks)}." for label, looks in looked_at),
    ]


def _said(looks: LastLooks) -> str:
    step = "" if looks.swing is None else f", step {looks.swing:.2f}"
    seen = "" if looks.seen is None else f", seen {spread(looks.seen)}"
    return f"unseen {spread(looks.unseen)}{step}{seen}"


def _oracle_notes(told: Sequence[Told]) -> list[str]:
    if not any(each.row.verdict == "oracle" for each in told):
        return []
    said = ["An oracle is ERM that was trained on every degradation of the suite: no contender."]
    if any(each.row.gap_closed for each in told):
        said.append("Gap closed: share of the way from ERM to its oracle on the unseen mean.")
    reasons: dict[str, list[str]] = {}
    for each in told:
        if each.comparison.no_share:
            reasons.setdefault(each.comparison.no_share, []).append(each.row.label)
    said.extend(
        f"{listed(labels)}: share of the gap not known, since {reason}."
        for reason, labels in reasons.items()
    )
    return said
