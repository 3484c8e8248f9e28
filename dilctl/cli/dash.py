"""``dilctl dash``: the dashboard, in the terminal or in a browser."""

import sys
from typing import Annotated

import typer

from dilctl.cli.session import jobs_of
from dilctl.errors import UsageError

_PATIENCE = 2.0  # seconds to wait for another writer; the dashboard tries again by itself


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl dash")(dash)


def dash(
    context: typer.Context,
    web: Annotated[
        bool, typer.Option("--web", help="Serve it to a browser of this machine, until Ctrl-C.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65_535,
            help="With --web: its port; 0: any free one; default: 8765, or the next free one.",
        ),
    ] = None,
) -> None:
    """Watch runs, curves and leaderboards live in the terminal; q quits.

    With --web it prints an address that lets one browser in, once; Enter prints another one. Only
    this machine can reach it: from elsewhere, use a tunnel of ssh.
    """
    if port is not None and not web:
        raise UsageError("dash: --port goes with --web")
    if web:
        from dilctl.cli.dash_web import serve

        serve(context, port)
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("dash: needs a terminal; in a script or a pipe use: dilctl runs --json")
    with jobs_of(context, patience=_PATIENCE) as jobs:
        from dilctl.dash.app import run

        run(jobs)
