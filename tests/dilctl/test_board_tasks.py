"""Boards of the tasks whose degradations were captured, or that show nothing unseen."""

import io

import pytest
from rich.console import Console

from dilctl.cli.board_table import fitting_table, title
from dilctl.export.caption import caption
from dilctl.export.latex import latex
from dilctl.export.markdown import markdown
from dilctl.export.sheet import Choice
from dilctl.leaderboard import Board, sentence
from tests.dilctl.tables import boards_of, trained


def both_rules(recipe: str, test_set: str, *assignments: str) -> Board:
    runs = [
        (number, trained(recipe, f"rule={rule}", *assignments), [test_set])
        for number, rule in enumerate(("erm", "dil-sf"), start=1)
    ]
    (board,) = boards_of(*runs)
    return board


def shown(board: Board, columns: int = 80) -> str:
    text = io.StringIO()
    console = Console(file=text, width=columns)
    console.print(title(board), fitting_table(board, console))
    return text.getvalue()


def test_what_a_camera_did_is_one_unseen_column_on_y() -> None:
    board = both_rules("real-denoise", "SIDD")
    assert board.degradations == (("as-captured", "unseen"),)
    assert "captured" in shown(board)
    assert "real-noise · PSNR on Y in dB" in shown(board)
    assert board.rows[0].verdict == "gain"
    assert "PSNR in dB over Y" in caption(board, (), Choice())[0]


def test_a_board_without_unseen_shows_what_is_seen_and_ranks_by_it() -> None:
    board = both_rules("hybrid-small", "bundled", "evaluate.suites=confounders")
    assert {standing for _, standing in board.degradations} == {"seen"}
    assert [name for name, _ in board.degradations] == [
        f"hybrid severity={severity}" for severity in (18, 19, 20)
    ]
    assert [row.rule for row in board.rows] == ["dil-sf", "erm"]
    assert "severity=19" in shown(board)
    assert "shows nothing about generalisation" in sentence(board)
    assert "severity=20" in markdown([board])
    assert "severity=20" in latex([board])


def test_pairs_that_are_trained_on_are_named_as_what_is_trained_on() -> None:
    board = both_rules("derain", "Rain12")
    assert board.notes[0] == "All rows are trained on DID-MDN, Rain14000 and Heavy-Rain."
    assert "trained on pairs DID-MDN, pairs Rain14000" in shown(board, 160)


def test_runs_of_another_border_stand_on_another_board_that_says_so() -> None:
    plain = trained("deblur", "rule=erm")
    cut = trained("deblur", "rule=dil-sf", "evaluate.border=4")
    first, second = boards_of((1, plain, ["Set5"]), (2, cut, ["Set5"]))
    assert (first.border, second.border) == (0, 4)
    assert "PSNR in dB, 4 pixels cut off at each side" in shown(second, 160)
    assert "4 pixels cut off" in caption(second, (), Choice())[0]


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("recipe", ["leave-out-rain", "derain-small", "real-sr-small"])
def test_long_names_are_broken_to_fit(recipe: str, columns: int) -> None:
    board = both_rules(recipe, "CBSD68")
    assert max(map(len, shown(board, columns).splitlines())) <= columns
