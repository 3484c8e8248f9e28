"""The looks at a run late in its training, and the one sentence that has to live with them."""

from collections.abc import Sequence
from dataclasses import replace

from dilctl.leaderboard import Board, CropCurves, boards, sentence
from tests.dilctl.evaluated import (
    SIX,
    board_of,
    evaluations,
    experiment,
    finished,
    looked_at,
    raised,
    row_of,
)

ERM, DIL = experiment("erm"), experiment("dil-sf")


def compared_by(*differences: float, images: int = 6, looks: Sequence[CropCurves] = ()) -> Board:
    values = SIX[:images]
    dil = {5: raised(values, -1.0), 30: raised(values, *differences)}
    return board_of(
        (finished(1, ERM), {5: values, 30: values}), (finished(2, DIL), dil), looks=looks
    )


def test_the_sentence_states_a_gain_with_its_interval_evidence_and_price() -> None:
    said = sentence(compared_by(0.25))
    assert said == (
        "On the unseen levels dil-sf rrdb 24×2×12 is ahead of ERM by 0.25 dB (95 % interval 0.25 "
        "to 0.25) over 6 images and 1 seed, and on the seen levels the difference is -1.00 dB "
        "(-1.00 to -1.00); nothing is shown beyond these levels and images."
    )


def test_seeds_that_disagree_are_named_where_the_interval_alone_would_make_a_gain() -> None:
    runs = [(ERM, 1, 0.0), (ERM, 2, 0.0), (DIL, 1, 1.0), (DIL, 2, -0.2)]
    tests = [
        (finished(number, made, seed=seed), {5: SIX, 30: raised(SIX, ahead)})
        for number, (made, seed, ahead) in enumerate(runs, 1)
    ]
    said = sentence(board_of(*tests))
    assert "cannot be told apart from ERM: the difference is +0.40 dB" in said
    assert "2 seeds, of which not all agree" in said


def test_the_sentence_follows_a_loss_and_a_tie() -> None:
    behind = sentence(compared_by(-0.5, -0.5, -0.5, -0.5, -0.5, -2.0))
    assert "is behind ERM by 0.75 dB (95 % interval 0.50 to 1.25)" in behind
    assert "cannot be told apart from ERM: the difference is +0.02 dB" in sentence(
        compared_by(1.0, -1.0, 1.0, -1.0, 0.1, 0.0)
    )
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
        "the unseen difference is less than the 0.50 dB by which its unseen PSNR swung between "
        "looks late in training"
    ) in sentence(compared_by(0.25, looks=looks))
    assert "swung" not in sentence(compared_by(-0.75, looks=looks))


def test_the_sentence_names_the_erm_that_was_compared_where_there_are_several() -> None:
    bare = finished(3, experiment("erm", bias=False))
    board = board_of(
        (finished(1, ERM), {30: SIX}),
        (finished(2, DIL), {30: raised(SIX, 1.0)}),
        (bare, {30: raised(SIX, 0.5)}),
    )
    said = sentence(board)
    assert "dil-sf rrdb 24×2×12, is ahead of erm rrdb 24×2×12 by 1.00 dB" in said


def test_the_sentence_counts_what_came_of_every_row_before_it_names_the_best() -> None:
    board = board_of(
        (finished(1, ERM), {30: SIX}),
        (finished(2, experiment("erm", bias=False)), {30: raised(SIX, 0.5)}),
        (finished(3, experiment("dil-ps")), {30: raised(SIX, -0.75)}),
        (finished(4, experiment("dil-ss")), {30: raised(SIX, -2.0)}),
        (finished(5, DIL), {30: SIX}),
    )
    assert sentence(board).startswith(
        "4 rows are compared with ERM on the unseen levels: 1 gain, 2 losses and 1 undecided. The "
        "best of them on this test set, erm rrdb 24×2×12 bias=false, is ahead of"
    )


def test_a_gain_whose_low_end_is_almost_zero_does_not_print_zero() -> None:
    assert "by 0.004 dB (95 % interval 0.004 to 0.004)" in sentence(compared_by(0.004))


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
    assert sentence(both).startswith(
        "2 rows are compared with ERM on the unseen levels: 1 gain and 1 loss. The best of those "
        "of the last weights on this test set, dil-sf rrdb 24×2×12, is behind erm rrdb 24×2×12 by "
        "1.00 dB"
    )
    assert "dil-sf rrdb 24×2×12 weights=average is ahead of ERM by 2.00 dB" in sentence(alone)


def test_the_sentence_says_degradations_where_the_suite_has_no_levels() -> None:
    erm, dil = finished(1, ERM), finished(2, DIL)
    found = [*evaluations(erm, {30: SIX}), *evaluations(dil, {30: raised(SIX, 1.0)})]
    (board,) = boards([erm, dil], [replace(each, suite="noise-types") for each in found])
    assert sentence(board).startswith("On the unseen degradations dil-sf")
    assert row_of(board, "dil-sf").verdict == "gain"
