"""``dilctl runs``: what is listed, in what order, in which columns, how wide."""

import csv
import io
import json

import pytest

from tests.dilctl.shell import Shell

pytestmark = pytest.mark.slow

COLUMNS = "id,status,psnr@crops:sigma30,config.train.lr,tags"


def ids(shell: Shell, *words: str) -> list[int]:
    return [run["id"] for run in json.loads(shell("runs", *words, "--json"))]


def test_a_query_a_sort_and_a_limit_choose_runs(seeded: Shell) -> None:
    assert ids(seeded, "rule=erm", "and", "seed<3") == [3, 1]
    assert ids(seeded, "--sort", "-psnr@CBSD68:unseen", "--limit", "2") == [4, 2]
    assert ids(seeded, "status=done", "--sort", "seed,-id") == [2, 1, 4, 3]
    assert ids(seeded, "rule=erm", "--status", "failed") == [5]
    assert ids(seeded, "7", "2..3") == [7, 3, 2]
    assert ids(seeded, "1", "last") == [8, 1]


def test_what_a_limit_cuts_off_is_said(seeded: Shell) -> None:
    seeded("runs", "--limit", "3")
    assert "3 of 8; --limit shows more" in seeded.result.stderr
    seeded("runs", "rule=erm", "--status", "done", "--limit", "1")
    assert "1 of 2; --limit shows more" in seeded.result.stderr
    seeded("runs", "--limit", "8")
    assert seeded.result.stderr == ""


def test_json_and_csv_have_every_run_and_people_get_fifty(shell: Shell) -> None:
    shell("submit", "denoise-small", "--seeds", "1..60")
    assert len(ids(shell)) == 60
    assert len(shell("runs", columns=80).splitlines()) == 52
    assert "50 of 60" in shell.result.stderr


def test_columns_are_fields_settings_and_metrics_by_short_names(seeded: Shell) -> None:
    seeded("tag", "4", "--add", "best")
    (run,) = json.loads(seeded("runs", "4", "--columns", COLUMNS, "--json"))
    assert run == {
        "id": 4,
        "status": "done",
        "psnr@crops:sigma30": 26.8125,
        "config.train.lr": 0.001,
        "tags": ["best"],
    }
    lines = list(csv.DictReader(io.StringIO(seeded("runs", "--columns", COLUMNS, "--csv"))))
    assert [line["id"] for line in lines] == ["8", "7", "6", "5", "4", "3", "2", "1"]
    assert (lines[0]["psnr@crops:sigma30"], lines[4]["tags"]) == ("", "best")


@pytest.mark.parametrize(
    ("name", "meant"),
    [("unsen", "unseen"), ("train.lr", "config.train.lr"), ("psnr@crops:unsen", "crops:unseen")],
)
def test_an_unknown_column_is_refused_with_the_one_that_was_meant(
    seeded: Shell, name: str, meant: str
) -> None:
    assert f"did you mean {meant}?" in seeded.error("runs", "--columns", name, code=2).replace(
        "psnr@", ""
    )


def test_a_fault_in_a_query_is_pointed_at(seeded: Shell) -> None:
    assert seeded("runs", "rule=erm and status=don", code=2) == ""
    assert seeded.result.stderr.splitlines() == [
        "error: column 21: status is never `don`; did you mean done?",
        "  rule=erm and status=don",
        "                      ^",
    ]


def test_a_live_run_that_says_nothing_is_shown_as_silent(seeded: Shell) -> None:
    assert "▶ running, silent" in seeded("runs", "7")
    assert "silent" not in seeded("runs", "1..6")
    assert json.loads(seeded("runs", "7", "--columns", "status", "--json")) == [
        {"status": "running"}
    ]


@pytest.mark.parametrize("columns", [30, 40, 80, 200])
def test_a_table_fits_and_says_what_it_leaves_out(seeded: Shell, columns: int) -> None:
    lines = seeded("runs", columns=columns).splitlines()
    assert max(map(len, lines)) <= columns
    assert len(lines) == 10
    left_out = "unseen" not in lines[0]
    assert left_out == (columns < 80)
    assert ("too narrow for" in seeded.result.stderr) == left_out


def test_a_pipe_gets_whole_names(shell: Shell) -> None:
    name = "a long name " * 100
    shell("submit", "denoise-small", "--name", name.strip()[:200])
    assert name.strip()[:200] in shell("runs")


def test_an_empty_answer_is_empty_data_and_a_word_of_why(shell: Shell) -> None:
    assert shell("runs", "--json") == "[]\n"
    assert "dilctl demo" in shell.result.stderr
    shell("submit", "denoise-small")
    assert shell("runs", "psnr@Nowhere:unseen > 3") == ""
    assert "no run has measured psnr@Nowhere:unseen" in shell.result.stderr


def test_a_formula_in_a_name_stays_text_in_a_file(shell: Shell) -> None:
    shell("submit", "denoise-small", "--name", "=1+1")
    assert shell("runs", "--csv", "--columns", "name") == "name\n'=1+1\n"
