"""Tables of runs from the command line: queued as one sweep, shown, and set beside the paper's."""

import csv
import io
import json
from importlib import resources
from pathlib import Path

import pytest

from tests.dilctl.shell import Shell

ENTRY = '[[runs]]\nrecipe = "denoise-small"\n'


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two runs that can be trained, on two test sets of which one is there, and one that cannot."""
    path = tmp_path / "mine.toml"
    path.write_text(
        f"{ENTRY}sweep = \"rule=erm,dil-sf\"\nset = \"data.test=['bundled', 'Nowhere100']\"\n"
        '[[runs]]\nrecipe = "deblur-small"\nset = "data.train=Lost"\n'
    )
    return path


def test_what_is_there_is_queued_and_what_is_not_is_named(shell: Shell, table: Path) -> None:
    said = json.loads(shell("submit", str(table), "--json"))
    assert (said["queued"], said["already"]) == ([1, 2], [])
    lost, gone = said["absent"]
    assert lost.startswith("data.test.1: Nowhere100: no folder at ")
    assert gone.startswith("no run of deblur-small: data.train.0: Lost: no folder at ")
    assert "absent: data.test.1: Nowhere100" in shell.result.stderr
    again = json.loads(shell("submit", str(table), "--json"))
    assert (again["queued"], again["already"]) == ([], [1, 2])
    names = shell("runs", "--csv", "--columns", "name,sweep")
    assert "mine denoise-small rule=erm,mine" in names


def test_a_dry_run_names_it_too(shell: Shell, table: Path) -> None:
    said = shell("submit", str(table), "--dry-run")
    assert "2 runs would be queued" in said
    assert "absent:   data.test.1: Nowhere100: no folder at " in said
    assert "absent:   no run of deblur-small: data.train.0: Lost" in said
    assert len(json.loads(shell("submit", str(table), "--dry-run", "--json"))) == 2
    assert "absent: data.test.1: Nowhere100" in shell.result.stderr


def test_a_test_set_that_a_person_names_must_be_there(shell: Shell, table: Path) -> None:
    shell("submit", str(table), "--set", "data.test=['bundled', 'Gone7']", code=4)
    assert "Gone7: no folder at" in shell.result.stderr


def test_a_table_of_which_nothing_is_there_is_refused(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "lost.toml"
    path.write_text(f"set = \"data.test=['Gone7']\"\n{ENTRY}")
    error = shell.error("submit", str(path), code=4)
    assert "data.test.0: Gone7: no folder at" in error


def test_a_shipped_table_is_shown_as_it_is_written(shell: Shell) -> None:
    written = (resources.files("trainers.recipes") / "table1.toml").read_text("utf-8")
    assert shell("recipes", "show", "table1") == written
    said = json.loads(shell("recipes", "show", "table1", "--json"))
    assert (said["paper"], [entry["recipe"] for entry in said["runs"]]) == (1, ["denoise"])
    assert "so --set changes nothing" in shell.error(
        "recipes", "show", "table1", "--set", "rule=erm", code=2
    )
    names = [each["name"] for each in json.loads(shell("recipes", "list", "--json"))]
    assert {f"table{n}" for n in range(1, 8)} < set(names)


def test_a_table_is_set_beside_the_papers_before_anything_was_trained(shell: Shell) -> None:
    shown = shell("board", "table1", "--paper", columns=80)
    assert "denoise · CBSD68 · PSNR in dB, ours / paper" in shown
    assert "— / 24.90" in shown
    assert "— no data: CBSD68 is not there" in shown
    lines = csv.DictReader(io.StringIO(shell("board", "table1", "--paper", "--csv")))
    assert len(list(lines)) == 75
    only = json.loads(shell("board", "table1", "--paper", "--set", "kodak24", "--json"))
    assert [block["test_set"] for block in only["blocks"]] == ["Kodak24"]
    assert "### derain" in shell("board", "table4", "--paper", "--format", "markdown")
    assert r"\toprule" in shell("board", "table4", "--paper", "--format", "latex")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--set", "Set5"), 6, "Set5: is not in the paper's Table 1; in it CBSD68, Kodak24"),
        (("--format", "html"), 2, "say --format markdown"),
        (("--ssim", "--format", "latex"), 2, "--ssim is not for a table of the paper"),
    ],
)
def test_what_a_table_cannot_show_is_refused(
    shell: Shell, words: tuple[str, ...], code: int, sentence: str
) -> None:
    assert sentence in shell.error("board", "table1", "--paper", *words, code=code)


def test_without_the_paper_a_table_means_the_boards_of_its_tasks(shell: Shell) -> None:
    assert shell("board", "table4") == ""
    assert "no run of table4 is done yet" in shell.result.stderr
    assert shell("board", "leave-one-out-small", "--paper") == ""
