"""``dilctl dash``: the dashboard."""

import sys

import typer

from dilctl.cli.session import settled_jobs_of
from dilctl.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl dash")(dash)


def dash(context: typer.Context) -> None:
    """Watch runs, curves and leaderboards live in the terminal; q quits."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("dash: needs a terminal; in a script or a pipe use: dilctl runs --json")
    with settled_jobs_of(context) as jobs:
        from dilctl.dash.app import run

        run(jobs)
