import csv
import io
import json
from dataclasses import replace

from dilctl.export import board_json, boards_csv
from dilctl.leaderboard import Board, boards, sentence
from tests.dilctl.evaluated import evaluations, experiment, finished

SIX = (30.0, 31.0, 29.0, 28.0, 32.0, 30.5)


def example(test_set: str = "CBSD68") -> Board:
    erm, dil = finished(1, experiment("erm")), finished(2, experiment("dil-sf"))
    found = [
        *evaluations(erm, {5: SIX, 30: SIX}, test_set=test_set),
        *evaluations(dil, {5: SIX, 30: [value - 1.25 for value in SIX]}, test_set=test_set),
    ]
    (board,) = boards([erm, dil], found)
    return board


def parsed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_line_a_row_with_plain_numbers_even_below_zero() -> None:
    lines = parsed(boards_csv([example("CBSD68"), example("Kodak24")]))
    assert [line["test_set"] for line in lines] == ["CBSD68", "CBSD68", "Kodak24", "Kodak24"]
    dil = lines[1]
    assert (dil["rule"], dil["verdict"]) == ("dil-sf", "loss")
    assert float(dil["gain"]) == -1.25
    assert float(dil["gain low"]) <= float(dil["gain"]) <= float(dil["gain high"]) < 0
    assert float(dil["psnr gaussian-noise sigma=30"]) == float(dil["unseen"])


def test_csv_leaves_absent_numbers_empty() -> None:
    erm = parsed(boards_csv([example()]))[0]
    assert (erm["gain"], erm["gain low"], erm["unseen_lowest_seed"]) == ("", "", "")


def test_csv_keeps_text_text_that_a_spreadsheet_would_compute() -> None:
    board = example()
    for first in "=+-@\t\r":
        evil = replace(board, test_set=f'{first}cmd(), "quoted"\nand broken')
        line = parsed(boards_csv([evil]))[0]
        assert line["test_set"] == f'\'{first}cmd(), "quoted"\nand broken'


def test_csv_has_the_columns_of_all_its_boards() -> None:
    run = finished(3, experiment("erm"))
    (other,) = boards([run], evaluations(run, {50: SIX}))
    lines = parsed(boards_csv([example(), other]))
    assert lines[0]["psnr gaussian-noise sigma=50"] == ""
    assert lines[2]["psnr gaussian-noise sigma=30"] == ""
    assert lines[2]["psnr gaussian-noise sigma=50"] != ""


def test_json_holds_the_board_its_rows_and_its_sentence_as_plain_values() -> None:
    board = example()
    value = board_json(board)
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    assert value["sentence"] == sentence(board)
    assert value["degradations"][1] == {"name": "gaussian-noise sigma=30", "standing": "unseen"}
    assert value["rows"][1]["gain"]["mean"] == -1.25
    assert value["rows"][0]["gain"] is None
