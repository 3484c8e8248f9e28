"""``dilctl agent``: work off the queue on this machine, or say who does."""

from typing import Annotated

import typer

from dilctl.cli import output
from dilctl.cli.session import jobs_of

family = typer.Typer(no_args_is_help=True, help="Work off the queue on this machine.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(family, name="agent")


@family.command(epilog="Example: dilctl agent run --slots 2")
def run(
    context: typer.Context,
    slots: Annotated[
        int | None, typer.Option(min=1, help="CPU threads to use at once; default: all cores.")
    ] = None,
) -> None:
    """Start what waits and watch over it, until Ctrl-C.

    The first Ctrl-C asks the workers to checkpoint and puts their runs back in the queue; the
    second leaves at once.
    """
    from dilctl.cli.serve import serve

    with jobs_of(context) as jobs:
        serve(jobs, slots=slots)


@family.command(epilog="Example: dilctl agent status --json")
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether an agent of this registry works on this machine."""
    with jobs_of(context) as jobs:
        state = jobs.agent_state()
    if as_json:
        output.write_json(state)
    elif state.running:
        output.write(f"an agent works on {state.host}, process {state.pid}")
    else:
        output.write(f"no agent works on {state.host}; start one with: dilctl agent run")
