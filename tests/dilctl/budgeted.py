"""Runs that were looked at while they trained, for tests of boards at one budget."""

from dataclasses import replace

from dilctl.leaderboard import Board, boards
from dilctl.leaderboard.budgets import EqualBudget, RowAtBudget, Unit, at_equal_budget
from dilctl.leaderboard.looks import Looks
from storage.records import Run
from tests.dilctl.evaluated import SIX, evaluations, experiment, finished

LEVELS = {5: SIX, 30: SIX}


def looks(run: int, *, every: int, cost: int, unseen: list[float], pace: float = 0.01) -> Looks:
    """One look every so many steps, seen 10 dB above unseen."""
    steps = tuple(every * number for number in range(1, len(unseen) + 1))
    return Looks(
        run=run,
        steps=steps,
        gradients=tuple(step * cost for step in steps),
        seconds=tuple(step * cost * pace for step in steps),
        seen=tuple(value + 10 for value in unseen),
        unseen=tuple(unseen),
    )


def ended(run: Run, step: int, cost: int) -> Run:
    return replace(run, step=step, gradients=step * cost, seconds=step * cost * 0.01)


def board_of(*runs: Run) -> Board:
    (board,) = boards(runs, [each for run in runs for each in evaluations(run, LEVELS)])
    return board


# ERM takes 8 steps of 1 gradient where DIL takes 4 of 2; ERM is looked at after each step and
# DIL after each, so eight looks at ERM stand against four at DIL.
ERM = ended(finished(1, experiment("erm", budget="8 gradients")), 8, 1)
DIL = ended(finished(2, experiment("dil-sf", budget="8 gradients")), 4, 2)
AT_ERM = looks(1, every=1, cost=1, unseen=[11, 12, 13, 14, 15, 16, 17, 18])
AT_DIL = looks(2, every=1, cost=2, unseen=[12, 14, 17, 19])


def compared(
    unit: Unit, runs: list[Run] | None = None, seen: list[Looks] | None = None
) -> EqualBudget:
    runs = runs or [ERM, DIL]
    found = at_equal_budget(
        board_of(*runs),
        unit,
        runs={run.id: run for run in runs},
        looks=seen or [AT_ERM, AT_DIL],
    )
    assert found is not None
    return found


def row_of(found: EqualBudget, rule: str) -> RowAtBudget:
    """The only row of a rule."""
    (row,) = [row for row in found.rows if row.label.startswith(rule)]
    return row
