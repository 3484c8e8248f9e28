"""All rows of a board at one budget."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dilctl.leaderboard import Board, Row, boards
from dilctl.leaderboard.budget_words import notes
from dilctl.leaderboard.budgets import EqualBudget, Unit, at_equal_budget
from dilctl.leaderboard.looks import Looks
from storage.records import Attempt, Run
from tests.dilctl.evaluated import NOON, evaluations, experiment, finished

SIX = (30.0, 31.0, 29.0, 28.0, 32.0, 30.5)
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


@pytest.mark.parametrize(
    ("unit", "amount", "erm", "dil"),
    [
        ("steps", 4, [12, 13, 14], [14, 17, 19]),
        ("gradients", 8, [14, 15, 16, 17, 18], [14, 17, 19]),
        ("seconds", 0.08, [14, 15, 16, 17, 18], [14, 17, 19]),
    ],
)
def test_the_last_five_looks_count_up_to_the_most_that_all_reached_from_its_half_on(
    unit: Unit, amount: float, erm: list[float], dil: list[float]
):
    found = compared(unit)

    assert found.amount == pytest.approx(amount)
    by_rule = {row.label.split()[0]: row for row in found.rows}
    for rule, values in (("erm", erm), ("dil-sf", dil)):
        (seed,) = by_rule[rule].seeds
        assert seed.looks == len(values)
        assert (seed.unseen.lowest, seed.unseen.highest) == (values[0], values[-1])
        assert seed.unseen.mean == pytest.approx(sum(values) / len(values))
    change = by_rule["dil-sf"].unseen_to_erm
    assert change is not None
    assert change.mean == pytest.approx(sum(dil) / len(dil) - sum(erm) / len(erm))
    assert by_rule["erm"].unseen_to_erm is None
    assert found.rows[0].label.startswith("dil-sf")


def test_differences_are_taken_over_the_seeds_that_both_have():
    def run(number: int, rule: str, seed: int) -> Run:
        return replace(finished(number, experiment(rule), seed=seed), step=1, gradients=1)

    runs = [run(1, "erm", 1), run(2, "erm", 2), run(3, "dil-sf", 2), run(4, "dil-sf", 3)]
    at = [
        looks(number, every=1, cost=1, unseen=[value])
        for number, value in ((1, 20.0), (2, 21.0), (3, 21.5), (4, 25.0))
    ]
    row = compared("steps", runs, at).rows[0]

    assert [seed.seed for seed in row.seeds] == [2, 3]
    assert (row.unseen.lowest, row.unseen.mean, row.unseen.highest) == (21.5, 23.25, 25.0)
    assert row.unseen_to_erm is not None
    assert (row.unseen_to_erm.lowest, row.unseen_to_erm.highest) == (0.5, 0.5)


def test_a_row_is_compared_with_plain_erm_of_its_own_budget_though_others_are_there():
    runs = [
        finished(1, experiment("erm", budget="900 steps")),
        finished(2, experiment("erm")),
        finished(3, experiment("erm", mask=0.5)),
        finished(4, experiment("erm", lr=1e-3)),
        finished(5, experiment("dil-sf")),
    ]
    at = [looks(run.id, every=1, cost=1, unseen=[20.0 + run.id]) for run in runs]
    rows = {row.seeds[0].run: row for row in compared("steps", runs, at).rows}

    def change(run: int) -> float | None:
        found = rows[run].unseen_to_erm
        return None if found is None else found.mean

    # Run 3 has a control and meets ERM without it; run 4 was trained otherwise: none is like it.
    assert {run: change(run) for run in rows} == {5: 3.0, 4: None, 3: 1.0, 2: None, 1: None}


def test_runs_without_a_look_and_oracles_are_left_out_and_named():
    other = finished(3, experiment("erm", lr=1e-3))
    assert [word for label, word in compared("steps", [ERM, DIL, other]).left_out.items()] == [
        "its runs were never looked at"
    ]
    board = board_of(ERM, DIL)

    def as_oracle(row: Row) -> Row:
        return replace(row, verdict="oracle") if row.rule == "erm" else row

    board = replace(board, rows=tuple(map(as_oracle, board.rows)))
    found = at_equal_budget(board, "steps", runs={1: ERM, 2: DIL}, looks=[AT_ERM, AT_DIL])
    assert found is not None
    assert [row.label.split()[0] for row in found.rows] == ["dil-sf"]
    assert list(found.left_out.values()) == ["an oracle was trained on what others have not seen"]


def test_a_row_that_was_not_looked_at_in_time_is_left_out():
    late = replace(AT_DIL, steps=(9, 10, 11, 12))
    found = compared("steps", seen=[AT_ERM, late])
    assert [row.label.split()[0] for row in found.rows] == ["erm"]
    assert list(found.left_out.values()) == ["it has no look between half the budget and it"]


def test_without_any_look_there_is_nothing_to_compare():
    assert at_equal_budget(board_of(ERM), "steps", runs={1: ERM}, looks=[]) is None


def said(found: EqualBudget, *attempts: Attempt) -> str:
    return "\n".join(notes(found, runs={1: ERM, 2: DIL}, attempts=attempts))


def attempt(run: int, host: str = "bench", *, minutes: int = 0, gpu: int | None = None) -> Attempt:
    return Attempt(
        run=run,
        number=1,
        host=host,
        processes=(),
        devices={"slots": 2, "gpus": []} if gpu is None else {"slots": 0, "gpus": [gpu]},
        started_at=NOON + timedelta(minutes=minutes),
        finished_at=NOON + timedelta(minutes=minutes + 10),
        outcome="done",
        reason="",
    )


def test_the_words_say_that_a_longer_run_has_not_halved_its_rate_and_what_was_looked_at():
    words = said(compared("steps"))

    assert "On validation crops at 4 steps" in words
    assert "10 crops of 128 pixels under noise-levels" in words
    assert "not yet halved their rate of learning here: erm rrdb 24×2×12" in words
    assert "which go on to 8 gradients. The others have" in words
    # At equal gradients both have come to their end.
    assert "halved" not in said(compared("gradients"))
    assert "seconds" not in said(compared("gradients")).lower()


def test_seconds_are_said_to_need_the_same_device_alone_and_the_devices_are_named():
    found = compared("seconds")
    alone = said(found, attempt(1), attempt(2, "cluster", gpu=3))
    assert "only if the runs had the same device" in alone
    assert "They ran on bench, 2 CPU slots and cluster, GPU 3." in alone
    assert "beside" not in alone
    assert "machine, so that their seconds may be longer than alone: run 1 and 2" in said(
        found, attempt(1), attempt(2, minutes=5)
    )
    assert "beside" not in said(found, attempt(1), attempt(2, minutes=10))


def test_looks_at_other_crops_are_said_not_to_be_comparable():
    other = replace(DIL, experiment={**DIL.experiment, "evaluate": {"crops": 3, "crop": 64}})
    words = "\n".join(notes(compared("steps"), runs={1: ERM, 2: other}, attempts=()))
    assert "must not be compared" in words
