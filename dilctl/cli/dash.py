"""``dilctl dash``: the dashboard."""

import typer

from dilctl.cli.session import jobs_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl dash")(dash)


def dash(context: typer.Context) -> None:
    """Watch runs, curves and leaderboards live in the terminal; q quits."""
    with jobs_of(context) as jobs:
        from dilctl.dash.app import run

        run(jobs)
