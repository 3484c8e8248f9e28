"""``dilctl board``: who generalises, one table a test set."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output
from dilctl.cli.session import jobs_of
from dilctl.errors import NotFoundError

if TYPE_CHECKING:
    from dilctl.cli.board_views import Views
    from dilctl.jobs import Jobs
    from dilctl.leaderboard import Board

_EXAMPLES = """\b
Example: dilctl board denoise --set CBSD68 --csv > table.csv
         dilctl board denoise --suite noise-levels --curve
         dilctl board denoise --tradeoff
         dilctl board denoise --budget gradients
         dilctl board denoise --set CBSD68 --paper
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
        bool, typer.Option("--paper", help="Add the paper's rows where it has the same cells.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Rank finished runs by how they restore degradations that they have not seen.

    PSNR in dB on whole test images. Seen: trained on. Unseen: outside all that was trained on.
    """
    from dilctl.cli.board_views import Views, refuse_contradictions

    views = Views(
        curve=curve, tradeoff=tradeoff, budget=budget.value if budget else None, paper=paper
    )
    refuse_contradictions(views, as_json=as_json, as_csv=as_csv)
    with jobs_of(context) as jobs:
        found = jobs.boards(task, suite=suite)
        chosen = tuple(one for one in found if test_set in (None, one.test_set))
        if test_set is not None and found and not chosen:
            _refuse_test_set(test_set, found)
        if not chosen:
            output.say(f"no run of {task} is done yet; see how they do with: dilctl runs")
        if as_json:
            _write_json(jobs, chosen, views)
        elif as_csv:
            _write_csv(jobs, chosen, views)
        elif chosen:
            _print(jobs, chosen, views)


def _refuse_test_set(name: str, found: "tuple[Board, ...]") -> None:
    known = ", ".join(sorted({one.test_set for one in found}))
    raise NotFoundError(f"{name}: no run was tested on it; tested were {known}")


def _write_json(jobs: "Jobs", boards: "Sequence[Board]", views: "Views") -> None:
    from dilctl.cli.board_views import as_json

    output.write_json(as_json(jobs, boards, views))


def _write_csv(jobs: "Jobs", boards: "Sequence[Board]", views: "Views") -> None:
    from dilctl.cli.board_views import as_csv

    sys.stdout.write(as_csv(jobs, boards, views))


def _print(jobs: "Jobs", boards: "Sequence[Board]", views: "Views") -> None:
    from dilctl.cli.board_views import show

    if views.instead:
        show(jobs, boards, views, output.stdout(), drawn=output.can_draw())
    else:
        print_boards(boards, with_paper=views.paper)


def print_boards(boards: "Sequence[Board]", *, with_paper: bool = False) -> None:
    """Each board as a table on stdout, with its notes and one honest sentence under it."""
    from dilctl.cli.board_table import fitting_table, seed_lines, title
    from dilctl.leaderboard import sentence
    from dilctl.leaderboard.paper import paper_notes, paper_rows

    console = output.stdout()
    known: set[str] = set()
    for place, one in enumerate(boards):
        papers = paper_rows(one) if with_paper else ()
        if place:
            console.print()
        console.print(title(one))
        console.print(fitting_table(one, console, papers))
        said = paper_notes(one, papers) if with_paper else ()
        notes = ("Notes: as above.",) if set(one.notes) == known else one.notes
        for note in (*seed_lines(one), *notes, *said, sentence(one)):
            console.print(output.cell(note))
        known = set(one.notes)
