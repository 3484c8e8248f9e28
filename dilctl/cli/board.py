"""``dilctl board``: who generalises, one table a test set."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.board_absence import absence
from dilctl.board_views import Views
from dilctl.cli import output
from dilctl.cli.board_format import Asked, Format, refuse_contradictions, write
from dilctl.cli.destination import written_to
from dilctl.cli.session import jobs_of
from dilctl.errors import NotFoundError

if TYPE_CHECKING:
    from dilctl.leaderboard import Board

_EXAMPLES = """\b
Example: dilctl board denoise --set CBSD68 --csv > table.csv
         dilctl board denoise --suite noise-levels --curve
         dilctl board denoise --tradeoff
         dilctl board denoise --budget gradients
         dilctl board denoise --set CBSD68 --paper
         dilctl board table1 --paper
         dilctl board denoise 'tag:paper and seed<=3' --format latex
         dilctl board denoise --output report.html
         dilctl board denoise --format latex --ssim > tables.tex
"""


class BudgetUnit(StrEnum):
    """What ``--budget`` can be stated in."""

    STEPS = "steps"
    GRADIENTS = "gradients"
    SECONDS = "seconds"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=_EXAMPLES)(board)


def board(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help="A task, as in denoise, or a recipe of it.")],
    query: Annotated[
        list[str] | None, typer.Argument(help="Only these runs; see docs/queries.md.")
    ] = None,
    suite: Annotated[str | None, typer.Option(help="Only this suite.")] = None,
    test_set: Annotated[
        str | None, typer.Option("--set", metavar="TESTSET", help="Only this test set.")
    ] = None,
    curve: Annotated[
        bool, typer.Option("--curve", help="Instead of the table: PSNR against level.")
    ] = False,
    tradeoff: Annotated[
        bool,
        typer.Option(
            "--tradeoff", help="Instead of the table: seen against unseen through training."
        ),
    ] = False,
    budget: Annotated[
        BudgetUnit | None,
        typer.Option(help="Instead of the table: each row beside ERM after equally many of these."),
    ] = None,
    paper: Annotated[
        bool,
        typer.Option(
            "--paper",
            help="Add the paper's rows where it has the same cells; of table1 to table7, set all "
            "cells side by side.",
        ),
    ] = False,
    named: Annotated[
        Format | None,
        typer.Option("--format", help="How to write it; else as the ending of --output says."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Short for --format csv.")] = False,
    ssim: Annotated[
        bool, typer.Option("--ssim", help="In markdown, latex and html: SSIM behind each PSNR.")
    ] = False,
    intervals: Annotated[
        bool, typer.Option("--intervals", help="In markdown, latex and html: 95 % intervals.")
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file, replacing it."),
    ] = None,
) -> None:
    """Rank finished runs by how they restore degradations that they have not seen.

    PSNR in dB on whole test images. Seen: trained on. Unseen: outside all that was trained on.
    """
    views = Views(
        curve=curve, tradeoff=tradeoff, budget=budget.value if budget else None, paper=paper
    )
    asked = Asked(
        named=named, as_json=as_json, as_csv=as_csv, output=file, ssim=ssim, intervals=intervals
    )
    refuse_contradictions(asked, views)
    with written_to(file), jobs_of(context) as jobs:
        if paper and (table := jobs.paper_table(task, " ".join(query or ()), suite=suite)):
            from dilctl.cli import paper_table

            paper_table.write(paper_table.of_test_set(table, test_set), asked)
            return
        chosen = _chosen(jobs.boards(task, " ".join(query or ()), suite=suite), test_set)
        if not chosen:
            output.say(absence(jobs, task, " ".join(query or ()), suite=suite))
        write(jobs, chosen, views, asked)


def _chosen(found: "tuple[Board, ...]", test_set: str | None) -> "tuple[Board, ...]":
    """The boards of a test set, or all."""
    chosen = tuple(one for one in found if test_set in (None, one.test_set))
    if test_set is not None and found and not chosen:
        _refuse_test_set(test_set, found)
    return chosen


def _refuse_test_set(name: str, found: "tuple[Board, ...]") -> None:
    known = ", ".join(sorted({one.test_set for one in found}))
    raise NotFoundError(f"{name}: no run was tested on it; tested were {known}")
