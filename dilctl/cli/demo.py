"""``dilctl demo``: the whole path from photographs to a leaderboard in a few minutes."""

from typing import TYPE_CHECKING

import typer

from dilctl.cli import output
from dilctl.cli.session import jobs_of

if TYPE_CHECKING:
    from dilctl.jobs import Jobs


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl demo")(demo)


def demo(context: typer.Context) -> None:
    """Train two rules on bundled photographs and show which generalises; about 5 minutes.

    Ctrl-C stops it; started again, it goes on where it was.
    """
    from dilctl import demo as case

    with jobs_of(context) as jobs:
        output.say(
            "Two rules, two seeds each, learn to remove noise of σ 5 to 20 from photographs, with "
            "equal gradient evaluations. Then they meet stronger noise that neither has seen."
        )
        numbers = case.numbers(case.queue(jobs))
        _train(jobs, numbers)
        _print_result(jobs, numbers)
    output.say("")
    output.say("Next:")
    for command, purpose in case.NEXT_COMMANDS:
        output.say(f"  {command}")
        output.say(f"      {purpose}")


def _train(jobs: "Jobs", numbers: tuple[int, ...]) -> None:
    from dilctl.cli.follow import follow
    from dilctl.errors import DilctlError
    from dilctl.follow import SETTLED
    from storage.records import Status

    runs = jobs.runs(ids=numbers)
    if not all(run.status in SETTLED for run in runs):
        runs = follow(jobs, numbers, again="dilctl demo")
    failed = [run for run in runs if run.status is not Status.DONE]
    if failed:
        sentences = [f"run {run.id} is {run.status}: {run.reason}" for run in failed]
        cure = f"read its log with: dilctl logs {failed[0].id}"
        raise DilctlError("\n".join([*sentences, cure]))


def _print_result(jobs: "Jobs", numbers: tuple[int, ...]) -> None:
    from dilctl.cli.board_table import print_boards

    boards = jobs.boards("denoise", among=numbers)
    print_boards(boards)
