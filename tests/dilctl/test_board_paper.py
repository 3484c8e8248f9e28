"""The paper's own numbers beside ours."""

from dataclasses import replace

import pytest

from dilctl.leaderboard import Board, boards
from dilctl.leaderboard.paper import paper_notes, paper_rows, published
from tests.dilctl.evaluated import evaluations, experiment, finished
from tests.dilctl.tables import boards_of, trained
from trainers.degradations.kinds import GaussianNoise

SIX = (30.0, 31.0, 29.0, 28.0, 32.0, 30.5)


def example(test_set: str = "CBSD68") -> Board:
    run = finished(1, experiment("erm"))
    (board,) = boards([run], evaluations(run, {5: SIX, 30: SIX, 50: SIX}, test_set=test_set))
    return board


def test_every_number_of_the_paper_is_there():
    tables = [number.table for number in published()]
    assert tables == sorted(tables)
    assert {table: tables.count(table) for table in set(tables)} == {
        1: 75, 2: 50, 3: 24, 4: 15, 5: 10, 6: 12, 7: 8,
    }  # fmt: skip


def test_numbers_copied_by_hand_from_the_paper_are_found():
    found = {
        (n.table, n.test_set, n.network, n.rule, n.degradation): (n.psnr, n.ssim, n.is_seen)
        for n in published()
    }
    noise = "gaussian-noise sigma=50"
    assert found[1, "CBSD68", "rrdb", "dil-sf", noise] == (26.64, 0.779, False)
    assert found[1, "Urban100", "rrdb", "dil-ps", noise] == (23.71, 0.575, False)
    assert found[2, "Set5", "rrdb", "erm", "gaussian-blur sigma=4.2"] == (29.31, 0.844, False)
    assert found[3, "DIV2K", "rrdb", "dil-sf", "hybrid severe"] == (27.38, 0.737, True)
    assert found[6, "Kodak24", "swinir", "erm", "gaussian-noise sigma=30"] == (24.22, 0.493, False)


def test_its_noise_is_named_as_ours_clipped_and_not_quantised():
    noises = {n.degradation for n in published() if n.degradation.startswith("gaussian-noise")}
    ours = {GaussianNoise(sigma=sigma, clip=True, quantise=False).name for sigma in (30, 40, 50)}
    assert noises == ours


def test_its_rows_have_the_columns_of_the_board_and_no_others():
    rows = paper_rows(example())

    assert [row.label for row in rows] == [
        "paper: erm rrdb",
        "paper: dil-sf rrdb",
        "paper: dil-pf rrdb",
        "paper: dil-ss rrdb",
        "paper: dil-ps rrdb",
        "paper: erm swinir",
        "paper: dil-sf swinir",
    ]
    assert [(cell.degradation, cell.psnr) for cell in rows[1].cells] == [
        ("gaussian-noise sigma=30", 30.29),  # of Table 1; Table 6 says 30.28
        ("gaussian-noise sigma=50", 26.64),
    ]
    assert [cell.psnr for cell in rows[-1].cells] == [29.08]
    assert paper_rows(example("cbsd68")) == rows


def test_another_convention_task_or_test_set_is_another_cell():
    board = example()
    unclipped = tuple((f"{name} clip=false", word) for name, word in board.degradations)
    assert paper_rows(replace(board, degradations=unclipped)) == ()
    assert paper_rows(replace(board, task="deblur")) == ()
    assert paper_rows(example("BSDS500")) == ()
    (note,) = paper_notes(example("BSDS500"), ())
    assert "no number for denoise on BSDS500" in note


def test_the_source_is_named_with_what_differs():
    board = replace(example(), confounders=("gaussian-noise sigma=25",))
    words = " ".join(paper_notes(board, paper_rows(board)))
    assert "CVPR 2023, arXiv 2303.06859, Tables 1 and 6" in words
    assert "16,624,131 parameters" in words
    assert "The paper trained on gaussian-noise sigma=5, gaussian-noise sigma=10" in words
    like_the_paper = tuple(f"gaussian-noise sigma={sigma}" for sigma in (5, 10, 15, 20))
    board = replace(board, confounders=like_the_paper)
    assert "this board on" not in " ".join(paper_notes(board, paper_rows(board)))


@pytest.mark.parametrize(
    ("recipe", "test_set", "psnr"),
    [
        ("deblur", "Set5", [29.31, 26.55, 24.43, 22.96, 22.00]),
        ("hybrid", "BSD100", [25.27, 25.31, 24.62]),
        ("real-denoise", "SIDD", [38.90]),
        ("derain", "Rain12", [31.44]),
        ("real-sr", "RealSR(V3)", [27.65]),
        ("real-sr-second-order", "DRealSR", [29.41]),
    ],
)
def test_every_task_has_the_papers_rows_and_what_it_leaves_open(
    recipe: str, test_set: str, psnr: list[float]
):
    (board,) = boards_of((1, trained(recipe, "rule=erm"), [test_set]))
    rows = {row.rule: row for row in paper_rows(board)}
    assert [cell.psnr for cell in rows["erm"].cells] == psnr
    notes = " ".join(paper_notes(board, tuple(rows.values())))
    assert ("Not stated by the paper" in notes) == (recipe != "derain")
    assert "clipped" not in notes


@pytest.mark.parametrize(
    ("recipe", "test_set"), [("real-sr-x1", "RealSR-V3"), ("real-denoise", "PolyU")]
)
def test_another_scale_or_test_set_of_pairs_is_not_the_papers(recipe: str, test_set: str):
    (board,) = boards_of((1, trained(recipe), [test_set]))
    assert paper_rows(board) == ()
    assert "has no number for" in " ".join(paper_notes(board, ()))
