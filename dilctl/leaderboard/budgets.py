"""Each row of a board beside its ERM at one budget, from the looks at their runs.

Rules differ in what an outer step costs, so "as good after as much" has three readings: equal
outer steps, equal gradient evaluations, equal seconds. Each compares other looks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from dilctl.leaderboard.alike import common_seeds, erm_of
from dilctl.leaderboard.looks import LAST, Looks
from dilctl.leaderboard.tradeoff import Trail, tradeoff
from dilctl.leaderboard.values import Board, Row, Spread
from storage.records import Json, Run

Unit = Literal["steps", "gradients", "seconds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedAtBudget:
    """The last looks at one run at or before the budget, none of them before half of it.

    Attributes:
        first, last: where the oldest and the newest of them were taken, in the budget's unit.
        looks: how many they are, 1 to 5.
        seen, unseen: PSNR in dB over the looks, each a mean over validation crops and the board's
            degradations; seen is None on a board without seen ones.
        is_halved: whether the rate of learning had been halved by the newest look.
    """

    seed: int
    run: int
    first: float
    last: float
    looks: int
    seen: Spread | None
    unseen: Spread
    is_halved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ErmAtBudget:
    """The ERM that a row is compared with, at the row's amount.

    Attributes:
        label: of its row.
        seeds: those in common with the row, ascending; at least one.
        seen, unseen: over these seeds' means, PSNR in dB.
    """

    label: str
    seeds: tuple[SeedAtBudget, ...]
    seen: Spread | None
    unseen: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAtBudget:
    """One row of a board at a budget of its own.

    Attributes:
        label: of the row, and its budget: the end of its own training.
        amount: of the unit; the most that all looked-at runs of the row and of its ERM have
            reached, or of the row alone where it is compared with none.
        seeds: at least one, ascending.
        seen, unseen: over the seeds' means, PSNR in dB.
        erm: plain ERM of the same network and settings but perhaps budget; None for that ERM
            itself and where the row is not compared.
        seen_to_erm, unseen_to_erm: over the differences of each common seed; None without ``erm``.
        refusal: why the row is not compared; empty where it is, and for that ERM itself.
    """

    label: str
    budget: str
    amount: float
    seeds: tuple[SeedAtBudget, ...]
    seen: Spread | None
    unseen: Spread
    erm: ErmAtBudget | None = None
    seen_to_erm: Spread | None = None
    unseen_to_erm: Spread | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualBudget:
    """The rows of a board, each at the largest budget that it and its ERM have both reached.

    Attributes:
        rows: in the order of the board; at least one.
        left_out: rows without looks that count, each with the reason.
        notes: what a reader must know, one sentence each.
    """

    unit: Unit
    rows: tuple[RowAtBudget, ...]
    left_out: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contender:
    """A row with those of its runs that were looked at, each with its trail."""

    row: Row
    runs: tuple[Run, ...]
    trails: tuple[Trail, ...]

    @property
    def experiment(self) -> Json:
        return self.runs[0].experiment

    @property
    def weights(self) -> str:
        return self.row.weights

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(trail.seed for trail in self.trails)

    def end(self, unit: Unit, seeds: Collection[int]) -> float:
        """The most that all these seeds have reached."""
        return min(_along(each.looks, unit)[-1] for each in self.trails if each.seed in seeds)

    def at(self, unit: Unit, amount: float, seeds: Collection[int]) -> tuple[SeedAtBudget, ...]:
        """Those of these seeds that were looked at between half an amount and it."""
        pairs = zip(self.trails, self.runs, strict=True)
        found = (_seed(trail, unit, amount, run) for trail, run in pairs if trail.seed in seeds)
        return tuple(seed for seed in found if seed)


def at_equal_budget(
    board: Board, unit: Unit, *, runs: Mapping[int, Run], looks: Sequence[Looks]
) -> EqualBudget | None:
    """Compare each row of a board with its ERM at one budget.

    Args:
        board: its oracle rows are left out: they were trained on what others have not seen.
        unit: of the budget.
        runs: the runs that were looked at, by number.
        looks: looks at them under the board's degradations, at most one for each run and weights.

    Returns:
        None where no run of the board was looked at.
    """
    contenders, left_out = _contenders(board, runs, tradeoff(board, looks))
    if not contenders:
        return None
    rows = tuple(
        _row(each, erm_of(each, contenders, budget_aside=True), unit) for each in contenders
    )
    return EqualBudget(unit=unit, rows=rows, left_out=left_out)


def _contenders(
    board: Board, runs: Mapping[int, Run], trails: Sequence[Trail]
) -> tuple[list[_Contender], dict[str, str]]:
    found: list[_Contender] = []
    left_out: dict[str, str] = {}
    for row in board.rows:
        own = tuple(trail for trail in trails if trail.label == row.label)
        if own:
            looked_at = tuple(runs[trail.looks.run] for trail in own)
            found.append(_Contender(row=row, runs=looked_at, trails=own))
        else:
            left_out[row.label] = _reason(row)
    return found, left_out


def _reason(row: Row) -> str:
    """Why a row has no trail."""
    if row.verdict == "oracle":
        return "an oracle was trained on what others have not seen"
    if row.weights == "best-seen":
        return "weights that were chosen among looks have none of their own"
    return "not looked at under each degradation of this board"


def _row(own: _Contender, erm: _Contender | None, unit: Unit) -> RowAtBudget:
    """A row beside its ERM; alone at its own end where they cannot be compared."""
    alone = _alone(own, unit)
    if erm is own:
        return alone
    if erm is None:
        return replace(alone, refusal="no ERM of the same network and settings was looked at")
    common = common_seeds(own, erm)
    if not common:
        return replace(alone, refusal="no seed was looked at of both")
    amount = min(own.end(unit, own.seeds), erm.end(unit, common))
    mine, theirs = own.at(unit, amount, own.seeds), erm.at(unit, amount, common)
    partners = {seed.seed: seed for seed in theirs}
    pairs = [(seed, partners[seed.seed]) for seed in mine if seed.seed in partners]
    if not pairs:
        whose = "at ERM" if mine else "of its own"
        refusal = f"no look {whose} lies in the second half of what both have reached"
        return replace(alone, refusal=refusal)
    return _beside(_at(own, amount, mine), erm.row.label, pairs)


def _alone(own: _Contender, unit: Unit) -> RowAtBudget:
    amount = own.end(unit, own.seeds)
    return _at(own, amount, own.at(unit, amount, own.seeds))


def _at(own: _Contender, amount: float, seeds: Sequence[SeedAtBudget]) -> RowAtBudget:
    return RowAtBudget(
        label=own.row.label,
        budget=own.row.budget,
        amount=amount,
        seeds=tuple(seeds),
        seen=_spread([seed.seen.mean for seed in seeds if seed.seen]),
        unseen=Spread.of([seed.unseen.mean for seed in seeds]),
    )


def _beside(
    row: RowAtBudget, erm: str, pairs: Sequence[tuple[SeedAtBudget, SeedAtBudget]]
) -> RowAtBudget:
    theirs = [other for _, other in pairs]
    seen = [(own.seen.mean, other.seen.mean) for own, other in pairs if own.seen and other.seen]
    return replace(
        row,
        erm=ErmAtBudget(
            label=erm,
            seeds=tuple(theirs),
            seen=_spread([other for _, other in seen]),
            unseen=Spread.of([other.unseen.mean for other in theirs]),
        ),
        seen_to_erm=_spread([own - other for own, other in seen]),
        unseen_to_erm=Spread.of([own.unseen.mean - other.unseen.mean for own, other in pairs]),
    )


def _spread(values: Sequence[float]) -> Spread | None:
    return Spread.of(values) if values else None


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
    looks, along = trail.looks, _along(trail.looks, unit)
    end = bisect_right(along, amount)
    start = max(bisect_left(along, amount / 2), end - LAST)
    if start >= end:
        return None
    used = slice(start, end)
    return SeedAtBudget(
        seed=trail.seed,
        run=run.id,
        first=along[start],
        last=along[end - 1],
        looks=end - start,
        seen=Spread.of(looks.seen[used]) if looks.seen else None,
        unseen=Spread.of(looks.unseen[used]),
        is_halved=_is_halved(looks, end - 1, run),
    )


def _is_halved(looks: Looks, place: int, run: Run) -> bool:
    """Whether the rate had been halved at a look; ``run`` is done, so it says where it ended."""
    train = run.experiment["train"]
    if str(train["budget"]).endswith("seconds"):
        return looks.seconds[place] >= train["halve_at"] * run.seconds
    return looks.steps[place] > train["halve_at"] * run.step
