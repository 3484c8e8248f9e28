"""Which ERM a row is compared with, when a difference is a gain, and what it costs."""

import pytest

from dilctl.leaderboard import Board, Row, boards
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


def labelled(board: Board) -> dict[str, Row]:
    return {row.label: row for row in board.rows}


def test_a_rule_is_compared_with_erm_of_its_own_controls_and_controlled_erm_with_plain() -> None:
    board = board_of(
        (finished(1, ERM), {30: SIX}),
        (finished(2, experiment("erm", bias=False)), {30: raised(SIX, 0.5)}),
        (finished(3, experiment("erm", mask=0.5)), {30: raised(SIX, -0.5)}),
        (finished(4, experiment("dil-sf", bias=False)), {30: raised(SIX, 0.25)}),
        (finished(5, DIL), {30: raised(SIX, 0.125)}),
    )
    found = {label: (row.verdict, row.baseline) for label, row in labelled(board).items()}
    assert found == {
        "erm rrdb 24×2×12": ("baseline", ()),
        "erm rrdb 24×2×12 bias=false": ("gain", (1,)),
        "erm rrdb 24×2×12 mask=0.5": ("loss", (1,)),
        "dil-sf rrdb 24×2×12 bias=false": ("loss", (2,)),
        "dil-sf rrdb 24×2×12": ("gain", (1,)),
    }
    assert not any("other controls" in note for note in board.notes)


def test_a_rule_without_erm_of_its_controls_is_compared_with_plain_erm_and_a_note_says_so() -> None:
    board = board_of(
        (finished(1, ERM), {30: SIX}),
        (finished(2, experiment("erm", mask=0.5)), {30: raised(SIX, 2.0)}),
        (finished(3, experiment("dil-sf", bias=False)), {30: raised(SIX, 1.0)}),
    )
    row = row_of(board, "dil-sf")
    assert (row.verdict, row.baseline) == ("gain", (1,))
    assert (
        "dil-sf rrdb 24×2×12 bias=false: compared with ERM of other controls, so the difference "
        "is not the rule's alone." in board.notes
    )


def test_without_plain_erm_the_baseline_has_the_same_controls() -> None:
    rows = labelled(
        board_of(
            (finished(1, experiment("erm", bias=False)), {30: SIX}),
            (finished(2, experiment("dil-sf", bias=False)), {30: raised(SIX, 1.0)}),
            (finished(3, experiment("dil-sf", mask=0.5)), {30: raised(SIX, 1.0)}),
        )
    )
    found = {label: (row.verdict, row.baseline) for label, row in rows.items()}
    assert found == {
        "erm rrdb 24×2×12 bias=false": ("baseline", ()),
        "dil-sf rrdb 24×2×12 bias=false": ("gain", (1,)),
        "dil-sf rrdb 24×2×12 mask=0.5": ("no baseline", ()),
    }


def test_an_average_beside_the_weights_separates_nothing() -> None:
    board = board_of(
        (finished(1, experiment("erm", average="ema")), {30: SIX}),
        (finished(2, DIL), {30: raised(SIX, 1.0)}),
    )
    assert row_of(board, "dil-sf").baseline == (1,)


def test_each_kind_of_weights_is_a_row_and_is_compared_with_erm_of_the_same_kind() -> None:
    erm, dil = (finished(i, experiment(r, average="ema")) for i, r in ((1, "erm"), (2, "dil-sf")))
    found = [
        *evaluations(erm, {30: SIX}),
        *evaluations(erm, {30: raised(SIX, 2.0)}, weights="average"),
        *evaluations(dil, {30: raised(SIX, 1.0)}),
        *evaluations(dil, {30: raised(SIX, 1.5)}, weights="average"),
        *evaluations(dil, {30: raised(SIX, 9.0)}, weights="best-seen"),
    ]
    (board,) = boards([erm, dil], found)
    seen = {label: (row.weights, row.verdict) for label, row in labelled(board).items()}
    assert seen == {
        "dil-sf rrdb 24×2×12 weights=best-seen": ("best-seen", "no baseline"),
        "erm rrdb 24×2×12 weights=average": ("average", "baseline"),
        "dil-sf rrdb 24×2×12 weights=average": ("average", "loss"),
        "dil-sf rrdb 24×2×12": ("last", "gain"),
        "erm rrdb 24×2×12": ("last", "baseline"),
    }
    assert any(note.startswith("weights=average: averaged over training;") for note in board.notes)


def test_weights_averaged_in_another_way_are_no_baseline() -> None:
    erm = finished(1, experiment("erm", average="swa"))
    dil = finished(2, experiment("dil-sf", average="ema"))
    found = [each for run in (erm, dil) for each in evaluations(run, {30: SIX}, weights="average")]
    (board,) = boards([erm, dil], found)
    assert row_of(board, "dil-sf").verdict == "no baseline"


def test_the_price_is_the_seen_difference_over_the_seeds_that_both_have() -> None:
    board = board_of(
        (finished(1, ERM, seed=1), {5: SIX, 20: SIX, 30: SIX}),
        (finished(2, ERM, seed=2), {5: raised(SIX, 9.0), 20: SIX, 30: SIX}),
        (finished(3, DIL, seed=1), {5: raised(SIX, -1.0), 20: raised(SIX, -0.5), 30: SIX}),
    )
    price = row_of(board, "dil-sf").seen_price
    assert price is not None
    assert (price.mean, price.low, price.high) == pytest.approx((-0.75, -0.75, -0.75))
    assert row_of(board, "erm").seen_price is None


def test_inner_rates_that_differ_keep_their_rows_apart() -> None:
    other = ERM.model_copy(update={"rule": DIL.rule.model_copy(update={"inner_rate": 1e-3})})
    board = board_of(
        (finished(1, ERM), {30: SIX}),
        (finished(2, DIL), {30: SIX}),
        (finished(3, other), {30: SIX}),
    )
    rates = {row.label: row.baseline for row in board.rows if row.rule == "dil-sf"}
    assert rates == {
        "dil-sf rrdb 24×2×12 inner_rate=0.0001": (1,),
        "dil-sf rrdb 24×2×12 inner_rate=0.001": (1,),
    }
