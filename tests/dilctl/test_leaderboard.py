"""Which runs share a board and a row, what a row says of itself, and what is noted under it."""

import math

import numpy as np
import pytest

from dilctl.leaderboard import boards
from dilctl.leaderboard.labels import Named, labels, network_of, parameters_of, trained_as
from dilctl.leaderboard.statistics import estimate
from storage.records import Evaluation, Status
from tests.dilctl.evaluated import SIX, board_of, evaluations, experiment, finished, raised

ERM, DIL = experiment("erm"), experiment("dil-sf")


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
    assert (row.label, row.network, row.parameters) == ("erm rrdb 24×2×12", "rrdb 24×2×12", 214_347)


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
    interval = five.rows[0].seed_interval
    expected = estimate(np.mean(SIX) + np.arange(1, 6) / 10)
    assert interval is not None
    assert (interval.mean, interval.low, interval.high) == pytest.approx(
        (expected.mean, expected.low, expected.high)
    )
    assert four.rows[0].seed_interval is None
    assert four.rows[0].seed_range == (
        pytest.approx(np.mean(SIX) + 0.1),
        pytest.approx(np.mean(SIX) + 0.4),
    )
    assert "Below 5 seeds their range is shown, lowest to highest." in four.notes


def test_settings_younger_than_a_run_stand_in_it_with_their_defaults() -> None:
    old = finished(1, ERM).experiment
    network = {key: value for key, value in old["network"].items() if key != "bias"}
    train = {key: value for key, value in old["train"].items() if key not in ("mask", "average")}
    evaluate = {"suite": "noise-levels", "every": 2000, "crops": 10, "crop": 128}
    before = {**old, "network": network, "train": train, "evaluate": evaluate}
    assert trained_as(before) == trained_as(old)
    assert network_of(before) == network_of(old) == "rrdb 24×2×12"
    both = [Named(experiment=each, weights="last", is_oracle=False) for each in (before, old)]
    assert labels(both) == ("erm rrdb 24×2×12", "erm rrdb 24×2×12")


def test_a_network_that_this_version_does_not_know_has_no_number_of_parameters() -> None:
    strange = {**finished(1, ERM).experiment, "network": {"kind": "unheard-of", "width": 3}}
    assert parameters_of(strange) is None
    assert network_of(strange) == "unheard-of 3"
