"""``dilctl rm``: forget runs, and delete their files."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl import deeds
from dilctl.cli import completion, words
from dilctl.cli.deeds import ask, tell
from dilctl.cli.session import settled_jobs_of
from dilctl.spans import spans
from dilctl.words import file_size

if TYPE_CHECKING:
    from dilctl.jobs import Jobs


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rm", epilog="Example: dilctl rm 'status=cancelled'")(remove)


def remove(
    context: typer.Context,
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUNS",
            help="Numbers, ranges as in 7..9, `last`, or a query.",
            autocompletion=completion.queries,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Remove runs with all they measured and their files; what runs now is never removed."""
    from dilctl.selection import chosen

    with settled_jobs_of(context) as jobs:
        meant = chosen(jobs, runs or [])
        if not yes:
            ask("remove", _what(jobs, meant))
        _remove(jobs, meant, as_json=as_json)


def _what(jobs: "Jobs", runs: Sequence[int]) -> str:
    size = sum(deeds.size_of(jobs.settings.run(run).path) for run in runs)
    return f"{words.many(len(runs), 'run')} ({spans(runs)}), {file_size(size)} of files"


def _remove(jobs: "Jobs", runs: Sequence[int], *, as_json: bool) -> None:
    said = deeds.remove(jobs, runs)
    done = [(run, "removed") for run in runs if run not in said]
    tell(done, sorted(said.items()), as_json=as_json)
