"""All rows of a board at one budget, from the looks at their runs.

Rules differ in what an outer step costs, so "as good after as much" has three readings: equal
outer steps, equal gradient evaluations, equal seconds. Each compares other looks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from dilctl.leaderboard.labels import switches, trained_as_but_for_switches
from dilctl.leaderboard.looks import LAST, Looks
from dilctl.leaderboard.tradeoff import Trail, tradeoff
from dilctl.leaderboard.values import Board, Row, Spread
from storage.records import Run

Unit = Literal["steps", "gradients", "seconds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedAtBudget:
    """The last looks at one run at or before the budget, none of them before half of it.

    Attributes:
        first, last: where the oldest and the newest of them were taken, in the budget's unit.
        looks: how many they are, 1 to 5.
        seen, unseen: PSNR in dB over the looks, each a mean over the validation crops.
        is_halved: whether the rate of learning had been halved by the newest look.
    """

    seed: int
    run: int
    first: float
    last: float
    looks: int
    seen: Spread
    unseen: Spread
    is_halved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAtBudget:
    """One row of a board at the budget.

    Attributes:
        label: of the row, and its budget: the end of its own training.
        seeds: at least one, ascending.
        seen, unseen: over the seeds' means, PSNR in dB.
        seen_to_erm, unseen_to_erm: over the differences of each common seed to plain ERM of the
            same network and settings; None for that ERM itself and where there is none.
    """

    label: str
    budget: str
    seeds: tuple[SeedAtBudget, ...]
    seen: Spread
    unseen: Spread
    seen_to_erm: Spread | None
    unseen_to_erm: Spread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualBudget:
    """The rows of a board at the largest budget that every one of their runs has reached.

    Attributes:
        amount: of the unit.
        limit: the label of a row that has not reached more.
        rows: highest unseen mean first; at least one.
        left_out: rows that cannot be compared, each with the reason.
        notes: what a reader must know, one sentence each.
    """

    unit: Unit
    amount: float
    limit: str
    rows: tuple[RowAtBudget, ...]
    left_out: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contender:
    """A row with the trails of its seeds and the experiment of its runs."""

    row: Row
    run: Run
    trails: tuple[Trail, ...]


def at_equal_budget(
    board: Board, unit: Unit, *, runs: Mapping[int, Run], looks: Sequence[Looks]
) -> EqualBudget | None:
    """Compare the rows of a board at one budget.

    Args:
        board: its oracle rows are left out: they were trained on what others have not seen.
        unit: of the budget.
        runs: the runs of the board, by number.
        looks: looks at them, at most one for each run and weights.

    Returns:
        None where no run of the board was looked at.
    """
    contenders, left_out = _contenders(board, runs, tradeoff(board, looks))
    if not contenders:
        return None
    amount, limit = min(
        (_along(trail.looks, unit)[-1], trail.label)
        for contender in contenders
        for trail in contender.trails
    )
    seeds = {
        contender.row.label: tuple(
            seed
            for trail in contender.trails
            if (seed := _seed(trail, unit, amount, runs[trail.looks.run]))
        )
        for contender in contenders
    }
    reached = [each for each in contenders if seeds[each.row.label]]
    left_out |= {
        label: "it has no look between half the budget and it"
        for label, looked in seeds.items()
        if not looked
    }
    rows = [_row(each, _plain_erm(each, reached), seeds) for each in reached]
    return EqualBudget(
        unit=unit,
        amount=amount,
        limit=limit,
        rows=tuple(sorted(rows, key=lambda row: row.unseen.mean, reverse=True)),
        left_out=left_out,
    )


def _contenders(
    board: Board, runs: Mapping[int, Run], trails: Sequence[Trail]
) -> tuple[list[_Contender], dict[str, str]]:
    found: list[_Contender] = []
    left_out: dict[str, str] = {}
    for row in board.rows:
        own = tuple(trail for trail in trails if trail.label == row.label)
        if row.verdict == "oracle":
            left_out[row.label] = "an oracle was trained on what others have not seen"
        elif own:
            found.append(_Contender(row=row, run=runs[row.runs[0]], trails=own))
        elif row.weights != "best-seen":
            left_out[row.label] = "its runs were never looked at"
    return found, left_out


def _along(looks: Looks, unit: Unit) -> Sequence[float]:
    match unit:
        case "steps":
            return looks.steps
        case "gradients":
            return looks.gradients
        case "seconds":
            return looks.seconds
        case _:
            assert_never(unit)


def _seed(trail: Trail, unit: Unit, amount: float, run: Run) -> SeedAtBudget | None:
    """The last looks of a seed at or before a budget; None where none came after half of it.

    Where looks lie far apart the fifth from the end would be one of a network that had hardly
    begun to learn.
    """
    along = _along(trail.looks, unit)
    end = bisect_right(along, amount)
    start = max(bisect_left(along, amount / 2), end - LAST)
    if start >= end:
        return None
    used = slice(start, end)
    return SeedAtBudget(
        seed=trail.seed,
        run=run.id,
        first=along[used][0],
        last=along[used][-1],
        looks=len(along[used]),
        seen=Spread.of(trail.looks.seen[used]),
        unseen=Spread.of(trail.looks.unseen[used]),
        is_halved=_is_halved(trail.looks, end - 1, run),
    )


def _is_halved(looks: Looks, place: int, run: Run) -> bool:
    """Whether the rate had been halved at a look; ``run`` is done, so it says where it ended."""
    train = run.experiment["train"]
    if str(train["budget"]).endswith("seconds"):
        return looks.seconds[place] >= train["halve_at"] * run.seconds
    return looks.steps[place] > train["halve_at"] * run.step


def _row(
    own: _Contender, erm: _Contender | None, seeds: Mapping[str, Sequence[SeedAtBudget]]
) -> RowAtBudget:
    mine = seeds[own.row.label]
    theirs = {seed.seed: seed for seed in seeds[erm.row.label]} if erm else {}
    pairs = [(seed, theirs[seed.seed]) for seed in mine if seed.seed in theirs]
    return RowAtBudget(
        label=own.row.label,
        budget=own.row.budget,
        seeds=tuple(mine),
        seen=Spread.of([seed.seen.mean for seed in mine]),
        unseen=Spread.of([seed.unseen.mean for seed in mine]),
        seen_to_erm=_change([a.seen.mean - b.seen.mean for a, b in pairs]),
        unseen_to_erm=_change([a.unseen.mean - b.unseen.mean for a, b in pairs]),
    )


def _change(differences: Sequence[float]) -> Spread | None:
    return Spread.of(differences) if differences else None


def _plain_erm(own: _Contender, others: Sequence[_Contender]) -> _Contender | None:
    """ERM of the same settings but its budget and its controls, without any control if there is.

    Of several, one of the row's own budget, then the one with the most seeds in common. None for
    that ERM itself.
    """
    alike = [
        other
        for other in others
        if other.run.rule == "erm"
        and other.row.weights == own.row.weights
        and _settings(other.run) == _settings(own.run)
    ]
    best = max(
        alike,
        key=lambda other: (
            not switches(other.run.experiment),
            other.row.budget == own.row.budget,
            len(set(other.row.seeds) & set(own.row.seeds)),
        ),
        default=None,
    )
    return None if best is own else best


def _settings(run: Run) -> Mapping[str, str]:
    """What shapes the weights, except rule, confounders, controls and budget."""
    settings = trained_as_but_for_switches(run.experiment)
    return {path: value for path, value in settings.items() if path != "train.budget"}
