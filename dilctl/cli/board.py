"""``dilctl board``: who generalises, one table a test set."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output
from dilctl.cli.session import jobs_of
from dilctl.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from dilctl.leaderboard import Board


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl board denoise --set CBSD68 --csv > table.csv")(board)


def board(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help="A task, as in denoise, or a recipe of it.")],
    suite: Annotated[str | None, typer.Option(help="Only this suite.")] = None,
    test_set: Annotated[
        str | None, typer.Option("--set", metavar="TESTSET", help="Only this test set.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Rank finished runs by how they restore degradations that they have not seen.

    PSNR in dB on whole test images. Seen: trained on. Unseen: outside all that was trained on.
    """
    from dilctl import export

    if as_json and as_csv:
        raise UsageError("board: say --json or --csv, not both")
    with jobs_of(context) as jobs:
        found = jobs.boards(task, suite=suite)
    chosen = tuple(one for one in found if test_set in (None, one.test_set))
    if test_set is not None and found and not chosen:
        _refuse_test_set(test_set, found)
    if not chosen:
        output.say(f"no run of {task} is done yet; see how they do with: dilctl runs")
    if as_json:
        output.write_json([export.board_json(one) for one in chosen])
    elif as_csv:
        sys.stdout.write(export.boards_csv(chosen))
    else:
        print_boards(chosen)


def _refuse_test_set(name: str, found: "tuple[Board, ...]") -> None:
    known = ", ".join(sorted({one.test_set for one in found}))
    raise NotFoundError(f"{name}: no run was tested on it; tested were {known}")


def print_boards(boards: "tuple[Board, ...]") -> None:
    """Each board as a table on stdout, with its notes and one honest sentence under it."""
    from dilctl.cli.board_table import fitting_table, seed_lines, title
    from dilctl.leaderboard import sentence

    console = output.stdout()
    for place, one in enumerate(boards):
        if place:
            console.print()
        console.print(title(one))
        console.print(fitting_table(one, console))
        for note in (*seed_lines(one), *one.notes, sentence(one)):
            console.print(output.cell(note))
