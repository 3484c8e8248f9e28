"""The table of a board in terminals of several widths."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from dilctl.cli.board_table import fitting_table, seed_lines
from dilctl.leaderboard import Board, boards
from tests.dilctl.evaluated import SIX, board_of, evaluations, experiment, finished, raised

UNSEEN = (25, 30, 40, 50, 60, 75)


def example(*, degradations: tuple[int, ...] = UNSEEN) -> Board:
    """ERM, a rule with a price and half of the gap closed, and the oracle."""
    runs = [
        finished(1, experiment("erm", average="ema")),
        finished(2, experiment("dil-sf", bias=False, average="ema")),
        finished(3, experiment(is_oracle=True, average="ema")),
    ]
    found = [
        each
        for run, by in zip(runs, (0.0, 1.0, 2.0), strict=True)
        for weights in ("last", "average")
        for each in evaluations(
            run,
            {5: raised(SIX, -by), **{sigma: raised(SIX, by) for sigma in degradations}},
            weights=weights,
        )
    ]
    (board,) = boards(runs, found)
    return board


def printed(board: Board, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(fitting_table(board, console))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_every_width_shows_the_gain_its_price_and_the_share_of_the_gap_uncut(width: int) -> None:
    text = printed(example(), width)
    assert max(len(line) for line in text.splitlines()) <= width
    for word in ("+1.00", "-1.00", "gap 50 %", "gain", "oracle", "bias=false", "average", "σ75"):
        assert word in text
    assert "…" not in text


def test_eighty_columns_hold_the_suite_of_levels_in_one_table() -> None:
    assert printed(example(), 80).count("rule") == 1
    assert printed(example(), 60).count("rule") > 1


def test_the_parts_of_a_mixture_stand_one_below_the_other() -> None:
    board = example(degradations=(30,))
    mixture = "mixture gaussian-noise sigma=15 + jpeg quality=30"
    renamed = replace(board, degradations=(*board.degradations, (mixture, "unseen")))
    assert "mix σ15" in printed(renamed, 200)
    assert "+jpeg 30" in printed(renamed, 200)
    assert "mix σ15+jpeg 30" not in printed(renamed, 200)


def test_seeds_are_shown_by_their_range_until_there_are_enough_for_an_interval() -> None:
    runs = [(finished(i, experiment(), seed=i), {30: raised(SIX, i)}) for i in range(1, 6)]
    assert "unseen means of its 4 seeds from" in seed_lines(board_of(*runs[:4]))[0]
    assert seed_lines(board_of(*runs)) == []
