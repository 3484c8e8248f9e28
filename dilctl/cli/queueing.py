"""Queue what was asked for, say what became of it, and see it through where that is wanted."""

import sys
from functools import partial
from typing import TYPE_CHECKING

import typer

from dilctl.cli import output, words
from dilctl.errors import DilctlError, ExitCode
from dilctl.spans import spans
from storage.records import Run, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dilctl.cli.progress import Advance
    from dilctl.jobs import Jobs, Submission
    from dilctl.request import Request

_LISTED_AT_MOST = 20


def queue(jobs: "Jobs", request: "Request", *, as_json: bool) -> "Submission":
    """Queue what is not there yet, and print it."""
    from dilctl.cli.progress import progress_bar

    with progress_bar() as advance:
        packing = None if advance is None else partial(_decoding, advance)
        submission = jobs.submit(request, packing=packing)
    if as_json:
        queued, already = submission.queued, submission.already
        output.write_json(
            {
                "queued": [run.id for run in queued],
                "already": [run.id for run in already],
                "absent": list(submission.absent),
            }
        )
    elif sys.stdout.isatty() and len(submission.queued) + len(submission.already) > _LISTED_AT_MOST:
        _write_summary(submission)
    else:
        _write_lines(submission)
    for absent in submission.absent:
        output.say(f"absent: {absent}")
    if submission.already:
        output.say("what was already there stays as it is; --again repeats it")
    return submission


def _decoding(advance: "Advance", what: str, done: int, total: int) -> None:
    advance(f"decoding {what}", done, total)


def _write_lines(submission: "Submission") -> None:
    for run in submission.queued:
        output.write(_line(run, "queued"))
    for run in submission.already:
        output.write(_line(run, f"already there, {run.status}"))


def _line(run: Run, state: str) -> str:
    return output.cell(f"run {run.id}: {run.name}, seed {run.seed}: {state}")


def _write_summary(submission: "Submission") -> None:
    """Of many runs their numbers only."""
    if submission.queued:
        output.write(_counted(submission.queued, "queued"))
    for status in Status:
        there = [run for run in submission.already if run.status is status]
        if there:
            output.write(_counted(there, f"already there, {status}"))


def _counted(runs: "Sequence[Run]", state: str) -> str:
    return f"{words.many(len(runs), 'run')} {state}: {spans(run.id for run in runs)}"


def say_agent(jobs: "Jobs") -> None:
    """Whether anything will start."""
    from dilctl.prospect import prospect

    found = prospect(jobs)
    if found.command:
        output.say(found.sentence)
        output.say(f"  {found.command}")
    else:
        output.say(f"{found.sentence}; `dilctl runs` shows how the runs do")


def see_through(jobs: "Jobs", submission: "Submission", *, again: str) -> None:
    """Follow the runs to their ends, with an agent in this process where none works.

    Args:
        jobs: the use cases.
        submission: what was queued, or was there.
        again: the command that goes on after an interrupt.

    Raises:
        DilctlError: one of them can never start here.
        typer.Exit: with a code that says so, where not all are done.
    """
    from dilctl.cli.follow import follow

    runs = (*submission.queued, *submission.already)
    _refuse_hopeless(jobs, runs)
    ended = follow(jobs, [run.id for run in runs], again=again)
    for run in ended:
        output.say(f"run {run.id}: {run.status}{f': {run.reason}' if run.reason else ''}")
        if run.status is Status.PAUSED:
            output.say(f"  to go on: dilctl resume {run.id}")
    if any(run.status is not Status.DONE for run in ended):
        raise typer.Exit(ExitCode.FAILED)


def _refuse_hopeless(jobs: "Jobs", runs: "Sequence[Run]") -> None:
    """Waiting for what this machine will never have, one would wait without an end."""
    if jobs.agent_state().running or jobs.registry.agents():
        return  # another agent works, and may have more
    from dilctl.agent import Machine
    from dilctl.placement import Wait, place
    from dilctl.room import room

    machine = Machine.here()
    space = room(machine.slots, machine.gpus(), ())
    for run in runs:
        found = place(run.needs, space) if run.status is Status.QUEUED else None
        if isinstance(found, Wait) and found.is_for_good:
            raise DilctlError(
                f"run {run.id} cannot run here: {found.reason}; it stays in the queue for an "
                "agent on another machine"
            )
