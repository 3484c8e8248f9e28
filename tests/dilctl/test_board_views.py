"""What ``dilctl board`` shows besides its table, as a person and as a program see it."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.console import Console

from dilctl.braille import Scale
from dilctl.cli.level_curves import print_curves
from dilctl.cli.tradeoff import print_tradeoff
from dilctl.export.views import tradeoff_csv
from dilctl.jobs import Jobs
from dilctl.plots.plot import Frame, Track, draw
from dilctl.settings import Settings
from storage.registry import Registry
from tests.dilctl.seeded import fill
from tests.dilctl.shell import Shell

pytestmark = pytest.mark.slow

BOARD = ("board", "denoise", "--set", "CBSD68")


@pytest.fixture
def filled(shell: Shell) -> Shell:
    fill(Settings(shell.home))
    return shell


@pytest.fixture
def jobs(filled: Shell) -> Iterator[Jobs]:
    opened = Jobs(Settings(filled.home))
    yield opened
    opened.close()


def lines_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def terminal(width: int = 80) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)


def shown(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_pipe_gets_level_curves_as_numbers(filled: Shell):
    text = filled(*BOARD, "--curve")
    assert not any("\u2801" <= character <= "\u28ff" for character in text)
    first = next(line for line in text.splitlines() if line.startswith("dil-sf"))
    level, psnr, low, high, *to_erm = first.split()[-7:]
    assert (level, to_erm) == ("5", ["+0.30"] * 3)
    assert float(low) < float(psnr) < float(high)
    rows = lines_of(filled(*BOARD, "--curve", "--csv"))
    assert {row["level"] for row in rows} >= {"5.0", "50.0"}
    (board,) = json.loads(filled(*BOARD, "--curve", "--json"))
    (curves,) = board["level_curves"]
    assert curves["seen"] == [5.0, 10.0, 15.0, 20.0]
    assert board["rows"]


def test_a_pipe_gets_the_tradeoff_as_numbers_once_for_all_test_sets(filled: Shell):
    text = filled("board", "denoise", "--tradeoff")
    assert text.count("seen against unseen through training") == 1
    rows = lines_of(filled("board", "denoise", "--tradeoff", "--csv"))
    assert {row["run"] for row in rows} == {"1", "2", "3", "4"}
    assert [row["gradients"] for row in rows if row["run"] == "1"][-1] == "3200"
    (board,) = json.loads(filled(*BOARD, "--tradeoff", "--json"))
    assert len(board["tradeoff"]) == 4


@pytest.mark.parametrize("unit", ["steps", "gradients", "seconds"])
def test_rows_at_one_budget_stand_in_a_table_with_each_of_their_seeds(filled: Shell, unit: str):
    for columns in (80, 200):
        text = filled("board", "denoise", "--budget", unit, columns=columns)
        assert max(map(len, text.splitlines())) <= columns
        assert text.count("seed 1") == text.count("seed 2") == 3
        assert text.count("ERM, seed 2") == 1
        assert "On validation crops under the degradations" in " ".join(text.split())
    assert ("same device" in text) == (unit == "seconds")
    rows = lines_of(filled("board", "denoise", "--budget", unit, "--csv"))
    assert [row["looks"] for row in rows] == ["5"] * 4
    assert {row["unit"] for row in rows} == {unit}
    assert [row["erm run"] for row in rows] == ["1", "3", "", ""]
    assert [bool(row["row unseen_to_erm"]) for row in rows] == [True, True, False, False]
    (board,) = json.loads(filled(*BOARD, "--budget", unit, "--json"))
    assert board["budget"]["notes"]
    assert [bool(row["erm"]) for row in board["budget"]["rows"]] == [True, False]


def test_the_paper_stands_under_our_rows_marked_and_with_its_source(filled: Shell):
    text = filled(*BOARD, "--paper", columns=300)
    row = next(line for line in text.splitlines() if line.startswith("paper: dil-sf rrdb"))
    assert [word for word in row.split() if "." in word] == ["30.29", "28.35", "26.64"]
    assert "arXiv 2303.06859" in text
    rows = lines_of(filled(*BOARD, "--paper", "--csv"))
    (row,) = [row for row in rows if row["label"] == "paper: dil-sf rrdb"]
    assert row["psnr gaussian-noise sigma=30"] == "30.29"
    assert row["psnr gaussian-noise sigma=30 low"] == row["unseen"] == ""
    (board,) = json.loads(filled(*BOARD, "--paper", "--json"))
    assert board["paper"]["rows"][1]["label"] == "paper: dil-sf rrdb"
    assert "paper" not in filled(*BOARD)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--json", "--csv"), "say --json or --csv, not both"),
        (("--paper", "--curve"), "--paper adds rows to the table, which --curve replaces"),
        (("--paper", "--budget", "steps"), "which --budget replaces"),
        (("--curve", "--tradeoff", "--csv"), "CSV holds one table; say --curve or --tradeoff"),
    ],
)
def test_what_cannot_be_had_at_once_is_refused(filled: Shell, options: tuple[str, ...], words: str):
    assert words in filled.error(*BOARD, *options, code=2)


def test_curve_and_tradeoff_can_be_had_at_once(filled: Shell):
    text = filled(*BOARD, "--curve", "--tradeoff")
    assert "standing" in text
    assert "validation crops" in text


def test_a_board_of_nothing_has_nothing_to_draw(shell: Shell):
    for option in ("--curve", "--tradeoff", "--paper"):
        assert shell("board", "denoise", option) == ""
        assert shell("board", "denoise", option, "--json") == "[]\n"
        assert shell("board", "denoise", option, "--csv") == ""
        assert "no run of denoise is done yet" in shell.result.stderr


def test_a_terminal_gets_a_picture_whose_rows_have_letters_and_not_colours_alone(jobs: Jobs):
    from dilctl.leaderboard.curves import level_curves

    console = terminal()
    (curves,) = level_curves(jobs.boards("denoise")[0])
    print_curves(curves, console, drawn=True)
    text = shown(console)

    assert max(map(len, text)) <= 80
    assert any("\u2801" <= character <= "\u28ff" for line in text for character in line)
    assert any(line.startswith("A dil-sf rrdb") for line in text)
    assert any(line.startswith("B erm rrdb") for line in text)
    assert any("━ the range trained on: 5, 10, 15, 20." in line for line in text)
    # Curves a third of a decibel apart share their cells; against ERM they are told apart.
    start = next(place for place, line in enumerate(text) if "minus that of ERM" in line)
    assert any("A" in line for line in text[start + 1 : start + 5])


def test_the_picture_of_the_tradeoff_marks_the_end_of_each_seed(jobs: Jobs):
    console = terminal()
    print_tradeoff(jobs.tradeoff(jobs.boards("denoise")[0]), console, drawn=True)
    text = shown(console)

    assert max(map(len, text)) <= 80
    assert any(line.startswith("A dil-sf rrdb") and line.endswith("2 seeds") for line in text)
    assert sum(line.split("┤")[-1].split("│")[-1].count("*") for line in text[:18]) == 1


def test_without_seen_degradations_the_tradeoff_says_so_and_a_pipe_gets_the_unseen(jobs: Jobs):
    board = jobs.boards("denoise")[0]
    alone = replace(board, degradations=tuple(d for d in board.degradations if d[1] == "unseen"))
    trails = jobs.tradeoff(alone)
    drawn, piped = terminal(), terminal(200)
    print_tradeoff(trails, drawn, drawn=True)
    print_tradeoff(trails, piped, drawn=False)

    assert shown(drawn)[0].startswith("No degradation of this board was trained on")
    assert next(line for line in shown(piped) if line.startswith("dil-sf")).split()[-2] == "–"
    (line, *_) = lines_of(tradeoff_csv([(alone, trails)]))
    assert (line["seen"], bool(line["unseen"])) == ("", True)


@pytest.mark.parametrize(("width", "height"), [(40, 6), (80, 14), (200, 40)])
def test_a_picture_stays_in_its_frame_and_puts_letters_where_the_points_are(width, height):
    points = ((0.0, 10.0), (5.0, 20.0), (10.0, 12.0))
    frame = Frame(title="y against x", width=width, height=height, heavy=(0.0, 5.0))
    lines = draw([Track(index=0, points=points, marked=points[1:])], frame).plain.split("\n")

    assert len(lines) == height
    assert max(map(len, lines)) <= width
    assert sum(line.count("A") for line in lines) == 2
    assert "A" in lines[1]
    rule = lines[-2].partition("└")[2]
    assert rule[: len(rule) // 2 - 1].strip("━┻") == ""
    assert rule[len(rule) // 2 + 2 :].strip("─┴") == ""


def test_points_at_one_place_and_a_single_point_are_drawn():
    frame = Frame(title="", width=40, height=8)
    here = ((1.0, 2.0),)
    tracks = [Track(index=index, points=here, marked=here) for index in (0, 1)]
    assert draw(tracks, frame).plain.count("*") == 1
    assert draw(tracks[:1], frame).plain.count("A") == 1


def test_a_scale_of_values_far_apart_is_linear_where_it_must_be():
    assert not Scale.of([1, 100], 8, may_be_log=False).is_log
    assert Scale.of([1, 100], 8).is_log


def test_a_curve_that_a_suite_cannot_give_names_what_these_runs_were_tested_with(filled: Shell):
    with Registry.open(filled.home / "registry.db") as registry:
        own = registry.evaluations([1], suite="noise-levels")[:2]
        names = ("jpeg quality=10", "poisson-noise alpha=1")
        typed = [
            replace(each, suite="noise-types", degradation=name, standing="unseen")
            for each, name in zip(own, names, strict=True)
        ]
        registry.add_evaluations(1, typed, who="ada@bench")

    said = filled.error("board", "denoise", "--suite", "noise-types", "--curve", code=2)
    assert "chosen by --suite noise-levels" in said
    assert filled("board", "denoise", "--suite", "real-noise") == ""
    why = "4 runs of denoise are done, but not tested with real-noise; there are boards of"
    assert why in filled.result.stderr
    assert "noise-levels, noise-types" in filled.result.stderr
