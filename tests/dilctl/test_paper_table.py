"""A table of the paper with our cells beside its own."""

import csv
import io
import json

import pytest
from rich.console import Console

from dilctl.cli import paper_table as printed
from dilctl.export import paper_table as exported
from dilctl.leaderboard.paper import published
from dilctl.leaderboard.paper_table import PaperTable, Side
from tests.dilctl.tables import beside_paper, members_of, trained
from trainers.data.layouts.known import known_suite
from trainers.suites import colour_space, degradations_of, is_captured

OTHERS = {"real-esrnet", "bsrnet"}
SMALL = "network={ kind = 'rrdb', features = 16, blocks = 1, growth = 8 }"
TABLES = range(1, 8)


def sides(table: PaperTable, test_set: str) -> dict[tuple[str, str], Side]:
    (block,) = (block for block in table.blocks if block.test_set == test_set)
    return {
        (line.label, side.paper.degradation): side for line in block.lines for side in line.cells
    }


def ours(side: Side) -> float:
    assert side.ours is not None
    return side.ours.psnr.mean


def covered(number: int) -> set[tuple[str, ...]]:
    """Every cell that the runs of a table make, by its test sets and suites."""
    cells: set[tuple[str, ...]] = set()
    for member in members_of(f"table{number}"):
        made = member.experiment
        for test_set in made.data.test:
            own = known_suite(test_set)
            for suite in made.evaluate.suites:
                if own == suite if is_captured(suite) else own is None:
                    space = colour_space(made.task, suite, test_set)
                    cells |= {
                        (made.task, test_set, space, made.network.kind, made.rule.kind, each.name)
                        for each in degradations_of(suite, made.confounders)
                    }
    return cells


@pytest.mark.parametrize("number", TABLES)
def test_the_runs_of_a_table_make_every_cell_of_the_papers(number: int) -> None:
    wanted = {
        (n.task, n.test_set, n.colour_space, n.network, n.rule, n.degradation)
        for n in published()
        if n.table == number and n.rule not in OTHERS and n.test_set != "DND"
    }
    assert wanted
    assert wanted <= covered(number)


@pytest.mark.parametrize("number", TABLES)
def test_every_cell_is_there_and_says_why_it_is_empty(number: int) -> None:
    table = beside_paper(number)
    found = [side for b in table.blocks for line in b.lines for side in line.cells]
    assert sorted(map(repr, (side.paper for side in found))) == sorted(
        repr(n) for n in published() if n.table == number
    )
    assert all(side.ours is None and side.missing for side in found)


def test_ours_stands_beside_the_papers_in_the_same_cell() -> None:
    table = beside_paper(2, (1, trained("deblur", "rule=erm"), ["Set5"]))
    cell = sides(table, "Set5")["erm rrdb", "gaussian-blur sigma=4.2"]
    assert (round(ours(cell), 2), cell.paper.psnr) == (30.08, 29.31)
    assert "erm rrdb: run 1, trained as the table says, on DF2K." in table.notes


def test_an_empty_cell_says_what_it_lacks() -> None:
    erm = trained("deblur", "rule=erm")
    table = beside_paper(2, (1, erm, ["Set5"]), there=["Set5", "Set14"])
    blur = "gaussian-blur sigma=5"
    assert sides(table, "Set5")["dil-sf rrdb", blur].missing == "no run yet"
    assert sides(table, "Set14")["erm rrdb", blur].missing == (
        "not tested on Set14: dilctl eval 1 --images Set14 --suite blur-levels"
    )
    why = "no data: Urban100 is not there"
    assert sides(table, "Urban100")["erm rrdb", blur].missing == why
    dnd = sides(beside_paper(4), "DND")["erm rrdb", "as-captured"]
    assert dnd.missing.startswith("server only: dilctl eval RUN --pairs DND")
    other = sides(beside_paper(5), "DRealSR")["bsrnet rrdb", "as-captured"]
    assert other.missing.startswith("not trained here")


def test_a_run_that_differs_from_the_table_is_shown_and_called_incomparable() -> None:
    table = beside_paper(1, (1, trained("denoise", SMALL, "rule=erm"), ["CBSD68"]))
    assert ours(sides(table, "CBSD68")["erm rrdb", "gaussian-noise sigma=30"]) > 30
    (note,) = [note for note in table.notes if note.startswith("erm rrdb: run 1")]
    assert "not to be compared with the paper" in note
    assert "network.features, network.blocks and network.growth" in note


def test_of_several_runs_the_one_that_differs_least_counts_then_the_newest() -> None:
    full, small = trained("denoise", "rule=erm"), trained("denoise", SMALL, "rule=erm")
    short = trained("denoise", "rule=erm", "train.budget=9 steps")
    table = beside_paper(
        1, *((n, made, ["CBSD68"]) for n, made in enumerate((full, small, short), 1))
    )
    cell = sides(table, "CBSD68")["erm rrdb", "gaussian-noise sigma=30"]
    assert cell.ours is not None
    assert cell.ours.runs == (1,)


@pytest.mark.parametrize(
    ("number", "recipe", "assignment"),
    [
        (1, "denoise", "confounders=[{ kind = 'gaussian-noise', sigma = 5 }]"),
        (1, "denoise", "confounders.0.clip=false"),
        (1, "denoise", "rule=group-dro"),
        (7, "real-sr", "confounders.0.strength=weak"),
    ],
)
def test_runs_of_other_confounders_or_rules_are_not_ours(
    number: int, recipe: str, assignment: str
) -> None:
    made = trained(recipe, assignment)
    table = beside_paper(number, (1, made, made.data.test))
    assert not any(side.ours for b in table.blocks for line in b.lines for side in line.cells)


def test_two_orders_of_synthesis_are_two_lines() -> None:
    first, second = trained("real-sr", "rule=erm"), trained("real-sr-second-order", "rule=erm")
    found = sides(
        beside_paper(7, (1, first, ["RealSR(V3)"]), (2, second, ["RealSR(V3)"])), "RealSR-V3"
    )
    one, other = (found[f"erm rrdb order {order}", "as-captured"] for order in (1, 2))
    assert round(ours(other) - ours(one), 6) == 1
    assert (one.paper.psnr, other.paper.psnr) == (27.65, 27.39)


def test_pairs_that_are_trained_on_may_lie_anywhere() -> None:
    folders = [f"/data/rain/{name}" for name in ("DID-MDN", "Rain14000", "Heavy-Rain")]
    told = ", ".join(f"{{ kind = 'pairs', folder = '{folder}' }}" for folder in folders)
    made = trained("derain", "rule=erm", f"confounders=[{told}]")
    table = beside_paper(4, (1, made, ["Rain12"]))
    assert ours(sides(table, "Rain12")["erm rrdb", "as-captured"]) > 30
    assert "on DID-MDN, Rain14000 and Heavy-Rain." in " ".join(table.notes)


def test_a_table_is_written_for_every_reader() -> None:
    table = beside_paper(2, (1, trained("deblur", "rule=erm"), ["Set5"]))
    lines = list(csv.DictReader(io.StringIO(exported.paper_table_csv(table))))
    assert len(lines) == 50
    assert lines[0]["paper psnr"] == "29.31"
    json.dumps(exported.paper_table_json(table))
    assert "| erm rrdb | 30.08 ±1.0" in exported.paper_table_markdown(table)
    tex = exported.paper_table_latex(table)
    assert all(line.isascii() for line in tex.splitlines() if not line.startswith("%"))
    assert tex.count(r"\begin{tabular}") == 5


@pytest.mark.parametrize("columns", [40, 80, 160])
def test_no_line_of_a_table_is_wider_than_the_terminal(columns: int) -> None:
    table = beside_paper(2, (1, trained("deblur", "rule=erm"), ["Set5"]))
    shown = io.StringIO()
    printed.show(table, Console(file=shown, width=columns))
    text = shown.getvalue()
    assert max(map(len, text.splitlines())) <= columns
    assert "30.08" in text
    assert "29.31" in text
    assert "— no run yet (dil-sf rrdb)" in text or "no data" in text
