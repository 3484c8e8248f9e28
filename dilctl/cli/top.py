"""``dilctl top``: what runs and what waits, refreshed each second."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output
from dilctl.cli.session import settled_jobs_of

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

_EVERY = 1.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl top --once")(top)


def top(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Print it once and leave.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, once.")] = False,
) -> None:
    """Show what runs now and what waits, with agents and GPUs; q or Ctrl-C ends it."""
    from dilctl.cli.overview import look, panel, plain

    with settled_jobs_of(context) as jobs:
        if not jobs.settings.has_registry:
            output.say("no runs; begin with: dilctl demo")
        elif as_json:
            output.write_json(plain(look(jobs, waiting=None)))
        elif once or not sys.stdout.isatty():
            console = output.stdout()
            waiting = None if console.width == output.PIPE_WIDTH else 10
            console.print(panel(look(jobs, waiting=waiting), console.width))
        else:
            _watch(jobs)


def _watch(jobs: "Jobs") -> None:
    from rich.live import Live

    from dilctl.cli.keys import END, keys
    from dilctl.cli.overview import look, panel

    console = output.stdout()
    try:
        with keys() as pressed, Live(console=console, auto_refresh=False) as live:
            while True:
                height = console.height - 1
                shown = panel(look(jobs, waiting=height), console.width, height=height)
                live.update(shown, refresh=True)
                if pressed(_EVERY) in {"q", "Q", "\x1b", END}:
                    return
    except KeyboardInterrupt:
        return
