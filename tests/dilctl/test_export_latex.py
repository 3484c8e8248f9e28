"""Tables of LaTeX, compiled where there is a TeX."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dilctl.export.latex import latex
from dilctl.export.sheet import Choice
from dilctl.export.tex import escaped
from dilctl.leaderboard import Board, boards
from dilctl.leaderboard.paper import paper_rows
from tests.dilctl.evaluated import SIX, board_of, evaluations, experiment, finished, raised

LEVELS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 75)
NASTY = "50% & _x_# ${}~^\\ σΔ±×≤≥–—\"`'[*] é ł ą 中 😀 <a|b> ½ ﬁ Ж -- \u202e \x1b \n ά \udc80 \x00"
needs_tex = pytest.mark.server


def example() -> Board:
    """Three rules and an oracle, under ten levels."""
    rows = {"erm": 0.0, "dil-sf": 1.0, "dil-pf": 0.5}
    runs = [(finished(n, experiment(rule)), by) for n, (rule, by) in enumerate(rows.items(), 1)]
    runs.append((finished(4, experiment("erm", is_oracle=True)), 3.0))
    return board_of(*((run, {sigma: raised(SIX, by) for sigma in LEVELS}) for run, by in runs))


def row(text: str, label: str) -> list[str]:
    """The fields of the only row of a label."""
    (found,) = [line for line in text.splitlines() if line.strip().startswith(f"{label} &")]
    return [field.strip() for field in found.strip().removesuffix(r"\\").split("&")]


def compiled(text: str, folder: Path) -> str:
    """The log of a document that holds the tables and nothing else."""
    (folder / "tables.tex").write_text(text, "utf-8")
    (folder / "paper.tex").write_text(
        r"\documentclass[twocolumn]{article}\usepackage{booktabs}\usepackage{graphicx}"
        r"\begin{document}\input{tables}\end{document}"
    )
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    log = (folder / "paper.log").read_text("latin-1")
    assert answer.returncode == 0, log[-2000:]
    return log


def test_the_best_is_bold_and_the_second_underlined_and_the_oracle_does_not_count():
    text = latex([example()])
    assert row(text, "dil-sf")[1] == r"\textbf{31.08}"
    assert row(text, "dil-pf")[1] == r"\underline{30.58}"
    assert row(text, "erm")[1] == "30.08"
    assert row(text, "erm oracle")[1] == "33.08"
    assert r"\midrule" in text.split("erm oracle &")[0].splitlines()[-2]


def test_a_decided_gain_is_starred_and_signs_are_those_of_mathematics():
    fields = row(latex([example()]), "dil-sf")
    assert r"$+$1.00\rlap{$^{*}$}" in fields
    assert fields[-1] == r"33 \%"


def test_columns_stand_in_the_order_of_the_board_under_their_standings():
    text = latex([example()])
    heads = re.findall(r"\$\\sigma\$(\d+)", text.split(r"\midrule")[0].split(r"\toprule")[1])
    assert [int(head) for head in heads] == [5, 20, 10, 15, 25, 30, 40, 50, 60, 75]
    groups = re.findall(r"\\multicolumn\{(\d+)\}\{c\}\{(.+?)\}", text)
    assert groups[:4] == [("2", "seen"), ("2", "between"), ("6", "unseen"), ("2", "mean")]


def test_the_caption_says_what_a_reader_must_know():
    (caption,) = [line for line in latex([example()]).splitlines() if r"\caption" in line]
    for words in (
        "CBSD68 (6 images",
        "seed 1",
        r"Trained on $\sigma$5 and $\sigma$20",
        "bootstrap",
    ):
        assert words in caption
    assert "Best in bold, second underlined, at the printed precision; oracles do not" in caption


def test_rows_that_differ_in_seeds_say_how_many_each_has():
    first, second = finished(1, experiment("erm")), finished(2, experiment("erm"), seed=2)
    other = finished(3, experiment("dil-sf"))
    board = board_of(*((run, {5: SIX, 30: SIX}) for run in (first, second, other)))
    text = latex([board])
    assert "rule & seeds &" in text
    assert (row(text, "erm")[1], row(text, "dil-sf")[1]) == ("2", "1")


def test_ssim_and_intervals_come_when_asked_for():
    plain = latex([example()])
    assert "/" not in row(plain, "erm")[1]
    assert r"\scriptsize" not in plain
    full = latex([example()], choice=Choice(ssim=True, intervals=True))
    assert row(full, "dil-sf")[1] == r"\textbf{31.08}/\textbf{0.311}"
    assert re.search(r"\{\\scriptsize \[\d\d\.\d\d, \d\d\.\d\d\]\}", full)


def test_a_mean_over_fewer_images_does_not_contend():
    board = example()
    first, *others = board.rows
    fewer = replace(board, rows=(replace(first, images=3), *others))
    assert r"\textbf" not in " ".join(row(latex([fewer]), "dil-sf"))
    assert row(latex([fewer]), "dil-pf")[1].startswith(r"\textbf")
    assert "rows of fewer images do not count" in latex([fewer])


def test_rows_of_the_paper_stand_apart_and_do_not_count():
    board = example()
    text = latex([board], papers={0: paper_rows(board)})
    assert row(text, "paper: dil-sf rrdb")[6] == "30.29"
    assert "arXiv 2303.06859" in text
    assert "paper" not in latex([board])


def test_tables_of_one_name_have_labels_of_their_own():
    labels = re.findall(r"\\label\{(.+?)\}", latex([example(), example()]))
    assert labels == ["tab:denoise-cbsd68-noise-levels", "tab:denoise-cbsd68-noise-levels-2"]


def test_a_row_of_one_rule_alone_is_not_called_best():
    board = board_of((finished(1, experiment("erm")), {5: SIX, 30: SIX}))
    text = latex([board])
    assert r"\textbf" not in text
    assert "bold" not in text


def test_nothing_makes_nothing():
    assert latex([]) == ""


@given(st.text(max_size=40))
def test_any_name_becomes_ascii_of_balanced_braces_on_one_line(text):
    made = escaped(text)
    assert made.isascii()
    assert "\n" not in made
    plain = made.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")
    assert not re.search(r"(?<!\\)[%#&_]", made)


def test_what_mathematics_and_other_scripts_write_is_kept_or_spelt():
    assert escaped("σ=30, Δ±½ é") == r"$\sigma$=30, $\Delta$$\pm$1/2 {\'{e}}"
    assert escaped("a--b") == "a-{}-b"
    assert escaped("中") == "{[}U+4E2D{]}"


@needs_tex
def test_a_wide_table_compiles_and_stays_in_the_page(tmp_path: Path):
    board = example()
    choice = Choice(ssim=True, intervals=True)
    log = compiled(latex([board, board], papers={0: paper_rows(board)}, choice=choice), tmp_path)
    assert "Overfull" not in log


@needs_tex
def test_nasty_names_compile(tmp_path: Path):
    runs = [finished(1, experiment("erm")), finished(2, experiment("dil-sf"))]
    found = [each for run in runs for each in evaluations(run, {5: SIX, 30: SIX})]
    (board,) = boards(runs, found)
    (first, second) = board.rows
    nasty = replace(
        board,
        task=NASTY,
        test_set=NASTY,
        suite=NASTY,
        confounders=(NASTY,),
        notes=(NASTY,),
        degradations=((NASTY, "seen"), *board.degradations),
        rows=(replace(first, label=f"[1] {NASTY}"), replace(second, label="*")),
    )
    log = compiled(latex([nasty]).encode(errors="strict").decode(), tmp_path)
    assert "Missing character" not in log
