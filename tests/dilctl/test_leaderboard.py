import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import bootstrap

from dilctl.leaderboard import Board, Row, boards, sentence
from dilctl.leaderboard.statistics import estimate
from storage.records import Evaluation, Run, Status
from tests.dilctl.evaluated import Scores, evaluations, experiment, finished

ERM, DIL = experiment("erm"), experiment("dil-sf")
SIX = (30.0, 31.0, 29.0, 28.0, 32.0, 30.5)


def board_of(*runs_with_scores: tuple[Run, Scores]) -> Board:
    runs = [run for run, _ in runs_with_scores]
    found = [e for run, scores in runs_with_scores for e in evaluations(run, scores)]
    (board,) = boards(runs, found)
    return board


def row_of(board: Board, rule: str) -> Row:
    (row,) = [row for row in board.rows if row.rule == rule]
    return row


def raised(values: Sequence[float], *by: float) -> list[float]:
    """Each value raised by its own amount; a single amount raises all."""
    amounts = by * len(values) if len(by) == 1 else by
    return [value + amount for value, amount in zip(values, amounts, strict=True)]


def test_means_go_over_images_first_and_then_over_degradations_with_seeds_averaged() -> None:
    board = board_of(
        (finished(1, ERM, seed=1), {5: [30, 34], 20: [26, 28], 30: [20, 24], 40: [18, 18]}),
        (finished(2, ERM, seed=2), {5: [32, 36], 20: [26, 28], 30: [22, 26], 40: [20, 20]}),
    )
    (row,) = board.rows
    assert [cell.psnr.mean for cell in row.cells] == [33, 27, 23, 19]
    assert [cell.ssim for cell in row.cells] == pytest.approx([0.33, 0.27, 0.23, 0.19])
    assert row.seen is not None
    assert row.unseen is not None
    assert (row.seen.mean, row.unseen.mean) == (30, 21)
    assert row.seed_range == (20, 22)
    assert row.worst == row.cells[3]
    assert (row.seeds, row.runs, row.gradients, row.seconds) == ((1, 2), (1, 2), 3200, 61.5)
    assert (row.label, row.network) == ("erm rrdb 24×2×12", "rrdb 24×2×12")


def test_columns_show_seen_levels_first_and_then_the_order_of_the_suite() -> None:
    scores = {50: SIX, 30: SIX, 10: SIX, 5: SIX, 20: SIX}
    board = board_of((finished(1, ERM), scores))
    assert board.degradations == (
        ("gaussian-noise sigma=5", "seen"),
        ("gaussian-noise sigma=20", "seen"),
        ("gaussian-noise sigma=10", "interpolated"),
        ("gaussian-noise sigma=30", "unseen"),
        ("gaussian-noise sigma=50", "unseen"),
    )
    assert tuple((c.degradation, c.standing) for c in board.rows[0].cells) == board.degradations


def test_interpolated_levels_enter_neither_mean() -> None:
    board = board_of((finished(1, ERM), {5: [40], 10: [99], 30: [20]}))
    (row,) = board.rows
    assert row.seen is not None
    assert row.unseen is not None
    assert (row.seen.mean, row.unseen.mean) == (40, 20)
    assert "gaussian-noise sigma=10: between seen levels, in neither mean." in board.notes


def test_an_interval_is_that_of_scipys_percentile_bootstrap() -> None:
    values = np.random.default_rng(0).normal(25, 3, 68)
    ours = estimate(values)
    theirs = bootstrap(
        (values,), np.mean, method="percentile", n_resamples=10_000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert ours.low == pytest.approx(theirs.low, abs=0.03)
    assert ours.high == pytest.approx(theirs.high, abs=0.03)
    assert ours == estimate(values)


def test_below_five_images_there_is_no_interval_and_a_note_says_so() -> None:
    few = board_of((finished(1, ERM), {30: SIX[:4]}))
    enough = board_of((finished(1, ERM), {30: SIX[:5]}))
    assert few.rows[0].unseen is not None
    assert few.rows[0].unseen.low is None
    assert "No interval is given for fewer than 5 images." in few.notes
    assert enough.rows[0].unseen is not None
    assert enough.rows[0].unseen.low is not None
    assert "No interval is given for fewer than 5 images." not in enough.notes


def test_the_interval_of_an_unseen_mean_draws_an_image_for_all_its_levels_at_once() -> None:
    # The levels cancel image by image, so a mean that keeps an image together has no spread.
    mirrored = [60 - value for value in SIX]
    (row,) = board_of((finished(1, ERM), {30: SIX, 50: mirrored})).rows
    assert row.unseen is not None
    assert (row.unseen.low, row.unseen.high) == (pytest.approx(30), pytest.approx(30))


def test_a_gain_needs_an_interval_above_zero_and_every_seed_ahead() -> None:
    steady = board_of(
        (finished(1, ERM, seed=1), {30: SIX}),
        (finished(2, ERM, seed=2), {30: SIX}),
        (finished(3, DIL, seed=1), {30: raised(SIX, 0.2, 0.3, 0.4, 0.2, 0.3, 0.4)}),
        (finished(4, DIL, seed=2), {30: raised(SIX, 0.1)}),
    )
    row = row_of(steady, "dil-sf")
    assert row.verdict == "gain"
    assert row.gain is not None
    assert row.gain.mean == pytest.approx(0.2)
    assert row.gain.low is not None
    assert row.gain.low > 0
    assert row_of(steady, "erm").verdict == "baseline"
    assert row_of(steady, "erm").gain is None


def test_a_seed_that_falls_behind_leaves_the_comparison_undecided() -> None:
    board = board_of(
        (finished(1, ERM, seed=1), {30: SIX}),
        (finished(2, ERM, seed=2), {30: SIX}),
        (finished(3, DIL, seed=1), {30: raised(SIX, 1.0)}),
        (finished(4, DIL, seed=2), {30: raised(SIX, -0.1)}),
    )
    row = row_of(board, "dil-sf")
    assert row.gain is not None
    assert row.gain.low is not None
    assert row.gain.low > 0
    assert row.verdict == "undecided"


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [((-0.5,), "loss"), ((1.0, -1.0, 1.0, -1.0, 0.1, 0.0), "undecided")],
)
def test_a_loss_is_called_a_loss_and_an_interval_over_zero_undecided(
    differences: tuple[float, ...], verdict: str
) -> None:
    board = board_of(
        (finished(1, ERM), {30: SIX}), (finished(2, DIL), {30: raised(SIX, *differences)})
    )
    assert row_of(board, "dil-sf").verdict == verdict


def test_four_images_can_show_no_gain_however_large() -> None:
    four = SIX[:4]
    board = board_of((finished(1, ERM), {30: four}), (finished(2, DIL), {30: raised(four, 5.0)}))
    assert row_of(board, "dil-sf").verdict == "undecided"


def test_only_the_seeds_that_both_have_are_compared() -> None:
    board = board_of(
        (finished(1, ERM, seed=1), {30: SIX}),
        (finished(2, ERM, seed=2), {30: raised(SIX, 8.0)}),
        (finished(3, DIL, seed=1), {30: raised(SIX, 0.5)}),
    )
    gain = row_of(board, "dil-sf").gain
    assert gain is not None
    assert gain.mean == pytest.approx(0.5)


@pytest.mark.parametrize("other", [{"batch": 16}, {"budget": "800 steps"}, {"lr": 1e-3}])
def test_erm_with_any_other_setting_is_no_baseline(other: dict[str, object]) -> None:
    board = board_of(
        (finished(1, experiment("erm", **other)), {30: SIX}), (finished(2, DIL), {30: SIX})
    )
    assert row_of(board, "dil-sf").verdict == "no baseline"
    assert row_of(board, "dil-sf").gain is None


def test_settings_that_change_no_result_do_not_keep_erm_from_being_the_baseline() -> None:
    board = board_of(
        (finished(1, experiment("erm", log_every=3)), {30: SIX}), (finished(2, DIL), {30: SIX})
    )
    assert row_of(board, "dil-sf").verdict == "undecided"


def test_rows_measured_on_different_images_are_refused_in_words() -> None:
    erm, dil = finished(1, ERM), finished(2, DIL)
    found = [*evaluations(erm, {30: SIX}), *evaluations(dil, {30: SIX}, first_image=1)]
    (board,) = boards([erm, dil], found)
    assert row_of(board, "dil-sf").verdict == "no baseline"
    assert (
        "dil-sf rrdb 24×2×12: not compared with ERM, since it and its ERM were measured on "
        "different images or degradations." in board.notes
    )


def test_a_seed_measured_on_other_images_than_the_newest_stays_outside_its_row() -> None:
    old, new = finished(1, ERM, seed=1), finished(2, ERM, seed=2)
    found = [*evaluations(old, {30: SIX}, first_image=9), *evaluations(new, {30: SIX})]
    (board,) = boards([old, new], found)
    assert board.rows[0].runs == (2,)
    assert "Left out, as measured on other images or degradations: run 1." in board.notes


def test_a_run_whose_levels_were_measured_on_different_images_makes_no_board() -> None:
    run = finished(1, ERM)
    found = [*evaluations(run, {30: SIX}), *evaluations(run, {40: SIX}, first_image=1)]
    assert boards([run], found) == ()


def test_of_two_runs_of_one_seed_the_newest_counts() -> None:
    board = board_of((finished(7, ERM), {30: SIX}), (finished(3, ERM), {30: raised(SIX, 9.0)}))
    (row,) = board.rows
    assert row.runs == (7,)
    assert row.unseen is not None
    assert row.unseen.mean == pytest.approx(np.mean(SIX))


def test_the_newest_step_of_a_run_counts() -> None:
    run = finished(1, ERM)
    found = evaluations(run, {30: [9.0]}, step=400) + evaluations(run, {30: [20.0]}, step=800)
    (board,) = boards([run], found)
    assert board.rows[0].cells[0].psnr.mean == 20


def test_runs_that_are_not_done_are_passed_over() -> None:
    run = finished(1, ERM, status=Status.RUNNING)
    assert boards([run], evaluations(run, {30: SIX})) == ()
    assert boards([finished(1, ERM)], []) == ()


def test_each_test_set_has_its_own_board_and_so_has_each_confounder_set() -> None:
    one = finished(1, ERM)
    narrow = ERM.model_copy(update={"confounders": ERM.confounders[:1]})
    reversed_order = DIL.model_copy(update={"confounders": DIL.confounders[::-1]})
    runs = [one, finished(2, narrow), finished(3, reversed_order)]
    found: list[Evaluation] = evaluations(one, {30: SIX}, test_set="Kodak24")
    for run in runs:
        found += evaluations(run, {30: SIX})
    made = boards(runs, found)
    members = [
        (board.test_set, sorted(run for row in board.rows for run in row.runs)) for board in made
    ]
    assert sorted(members) == [("CBSD68", [1, 3]), ("CBSD68", [2]), ("Kodak24", [1])]


def test_rows_are_ranked_by_their_unseen_mean() -> None:
    better = finished(2, experiment("erm", lr=1e-3))
    board = board_of((finished(1, ERM), {30: SIX}), (better, {30: raised(SIX, 1.0)}))
    assert [row.runs for row in board.rows] == [(2,), (1,)]


def test_rows_of_one_rule_and_network_are_told_apart_by_what_differs() -> None:
    made = [
        DIL,
        experiment("dil-sf", budget="6400 gradients", lr=1e-3),
        ERM,
    ]
    board = board_of(*[(finished(i, each), {30: SIX}) for i, each in enumerate(made, start=1)])
    assert {row.label for row in board.rows} == {
        "dil-sf rrdb 24×2×12 lr=0.0001 3200 gradients",
        "dil-sf rrdb 24×2×12 lr=0.001 6400 gradients",
        "erm rrdb 24×2×12",
    }


def test_an_image_restored_without_error_counts_as_a_hundred_decibels() -> None:
    board = board_of((finished(1, ERM), {30: [math.inf, 20.0]}))
    assert board.rows[0].cells[0].psnr.mean == 60
    assert "Images restored without any error count as 100 dB." in board.notes


def test_notes_name_the_training_data_without_its_place_on_this_machine() -> None:
    board = board_of((finished(1, ERM), {30: SIX}))
    assert board.notes[0] == "All rows are trained on BSDS500 and CID22."


def test_from_five_seeds_on_a_note_gives_their_interval_instead_of_a_range() -> None:
    runs = [(finished(i, ERM, seed=i), {30: raised(SIX, i / 10)}) for i in range(1, 6)]
    five, four = board_of(*runs), board_of(*runs[:4])
    assert any(note.startswith("erm rrdb 24×2×12: over 5 seeds") for note in five.notes)
    assert "Below 5 seeds their range is shown, lowest to highest." in four.notes


def compared_by(*differences: float, images: int = 6) -> Board:
    values = SIX[:images]
    dil = {5: raised(values, -1.0), 30: raised(values, *differences)}
    return board_of((finished(1, ERM), {5: values, 30: values}), (finished(2, DIL), dil))


def test_the_sentence_states_a_gain_with_its_interval_evidence_and_price() -> None:
    said = sentence(compared_by(0.25))
    assert said == (
        "On the unseen levels dil-sf rrdb 24×2×12 is ahead of ERM by 0.25 dB (95 % interval 0.25 "
        "to 0.25) over 6 images, 1 seed, and 1.00 dB below it on the seen; this is less than "
        "unseen PSNR swings between neighbouring checkpoints of a small run, and nothing is shown "
        "beyond these levels and images."
    )


def test_the_sentence_follows_a_loss_and_a_tie() -> None:
    assert "is behind ERM by 0.75 dB" in sentence(compared_by(-0.75))
    assert "swings by half a decibel" in sentence(compared_by(-0.75))
    assert "cannot be told apart" in sentence(compared_by(1.0, -1.0, 1.0, -1.0, 0.1, 0.0))
    assert "too few images for an interval" in sentence(compared_by(3.0, images=3))


def test_the_sentence_claims_nothing_without_a_comparison() -> None:
    assert "nothing is compared yet" in sentence(board_of((finished(1, ERM), {30: SIX})))
    assert "does not show what a rule is worth" in sentence(board_of((finished(1, DIL), {30: SIX})))
    assert "nothing about generalisation" in sentence(
        board_of((finished(1, ERM), {5: SIX}), (finished(2, DIL), {5: SIX}))
    )
