"""``dilctl cancel``, ``pause``, ``resume``, ``retry``, ``priority``: what is to become of runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from dilctl import deeds
from dilctl.cli import completion, output
from dilctl.cli.deeds import confirm, do
from dilctl.cli.session import settled_jobs_of
from dilctl.errors import UsageError
from dilctl.request import MOST_PRIORITY
from storage.records import Status

if TYPE_CHECKING:
    from dilctl.deeds import Deed
    from dilctl.jobs import Jobs

Runs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="RUNS",
        help="Numbers, ranges as in 7..9, `last`, or a query.",
        autocompletion=completion.queries,
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: dilctl cancel 7 8")(cancel)
    app.command(epilog="Example: dilctl pause 7")(pause)
    app.command(epilog="Example: dilctl resume 'status=paused'")(resume)
    app.command(epilog="Example: dilctl retry 'status=failed and started>2d'")(retry)
    app.command(epilog="Example: dilctl priority 'rule=erm and status=queued' --to 5")(priority)


def cancel(
    context: typer.Context,
    runs: Runs = None,
    all_queued: Annotated[bool, typer.Option("--all-queued", help="All runs that wait.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Cancel runs: those that wait at once, those that run as soon as their agent sees it."""
    if bool(runs) == all_queued:
        raise UsageError("cancel: name runs, as in `dilctl cancel 7`, or say --all-queued")
    if not all_queued:
        _steer(context, runs, deeds.CANCEL, yes=yes, as_json=as_json)
        return
    with settled_jobs_of(context) as jobs:
        waiting = [run.id for run in jobs.runs(statuses=[Status.QUEUED])]
        if not waiting:
            output.say("no run waits")
        _do(jobs, sorted(waiting), deeds.CANCEL, _Manner(yes, as_json, are_named=False))


def pause(
    context: typer.Context, runs: Runs = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Have running runs write a checkpoint and free their devices; they keep their place."""
    _steer(context, runs, deeds.PAUSE, yes=yes, as_json=as_json)


def resume(
    context: typer.Context, runs: Runs = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Put paused runs back in the queue; they go on from their checkpoints."""
    _steer(context, runs, deeds.RESUME, yes=yes, as_json=as_json)


def retry(
    context: typer.Context, runs: Runs = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Put failed runs back in the queue; they go on from their checkpoints."""
    _steer(context, runs, deeds.RETRY, yes=yes, as_json=as_json)


def priority(
    context: typer.Context,
    to: Annotated[
        int,
        typer.Option(
            "--to", metavar="N", min=-MOST_PRIORITY, max=MOST_PRIORITY, help="Higher goes first."
        ),
    ],
    runs: Runs = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Move runs in the queue: of those that fit, the highest priority starts first."""
    _steer(context, runs, deeds.priority(to), yes=yes, as_json=as_json)


def _steer(
    context: typer.Context, words: list[str] | None, deed: "Deed", *, yes: bool, as_json: bool
) -> None:
    from dilctl.selection import are_numbers, chosen

    with settled_jobs_of(context) as jobs:
        _do(jobs, chosen(jobs, words or []), deed, _Manner(yes, as_json, are_numbers(words or [])))


class _Manner(NamedTuple):
    """How a deed is done: asked or not, told as data or not, to runs that were named or found."""

    yes: bool
    as_json: bool
    are_named: bool


def _do(jobs: "Jobs", runs: Sequence[int], deed: "Deed", manner: _Manner) -> None:
    if len(runs) > 1 and not manner.yes:
        confirm(jobs, runs, deed)
    do(jobs, runs, deed, as_json=manner.as_json, are_named=manner.are_named)
