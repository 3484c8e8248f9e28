"""``dilctl logs``: what the processes of a run print."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output
from dilctl.cli.session import jobs_of

if TYPE_CHECKING:
    from dilctl.jobs import Jobs


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl logs 7 --follow")(logs)


def logs(
    context: typer.Context,
    run: Annotated[int, typer.Argument(help="Number of the run.")],
    follow: Annotated[
        bool,
        typer.Option("--follow", "-f", help="Go on as the log grows, until the run ends."),
    ] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many lines.")] = 50,
) -> None:
    """Print the end of a run's log; terminal codes in it are shown, not obeyed."""
    with jobs_of(context) as jobs:
        path = jobs.log_path(run)
        start = path.stat().st_size if path.exists() else 0
        for line in jobs.log_tail(run, lines):
            output.write(line)
        if follow:
            _follow(jobs, run, path, start)
        elif not path.exists():
            output.say(f"run {run} has no log yet: it has not been started")


def _follow(jobs: "Jobs", run: int, path: Path, start: int) -> None:
    """Print whole lines as they appear, until the run ends and nothing more comes."""
    from dilctl.follow import SETTLED
    from dilctl.text import visible

    pending = ""
    while True:
        ended = jobs.run(run).status in SETTLED
        fresh, start = _read(path, start)
        *whole, pending = (pending + fresh).split("\n")
        for line in whole:
            output.write(visible(line.rstrip("\r")))
        if ended and not fresh:
            return
        time.sleep(0.5)


def _read(path: Path, start: int) -> tuple[str, int]:
    if not path.exists():
        return "", start
    with path.open("rb") as file:
        file.seek(start)
        content = file.read()
    return content.decode(errors="replace"), start + len(content)
