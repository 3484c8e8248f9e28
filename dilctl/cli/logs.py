"""``dilctl logs``: what the processes of a run print."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import completion, output
from dilctl.cli.session import jobs_of

if TYPE_CHECKING:
    from dilctl.jobs import Jobs


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl logs last --follow")(logs)


def logs(
    context: typer.Context,
    run: Annotated[
        list[str],
        typer.Argument(
            help="Its number, `last`, or a query that means one run.",
            autocompletion=completion.runs,
        ),
    ],
    follow: Annotated[
        bool,
        typer.Option("--follow", "-f", help="Go on as the log grows, until the run ends."),
    ] = False,
    lines: Annotated[
        int, typer.Option("--lines", "-n", metavar="N", min=1, help="How many lines.")
    ] = 50,
) -> None:
    """Print the end of a run's log; terminal codes in it are shown, not obeyed."""
    from dilctl.selection import only

    with jobs_of(context) as jobs:
        meant = only(jobs, run)
        path = jobs.log_path(meant)
        start = path.stat().st_size if path.exists() else 0
        for line in jobs.log_tail(meant, lines):
            output.write(line)
        if not start:
            output.say(f"run {meant} {_silence(path)}")
        if follow:
            _follow(jobs, meant, path, start)


def _silence(path: Path) -> str:
    """Why there is nothing to print."""
    if path.exists():
        return "has printed nothing; `dilctl show` has its events, `dilctl curves` its metrics"
    return "has no log yet: it has not been started"


def _follow(jobs: "Jobs", run: int, path: Path, start: int) -> None:
    """Print whole lines as they appear, until the run ends and nothing more comes."""
    from dilctl.follow import SETTLED
    from dilctl.text import visible

    pending = b""
    while True:
        ended = jobs.run(run).status in SETTLED
        fresh, start = _read(path, start)
        *whole, pending = (pending + fresh).split(b"\n")
        for line in whole:
            output.write(visible(line.decode(errors="replace").rstrip("\r")))
        output.flush()
        if ended and not fresh:
            if pending:  # what it printed last may not end in a line feed
                output.write(visible(pending.decode(errors="replace").rstrip("\r")))
            return
        time.sleep(0.5)


def _read(path: Path, start: int) -> tuple[bytes, int]:
    """What was added since; all of it if the file has been made anew."""
    if not path.exists():
        return b"", start
    with path.open("rb") as file:
        if path.stat().st_size < start:
            start = 0
        file.seek(start)
        content = file.read()
    return content, start + len(content)
