"""The formats of ``dilctl board`` and where they are written, as a person types them."""

import csv
import io
import json
import os
import stat
import threading
from pathlib import Path

import pytest

from dilctl.settings import Settings
from tests.dilctl.seeded import fill
from tests.dilctl.shell import Shell

pytestmark = pytest.mark.slow

BOARD = ("board", "denoise", "--set", "CBSD68")
STARTS = {
    "table": "denoise · CBSD68",
    "markdown": "### denoise on CBSD68",
    "csv": "task,suite,test_set",
    "json": "[\n",
    "latex": "% In the preamble",
    "html": "<!doctype html>",
}
ENDINGS = {"table": ".txt", "markdown": ".md", "latex": ".TeX", "html": ".htm"}


@pytest.fixture
def filled(shell: Shell) -> Shell:
    fill(Settings(shell.home))
    return shell


@pytest.mark.parametrize("name", STARTS)
def test_each_format_goes_to_stdout_or_to_a_file_of_its_ending(
    filled: Shell, tmp_path: Path, name: str
):
    printed = filled(*BOARD, "--format", name)
    assert printed.lstrip().startswith(STARTS[name])
    file = tmp_path / f"böard{ENDINGS.get(name, f'.{name}')}"
    assert filled(*BOARD, "--output", str(file)) == ""
    assert f"written to {file}" in filled.result.stderr
    if name != "html":  # which says when it was made
        assert file.read_text("utf-8") == printed
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [file.name]


def test_the_short_forms_mean_the_formats(filled: Shell):
    assert filled(*BOARD, "--json") == filled(*BOARD, "--format", "json")
    assert filled(*BOARD, "--csv") == filled(*BOARD, "--format", "csv", "--csv")
    assert json.loads(filled(*BOARD, "--json"))[0]["test_set"] == "CBSD68"


def test_a_format_that_is_named_goes_before_the_ending(filled: Shell, tmp_path: Path):
    file = tmp_path / "board.txt"
    filled(*BOARD, "--format", "csv", "-o", str(file))
    assert next(csv.DictReader(io.StringIO(file.read_text())))["test_set"] == "CBSD68"


def test_views_can_be_written_to_a_file_too(filled: Shell, tmp_path: Path):
    file = tmp_path / "curve.csv"
    filled(*BOARD, "--curve", "--output", str(file))
    assert "level" in file.read_text().splitlines()[0]


@pytest.mark.parametrize("name", ["markdown", "latex", "html"])
def test_the_papers_rows_come_into_every_paper_when_asked_for(filled: Shell, name: str):
    assert "paper: dil-sf rrdb" in filled(*BOARD, "--format", name, "--paper")
    assert "paper: dil-sf rrdb" not in filled(*BOARD, "--format", name)


def test_the_report_holds_curves_trade_off_and_runs(filled: Shell):
    text = filled(*BOARD, "--format", "html")
    assert text.count("<desc ") == 3
    assert "Unseen against seen PSNR through training" in text
    assert "denoise-small dil-sf" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--json", "--csv"), "say --json or --csv, not both"),
        (("--format", "latex", "--json"), "say --format latex or --json, not both"),
        (("--format", "latex", "--curve"), "--curve is drawn on a terminal and written by --csv"),
        (("--format", "html", "--tradeoff"), "the HTML report shows it without being asked"),
        (("--format", "markdown", "--budget", "steps"), "not as markdown"),
        (("--ssim",), "--ssim is for --format markdown, latex and html"),
        (("--csv", "--intervals"), "CSV and JSON hold both without being asked"),
        (("--output", "board.docx"), "its ending says no format; add --format"),
        (("--output", "board"), "board: its ending says no format"),
        (("--csv", "--output", "."), ".: is a folder; say a file in it"),
    ],
)
def test_what_cannot_be_had_is_refused(filled: Shell, options: tuple[str, ...], words: str):
    assert words in filled.error(*BOARD, *options, code=2)


def test_a_folder_that_is_not_there_is_named(filled: Shell, tmp_path: Path):
    said = filled.error(*BOARD, "--output", str(tmp_path / "no" / "board.csv"), code=6)
    assert f"{tmp_path / 'no'}: no such folder; make it first" in said


def test_nothing_to_show_writes_nothing_and_keeps_what_is_there(shell: Shell, tmp_path: Path):
    file = tmp_path / "board.tex"
    file.write_text("precious")
    shell("board", "denoise", "--output", str(file))
    assert "no run of denoise is done yet" in shell.result.stderr
    assert file.read_text() == "precious"
    shell("board", "denoise", "--output", str(tmp_path / "board.json"))
    assert json.loads((tmp_path / "board.json").read_text()) == []


def test_a_fault_halfway_keeps_what_is_there(filled: Shell, tmp_path: Path):
    file = tmp_path / "board.csv"
    file.write_text("precious")
    filled("board", "denoise", "--set", "Nowhere", "--output", str(file), code=6)
    assert file.read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["board.csv"]


def test_a_file_is_replaced_through_its_link_and_keeps_its_permissions(
    filled: Shell, tmp_path: Path
):
    file, link = tmp_path / "old.csv", tmp_path / "link.csv"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    filled(*BOARD, "--output", str(link))
    assert link.is_symlink()
    assert file.read_text().startswith("task,")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_device_and_a_pipe_are_written_and_not_replaced(filled: Shell, tmp_path: Path):
    filled(*BOARD, "--csv", "--output", os.devnull)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)  # noqa: PTH116 -- no file of ours
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    filled(*BOARD, "--csv", "--output", str(pipe))
    reader.join()
    assert read[0].startswith("task,")
    assert pipe.is_fifo()


def test_a_dash_is_stdout(filled: Shell):
    assert filled(*BOARD, "--csv", "--output", "-").startswith("task,")
    assert filled(*BOARD, "--output", "-") == filled(*BOARD)
