"""Doing something to each of some runs: asked before, told after, refused one by one."""

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from dilctl import deeds
from dilctl.cli import output, words
from dilctl.deeds import Deed, Said
from dilctl.errors import ExitCode, UsageError
from dilctl.spans import spans
from storage.errors import RefusedError, UnknownRunError

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

_LISTED_AT_MOST = 20
_REFUSALS_AT_MOST = 10
_MANY = 100


def confirm(jobs: "Jobs", runs: Sequence[int], deed: Deed) -> None:
    """Ask whether it is meant for so many.

    Raises:
        UsageError: nobody is there to be asked.
        typer.Abort: it is not.
    """
    ask(deed.verb, f"{words.many(len(runs), 'run')} ({_named(jobs, runs)})")


def ask(verb: str, what: str) -> None:
    """Ask whether it is meant; see ``confirm``."""
    if not sys.stdin.isatty():
        raise UsageError(f"{verb} {what}: nobody is here to be asked; add --yes to do it")
    typer.confirm(f"{verb.capitalize()} {what}?", abort=True, err=True)


def _named(jobs: "Jobs", runs: Sequence[int]) -> str:
    """The runs' numbers, and the name of the first."""
    return f"{spans(runs)}: {output.cell(jobs.run(runs[0]).name)}" + (
        ", ..." if len(runs) > 1 else ""
    )


def do(
    jobs: "Jobs", runs: Sequence[int], deed: Deed, *, as_json: bool = False, are_named: bool = True
) -> None:
    """Do it to each, and print what became of them; those that can be changed are.

    Args:
        jobs: the use cases.
        runs: numbers of the runs.
        deed: what is to be done.
        as_json: print JSON.
        are_named: whether each was meant; of those that a query found, some may stay as they are.

    Raises:
        typer.Exit: with a code that says so, where some that were meant, or all, could not be
            changed.
    """
    done: list[Said] = []
    refused: list[Said] = []
    try:
        for run in _shown(runs, deed.verb):
            _do_one(jobs, run, deed, done, refused)
    except KeyboardInterrupt:
        output.say(f"stopped after {len(done) + len(refused):,} of {words.many(len(runs), 'run')}")
        raise
    if done and not are_named and not as_json:
        _say_left(refused)
        refused = []
    tell(done, refused, as_json=as_json)


def _say_left(refused: Sequence[Said]) -> None:
    if refused:
        several = f"the others ({len(refused):,}) stay as they are, as: "
        output.say(f"{several if len(refused) > 1 else ''}{refused[0][1]}")


def _shown(runs: Sequence[int], verb: str) -> Iterator[int]:
    """The runs, with a bar that shows how far one is where they are many."""
    if len(runs) <= _MANY:
        yield from runs
        return
    from dilctl.cli.progress import progress_bar

    with progress_bar() as advance:
        for number, run in enumerate(runs):
            if advance is not None:
                advance(verb, number, len(runs))
            yield run


def _do_one(jobs: "Jobs", run: int, deed: Deed, done: list[Said], refused: list[Said]) -> None:
    try:
        done.append((run, deeds.do(jobs, run, deed)))
    except (RefusedError, UnknownRunError) as error:
        refused.append((run, str(error)))


def tell(done: Sequence[Said], refused: Sequence[Said], *, as_json: bool) -> None:
    """Print what was done to runs, and what was not.

    Raises:
        typer.Exit: with a code that says so, where some could not be changed.
    """
    if as_json:
        output.write_json(
            [{"run": run, "done": True, "said": said} for run, said in done]
            + [{"run": run, "done": False, "said": said} for run, said in refused]
        )
    elif sys.stdout.isatty() and len(done) > _LISTED_AT_MOST:
        output.write(deeds.summary(done))
    else:
        for run, said in done:
            output.write(f"run {run}: {said}")
    _say_refusals([said for _, said in refused])
    if refused:
        raise typer.Exit(ExitCode.REFUSED)


def _say_refusals(sentences: Sequence[str]) -> None:
    for sentence in sentences[:_REFUSALS_AT_MOST]:
        output.say(f"error: {sentence}")
    more = len(sentences) - _REFUSALS_AT_MOST
    if more > 0:
        output.say(f"error: nor could {words.many(more, 'other run')} be changed")
