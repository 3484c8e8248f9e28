"""``dilctl gc``: free what finished runs no longer need."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output, words
from dilctl.cli.session import jobs_of
from dilctl.errors import UsageError

if TYPE_CHECKING:
    from dilctl.garbage import Piece
    from dilctl.jobs import Jobs


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl gc --dry-run")(gc)


def gc(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and leave it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Delete files that no run needs any more, after saying how much that frees.

    Weights, logs and the newest checkpoint of every run that can go on stay, as does all of runs
    that wait or live.
    """
    with jobs_of(context) as jobs:
        pieces = jobs.garbage()
        _show(pieces, as_json=as_json)
        _say_copies(jobs)
        if dry_run or not pieces:
            return
        if not yes:
            _ask(pieces)
        gone = jobs.clear(pieces)
    output.say(f"{words.size(sum(piece.size for piece in gone))} freed")
    if len(gone) < len(pieces):
        output.say(f"{words.many(len(pieces) - len(gone), 'piece')} stayed: still needed, or gone")


def _show(pieces: "Sequence[Piece]", *, as_json: bool) -> None:
    if as_json:
        output.write_json(pieces)
    elif not pieces:
        output.say("nothing to delete")
    else:
        _print(pieces)


def _print(pieces: "Sequence[Piece]") -> None:
    by_kind: dict[str, list[int]] = {}
    for piece in pieces:
        by_kind.setdefault(piece.kind, []).append(piece.size)
    table = output.table("what", "number", "size", right=("number", "size"))
    for kind, sizes in sorted(by_kind.items(), key=lambda entry: -sum(entry[1])):
        table.add_row(kind, f"{len(sizes):,}", words.size(sum(sizes)))
    table.add_row("together", f"{len(pieces):,}", words.size(sum(piece.size for piece in pieces)))
    output.stdout().print(table)


def _say_copies(jobs: "Jobs") -> None:
    copies = jobs.old_copies()
    if copies:
        size = sum(path.stat().st_size for path in copies)
        output.say(
            f"copies of the registry beside the newest three: {words.many(len(copies), 'file')}, "
            f"{words.size(size)}, in {copies[0].parent}; delete those you do not need"
        )


def _ask(pieces: "Sequence[Piece]") -> None:
    size = words.size(sum(piece.size for piece in pieces))
    if not sys.stdin.isatty():
        raise UsageError(f"gc: {size} would go; add --yes to delete them, or --dry-run")
    typer.confirm(f"Delete {words.many(len(pieces), 'piece')}, {size}?", abort=True, err=True)
