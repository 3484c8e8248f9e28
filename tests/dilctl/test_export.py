import csv
import io
import json
from dataclasses import replace

import pytest

from dilctl.export.board import board_json, boards_csv
from dilctl.leaderboard import Board, boards, sentence
from tests.dilctl.evaluated import SIX, evaluations, experiment, finished, looked_at


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


def test_csv_and_json_have_price_share_looks_and_what_a_row_was_compared_with() -> None:
    erm, dil = finished(1, experiment("erm")), finished(2, experiment("dil-sf"))
    oracle = finished(3, experiment("erm", is_oracle=True))
    raised = {run.id: by for run, by in ((erm, 0.0), (dil, 1.0), (oracle, 4.0))}
    found = [
        each
        for run in (erm, dil, oracle)
        for each in evaluations(
            run, {5: [v - raised[run.id] for v in SIX], 30: [v + raised[run.id] for v in SIX]}
        )
    ]
    (board,) = boards([erm, dil, oracle], found, [looked_at(2, 24.0, 24.5)])
    line, plain, last = parsed(boards_csv([board]))
    assert (line["weights"], line["parameters"], line["compared with"]) == ("last", "214347", "1")
    assert (float(line["seen_price"]), float(line["gap_closed"])) == pytest.approx((-1.0, 0.25))
    assert (line["looks"], line["looks swing"], line["looks unseen lowest"]) == ("2", "0.5", "24.0")
    assert (plain["gap_closed"], plain["looks swing"], plain["compared with"]) == ("", "", "")
    assert last["verdict"] == "oracle"
    row = board_json(board)["rows"][0]
    assert row["gap_closed"]["mean"] == pytest.approx(0.25)
    assert row["last_looks"]["unseen"] == {"mean": 24.25, "lowest": 24.0, "highest": 24.5}
    assert row["baseline"] == [1]


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
