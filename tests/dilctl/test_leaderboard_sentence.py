"""The looks at a run late in its training, and the one sentence that has to live with them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dilctl.leaderboard import Board, Looks, boards, sentence
from dilctl.leaderboard.looks import last_looks, looks_of
from storage.records import Curve
from tests.dilctl.evaluated import (
    SIX,
    board_of,
    evaluations,
    experiment,
    finished,
    raised,
    row_of,
)

ERM, DIL = experiment("erm"), experiment("dil-sf")


def looked_at(run: int, *unseen: float, weights: str = "last") -> Looks:
    count = len(unseen)
    return Looks(
        run=run,
        weights=weights,
        steps=tuple(range(1, count + 1)),
        gradients=tuple(range(4, 4 * count + 4, 4)),
        seconds=tuple(map(float, range(count))),
        seen=tuple(value + 5 for value in unseen),
        unseen=unseen,
    )


def compared_by(*differences: float, images: int = 6, looks: Sequence[Looks] = ()) -> Board:
    values = SIX[:images]
    dil = {5: raised(values, -1.0), 30: raised(values, *differences)}
    return board_of(
        (finished(1, ERM), {5: values, 30: values}), (finished(2, DIL), dil), looks=looks
    )


def test_the_sentence_states_a_gain_with_its_interval_evidence_and_price() -> None:
    said = sentence(compared_by(0.25))
    assert said == (
        "On the unseen levels dil-sf rrdb 24×2×12 is ahead of ERM by 0.25 dB (95 % interval 0.25 "
        "to 0.25) over 6 images and 1 seed; on the seen levels the difference is -1.00 dB (95 % "
        "interval -1.00 to -1.00); nothing is shown beyond these levels and images."
    )


def test_the_sentence_follows_a_loss_and_a_tie() -> None:
    assert "is behind ERM by 0.75 dB" in sentence(compared_by(-0.75))
    assert "cannot be told apart" in sentence(compared_by(1.0, -1.0, 1.0, -1.0, 0.1, 0.0))
    assert "too few images for an interval" in sentence(compared_by(3.0, images=3))


def test_the_sentence_claims_nothing_without_a_comparison() -> None:
    assert "nothing is compared yet" in sentence(board_of((finished(1, ERM), {30: SIX})))
    assert "does not show what a rule is worth" in sentence(board_of((finished(1, DIL), {30: SIX})))
    assert "nothing about generalisation" in sentence(
        board_of((finished(1, ERM), {5: SIX}), (finished(2, DIL), {5: SIX}))
    )


def test_the_sentence_weighs_a_difference_against_the_swing_of_the_rows_own_looks() -> None:
    looks = (looked_at(1, 20.0, 29.0), looked_at(2, 24.0, 24.5, 24.1))
    assert (
        "the unseen difference is less than the 0.50 dB by which unseen PSNR swung between "
        "neighbouring looks late in its own training"
    ) in sentence(compared_by(0.25, looks=looks))
    assert "is no less than the 0.50 dB" in sentence(compared_by(-0.75, looks=looks))


def test_the_sentence_names_the_erm_that_was_compared_where_there_are_several() -> None:
    bare = finished(3, experiment("erm", bias=False))
    board = board_of(
        (finished(1, ERM), {30: SIX}),
        (finished(2, DIL), {30: raised(SIX, 1.0)}),
        (bare, {30: raised(SIX, 0.5)}),
    )
    said = sentence(board)
    assert "dil-sf rrdb 24×2×12 is ahead of erm rrdb 24×2×12 by 1.00 dB" in said
    assert "1 more row is compared in the table" in said


def test_the_sentence_counts_the_seeds_that_were_compared() -> None:
    runs = [(finished(seed, ERM, seed=seed), {30: SIX}) for seed in (1, 2, 3)]
    board = board_of(*runs, (finished(4, DIL, seed=1), {30: SIX}))
    assert "over 6 images and 1 seed;" in sentence(board)


def test_the_sentence_speaks_of_the_last_weights_where_they_are_compared() -> None:
    erm, dil = (finished(i, experiment(r, average="ema")) for i, r in ((1, "erm"), (2, "dil-sf")))
    average = [
        *evaluations(erm, {30: SIX}, weights="average"),
        *evaluations(dil, {30: raised(SIX, 2.0)}, weights="average"),
    ]
    last = [*evaluations(erm, {30: SIX}), *evaluations(dil, {30: raised(SIX, -1.0)})]
    (both,), (alone,) = boards([erm, dil], [*average, *last]), boards([erm, dil], average)
    assert "dil-sf rrdb 24×2×12 is behind erm rrdb 24×2×12 by 1.00 dB" in sentence(both)
    assert "dil-sf rrdb 24×2×12 weights=average is ahead of ERM by 2.00 dB" in sentence(alone)


def test_the_last_five_looks_of_each_run_count_and_no_step_leads_from_run_to_run() -> None:
    found = last_looks([looked_at(1, 0.0, 21.0, 22.0, 21.5, 21.0, 22.5), looked_at(2, 25.0, 25.25)])
    assert found is not None
    assert found.looks == 5
    assert (found.unseen.lowest, found.unseen.highest, found.swing) == (21.0, 25.25, 1.5)
    assert found.unseen.mean == pytest.approx((21 + 22 + 21.5 + 21 + 22.5 + 25 + 25.25) / 7)
    assert found.seen.lowest == 26.0
    assert last_looks([looked_at(1)]) is None
    single = last_looks([looked_at(1, 24.0)])
    assert single is not None
    assert single.swing is None


def test_a_row_has_the_looks_of_its_own_weights_and_an_oracle_none() -> None:
    average = experiment("dil-sf", average="ema")
    runs = [finished(1, ERM), finished(2, average), finished(3, experiment(is_oracle=True))]
    found = [e for run in runs for e in evaluations(run, {30: SIX})]
    found += evaluations(runs[1], {30: SIX}, weights="average")
    found += evaluations(runs[1], {30: SIX}, weights="best-seen")
    looks = [
        looked_at(2, 24.0, 25.0),
        looked_at(2, 24.0, 24.5, weights="average"),
        looked_at(3, 29.0, 30.0),
    ]
    (board,) = boards(runs, found, looks)
    swings = {
        (row.rule, row.verdict == "oracle", row.weights): row.last_looks and row.last_looks.swing
        for row in board.rows
    }
    assert swings == {
        ("dil-sf", False, "last"): 1.0,
        ("dil-sf", False, "average"): 0.5,
        ("dil-sf", False, "best-seen"): None,
        ("erm", False, "last"): None,
        ("erm", True, "last"): None,
    }
    said = "unseen 24.50 (24.00 to 25.00), step 1.00, seen 29.50 (29.00 to 30.00)."
    assert f"dil-sf rrdb 24×2×12: {said}" in board.notes


def test_looks_are_the_steps_at_which_both_means_were_measured() -> None:
    points = {"psnr@crops:seen": (10, 20, 30), "psnr@crops:unseen": (20, 30, 40)}

    def curve(run: int, metric: str) -> Curve:
        steps = points.get(metric, ())
        return Curve(
            run=run,
            metric=metric,
            steps=steps,
            gradients=tuple(4 * step for step in steps),
            seconds=tuple(step / 10 for step in steps),
            values=tuple(float(step + ("unseen" in metric)) for step in steps),
        )

    found = looks_of(7, curve)
    assert (found.run, found.steps, found.gradients) == (7, (20, 30), (80, 120))
    assert (found.seconds, found.seen, found.unseen) == ((2.0, 3.0), (20.0, 30.0), (21.0, 31.0))
    assert looks_of(7, curve, weights="average").steps == ()


def test_the_sentence_says_degradations_where_the_suite_has_no_levels() -> None:
    erm, dil = finished(1, ERM), finished(2, DIL)
    found = [*evaluations(erm, {30: SIX}), *evaluations(dil, {30: raised(SIX, 1.0)})]
    (board,) = boards([erm, dil], [replace(each, suite="noise-types") for each in found])
    assert sentence(board).startswith("On the unseen degradations dil-sf")
    assert row_of(board, "dil-sf").verdict == "gain"
