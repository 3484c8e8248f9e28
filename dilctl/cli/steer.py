"""``dilctl cancel``, ``pause``, ``resume``, ``retry``, ``priority``: what is to become of runs."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from dilctl.cli import completion, output
from dilctl.cli.deeds import Deed, confirm, do
from dilctl.cli.session import settled_jobs_of
from dilctl.cli.wishes import MOST_PRIORITY
from dilctl.errors import UsageError
from storage.records import LIVE, Run, Status, Wanted

if TYPE_CHECKING:
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
        _steer(context, runs, _CANCEL, yes=yes, as_json=as_json)
        return
    with settled_jobs_of(context) as jobs:
        waiting = [run.id for run in jobs.runs(statuses=[Status.QUEUED])]
        if not waiting:
            output.say("no run waits")
        _do(jobs, sorted(waiting), _CANCEL, _Manner(yes, as_json, are_named=False))


def pause(
    context: typer.Context, runs: Runs = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Have running runs write a checkpoint and free their devices; they keep their place."""
    _steer(context, runs, _PAUSE, yes=yes, as_json=as_json)


def resume(
    context: typer.Context, runs: Runs = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Put paused runs back in the queue; they go on from their checkpoints."""
    _steer(context, runs, _RESUME, yes=yes, as_json=as_json)


def retry(
    context: typer.Context, runs: Runs = None, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Put failed runs back in the queue; they go on from their checkpoints."""
    _steer(context, runs, _RETRY, yes=yes, as_json=as_json)


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
    _steer(context, runs, _priority(to), yes=yes, as_json=as_json)


def _steer(
    context: typer.Context, words: list[str] | None, deed: Deed, *, yes: bool, as_json: bool
) -> None:
    from dilctl.cli.selection import are_numbers, chosen

    with settled_jobs_of(context) as jobs:
        _do(jobs, chosen(jobs, words or []), deed, _Manner(yes, as_json, are_numbers(words or [])))


class _Manner(NamedTuple):
    """How a deed is done: asked or not, told as data or not, to runs that were named or found."""

    yes: bool
    as_json: bool
    are_named: bool


def _do(jobs: "Jobs", runs: Sequence[int], deed: Deed, manner: _Manner) -> None:
    if len(runs) > 1 and not manner.yes:
        confirm(jobs, runs, deed)
    do(jobs, runs, deed, as_json=manner.as_json, are_named=manner.are_named)


def _cancelled(run: Run) -> str | None:
    return "is cancelled already" if run.status is Status.CANCELLED else None


def _paused(run: Run) -> str | None:
    return "is paused already" if run.status is Status.PAUSED else None


def _going_on(run: Run) -> str | None:
    if run.status is Status.QUEUED or (run.status in LIVE and run.wanted is not Wanted.PAUSE):
        return f"is {run.status} already"
    return None


def _queued_or_live(run: Run) -> str | None:
    return f"is {run.status} already" if run.status in {Status.QUEUED, *LIVE} else None


def _on(change: "Callable[[Jobs, int, str], tuple[Run, ...]]") -> "Callable[[Jobs, int], Run]":
    """A change of one run in this person's name."""

    def act(jobs: "Jobs", run: int) -> Run:
        from dilctl.jobs import who

        (changed,) = change(jobs, run, who())
        return changed

    return act


def _priority(to: int) -> Deed:
    return Deed(
        verb=f"set the priority to {to} of",
        act=_on(lambda jobs, run, who: jobs.set_priority([run], to, who=who)),
        already=lambda run: f"has priority {to} already" if run.priority == to else None,
        outcome=lambda _run: f"has priority {to} now",
    )


_CANCEL = Deed(
    verb="cancel",
    act=_on(lambda jobs, run, who: jobs.cancel([run], who=who)),
    already=_cancelled,
    outcome=lambda run: (
        "cancelled" if run.status is Status.CANCELLED else "will stop as soon as its agent sees it"
    ),
)
_PAUSE = Deed(
    verb="pause",
    act=_on(lambda jobs, run, who: jobs.pause([run], who=who)),
    already=_paused,
    outcome=lambda _run: "will write a checkpoint and pause as soon as its agent sees it",
)
_RESUME = Deed(
    verb="resume",
    act=_on(lambda jobs, run, who: jobs.resume([run], who=who)),
    already=_going_on,
    outcome=lambda run: "queued" if run.status is Status.QUEUED else "goes on",
)
_RETRY = Deed(
    verb="retry",
    act=_on(lambda jobs, run, who: jobs.retry([run], who=who)),
    already=_queued_or_live,
    outcome=lambda _run: "queued",
)
