"""``dilctl submit``: queue runs, or only say what would be queued."""

from typing import Annotated

import typer

from dilctl.cli import wishes
from dilctl.cli.session import jobs_of

_EXAMPLE = (
    "Example: dilctl submit denoise-small --sweep rule=erm,dil-sf --seeds 1..3 --set train.batch=16"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=_EXAMPLE)(submit)


def submit(
    context: typer.Context,
    recipe: wishes.Recipe,
    settings: wishes.Set = None,
    sweep: wishes.Sweep = None,
    seeds: wishes.Seeds = "1",
    name: wishes.Name = None,
    gpus: wishes.Gpus = None,
    gpu: wishes.Gpu = None,
    gpu_memory: wishes.GpuMemory = None,
    priority: wishes.Priority = 0,
    after: wishes.After = None,
    after_any: wishes.AfterAny = False,
    tag: wishes.Tag = None,
    note: wishes.Note = "",
    retries: wishes.Retries = 2,
    again: wishes.Again = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be queued; write nothing.")
    ] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Train now and show progress.")] = False,
    as_json: wishes.AsJson = False,
) -> None:
    """Queue an experiment, once for each combination of a sweep and each seed."""
    with jobs_of(context) as jobs:
        request = wishes.request_of(jobs, context.params)
        if dry_run:
            from dilctl.cli.plan import print_plan

            print_plan(jobs, request, as_json=as_json)
            return
        from dilctl.cli import queueing

        submission = queueing.queue(jobs, request, as_json=as_json)
        if follow:
            queueing.see_through(jobs, submission, again="dilctl agent run")
        else:
            queueing.say_agent(jobs)
