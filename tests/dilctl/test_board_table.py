"""The table of a board in terminals of several widths."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from dilctl.cli.board_table import fitting_table, print_boards, seed_lines
from dilctl.leaderboard import Board, Estimate, boards
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


@pytest.mark.parametrize("width", [80, 200])
def test_ends_have_the_decimals_of_their_mean_and_one_more_where_they_would_read_as_zero(
    width: int,
) -> None:
    board = example(degradations=(30,))
    first, *others = board.rows
    row = replace(
        first,
        gain=Estimate(mean=0.25, low=0.004, high=0.5),
        seen_price=Estimate(mean=-1e-9, low=-0.1, high=0.1),
        gap_closed=Estimate(mean=-0.001, low=-0.2, high=0.2),
        unseen=Estimate(mean=25.0, low=24.0, high=26.25),
    )
    text = printed(replace(board, rows=(row, *others)), width)
    for said in ("+0.25", "+0.004", "+0.50", "gap -0.1 %", "24.00", "26.25"):
        assert said in text
    assert "+0.00 " not in text
    assert "-0.00" not in text


def test_notes_of_boards_in_a_row_are_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    board = example(degradations=(30,))
    print_boards([board, replace(board, test_set="Set14"), replace(board, notes=("Another.",))])
    said = capsys.readouterr().out
    assert said.count("All rows are trained on") == 1
    assert said.count("Notes: as above.") == 1
    assert "Another." in said


def test_seeds_are_shown_by_their_range_until_there_are_enough_for_an_interval() -> None:
    runs = [(finished(i, experiment(), seed=i), {30: raised(SIX, i)}) for i in range(1, 6)]
    assert "unseen means of its 4 seeds from" in seed_lines(board_of(*runs[:4]))[0]
    assert seed_lines(board_of(*runs)) == []
