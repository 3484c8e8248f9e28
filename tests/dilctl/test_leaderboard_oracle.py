"""The oracle: ERM trained on every degradation of the suite, the other end of the scale."""

import pytest

from dilctl.leaderboard import Board, Row, boards, sentence
from storage.records import Run
from tests.dilctl.evaluated import (
    SIX,
    Scores,
    board_of,
    evaluations,
    experiment,
    finished,
    raised,
    row_of,
)
from trainers.experiment import Experiment

ERM, DIL, ORACLE = experiment(), experiment("dil-sf"), experiment(is_oracle=True)


def levels(unseen: float = 0.0, *, seen: float = 0.0, by: tuple[float, ...] = ()) -> Scores:
    """Scores that differ from those of others by as many decibels, or image by image."""
    return {5: raised(SIX, seen), 30: raised(SIX, *(by or (unseen,))), 50: raised(SIX, unseen)}


def oracle_of(board: Board) -> Row:
    (row,) = [row for row in board.rows if row.verdict == "oracle"]
    return row


def closed_by(*others: tuple[Run, Scores]) -> Row:
    return row_of(
        board_of((finished(1, ERM), levels()), (finished(2, DIL), levels(1.0)), *others), "dil-sf"
    )


def test_an_oracle_stands_last_on_the_board_of_those_it_is_an_oracle_for() -> None:
    board = board_of(
        (finished(1, ERM), levels()),
        (finished(2, DIL), levels(1.0)),
        (finished(3, ORACLE), levels(4.0, seen=-0.5)),
    )
    assert board.confounders == ("gaussian-noise sigma=5", "gaussian-noise sigma=20")
    assert [row.verdict for row in board.rows] == ["gain", "baseline", "oracle"]
    row = oracle_of(board)
    assert (row.label, row.rule, row.gain, row.baseline) == (
        "erm rrdb 24×2×12 oracle",
        "erm",
        None,
        (),
    )
    assert [cell.standing for cell in row.cells] == ["seen", "unseen", "unseen"]
    assert row.unseen is not None
    assert row.unseen.mean == pytest.approx(34 + 1 / 12)
    assert "dil-sf rrdb 24×2×12 is ahead of ERM by 1.00 dB" in sentence(board)


def test_the_share_of_the_gap_closed_is_method_minus_erm_over_oracle_minus_erm() -> None:
    closed = closed_by((finished(3, ORACLE), levels(4.0))).gap_closed
    assert closed is not None
    assert (closed.mean, closed.low, closed.high) == pytest.approx((0.25, 0.25, 0.25))


def test_an_oracle_shares_no_seed_with_a_row_and_still_is_its_scale() -> None:
    oracles = [(finished(10 + seed, ORACLE, seed=seed), levels(seed)) for seed in (4, 6)]
    closed = closed_by(*oracles).gap_closed
    assert closed is not None
    assert closed.mean == pytest.approx(1 / 5)


def test_confounders_are_told_by_what_they_are_and_not_by_their_order() -> None:
    turned = ORACLE.model_copy(update={"confounders": ORACLE.confounders[::-1]})
    assert closed_by((finished(3, turned), levels(4.0))).gap_closed is not None


def test_an_erm_that_lacks_one_degradation_of_the_suite_is_no_oracle() -> None:
    nearly = ORACLE.model_copy(update={"confounders": ORACLE.confounders[1:]})
    run = finished(3, nearly)
    made = boards([finished(1, ERM), run], [
        *evaluations(finished(1, ERM), levels()), *evaluations(run, levels(4.0)),
    ])  # fmt: skip
    assert len(made) == 2
    assert not any(row.verdict == "oracle" for board in made for row in board.rows)


@pytest.mark.parametrize(
    ("oracle", "scores", "why"),
    [
        (
            experiment(is_oracle=True, budget="9 steps"),
            levels(4.0),
            "trained and tested as its ERM",
        ),
        (ORACLE, levels(by=(1, -1, 1, -1, 0.1, 0)), "is not clearly ahead of ERM"),
        (ORACLE, {5: SIX, 30: SIX}, "measured on other images or degradations"),
    ],
)
def test_a_share_that_cannot_be_known_is_not_given_and_the_reason_is(
    oracle: Experiment, scores: Scores, why: str
) -> None:
    board = board_of(
        (finished(1, ERM), levels()), (finished(2, DIL), levels(1.0)), (finished(3, oracle), scores)
    )
    assert row_of(board, "dil-sf").gap_closed is None
    assert any(why in note and note.startswith("dil-sf") for note in board.notes)


def test_an_oracle_with_the_controls_of_the_baseline_is_preferred() -> None:
    bare = experiment(is_oracle=True, bias=False)
    closed = closed_by((finished(3, bare), levels(9.0)), (finished(4, ORACLE), levels(4.0)))
    assert closed.gap_closed is not None
    assert closed.gap_closed.mean == pytest.approx(0.25)
    lone = board_of(
        (finished(1, ERM), levels()),
        (finished(2, DIL), levels(1.0)),
        (finished(3, bare), levels(8.0)),
    )
    share = row_of(lone, "dil-sf").gap_closed
    assert share is not None
    assert share.mean == pytest.approx(0.125)
    assert any("an oracle of other controls" in note for note in lone.notes)


def test_an_oracle_alone_has_a_board_of_its_own() -> None:
    board = board_of((finished(3, ORACLE), levels(4.0)))
    assert [row.verdict for row in board.rows] == ["oracle"]
    assert [standing for _, standing in board.degradations] == ["seen"] * 3
    assert "Only an oracle has been evaluated here" in sentence(board)


def test_another_rule_trained_on_the_whole_suite_contends_on_a_board_of_its_own() -> None:
    everywhere = experiment("dil-sf", is_oracle=True)
    runs = [finished(1, ERM), finished(2, ORACLE), finished(3, everywhere)]
    narrow, wide = boards(runs, [e for run in runs for e in evaluations(run, levels())])
    assert [(row.rule, row.verdict) for row in narrow.rows] == [
        ("erm", "baseline"),
        ("erm", "oracle"),
    ]
    assert {(row.rule, row.verdict) for row in wide.rows} == {
        ("erm", "oracle"), ("dil-sf", "nothing unseen"),
    }  # fmt: skip
    (price,) = [row.seen_price for row in wide.rows if row.rule == "dil-sf"]
    assert price is not None
    assert price.mean == 0
