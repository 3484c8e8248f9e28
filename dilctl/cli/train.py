"""``dilctl train``: queue runs and see them through in the foreground."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import wishes
from dilctl.cli.session import jobs_of
from dilctl.request import MOST_PRIORITY

if TYPE_CHECKING:
    from dilctl.jobs import Jobs
    from dilctl.request import Request

Ahead = Annotated[
    int | None,
    typer.Option(
        "--priority",
        metavar="N",
        min=-MOST_PRIORITY,
        max=MOST_PRIORITY,
        help="Higher goes first; default: before all that wait.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl train denoise-small --set rule=dil-sf")(train)


def train(
    context: typer.Context,
    recipe: wishes.Recipe,
    settings: wishes.Set = None,
    sweep: wishes.Sweep = None,
    seeds: wishes.Seeds = "1",
    name: wishes.Name = None,
    gpus: wishes.Gpus = None,
    gpu: wishes.Gpu = None,
    gpu_memory: wishes.GpuMemory = None,
    priority: Ahead = None,
    after: wishes.After = None,
    after_any: wishes.AfterAny = False,
    tag: wishes.Tag = None,
    note: wishes.Note = "",
    retries: wishes.Retries = 2,
    again: wishes.Again = False,
    as_json: wishes.AsJson = False,
) -> None:
    """Train here and now: queue a run or a few, and show how they do until they end.

    An agent that works on this machine is used; else this command is one for as long as it lasts.
    Ctrl-C has the workers write a checkpoint first; the same command goes on from there.
    """
    from dilctl.cli import queueing

    with jobs_of(context) as jobs:
        said = context.params
        if priority is None:
            said = {**said, "priority": _ahead_of_all(jobs)}
        request = wishes.request_of(jobs, said)
        submission = queueing.queue(jobs, request, as_json=as_json)
        queueing.see_through(jobs, submission, again=_same(request))


def _ahead_of_all(jobs: "Jobs") -> int:
    """A priority with which a run need not wait for others that wait."""
    waiting = jobs.registry.waiting_ids() if jobs.settings.has_registry else ()
    highest = jobs.run(waiting[0]).priority if waiting else -1
    return min(max(0, highest + 1), MOST_PRIORITY)


def _same(request: "Request") -> str:
    """The command that means the same runs."""
    words = [
        request.recipe,
        *(word for assignment in request.assignments for word in ("--set", assignment)),
        *(word for sweep in request.sweeps for word in ("--sweep", sweep)),
    ]
    if request.seeds != (1,):
        words += ["--seeds", ",".join(map(str, request.seeds))]
    return shlex.join(["dilctl", "train", *words])
