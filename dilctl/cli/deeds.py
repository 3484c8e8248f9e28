"""Doing something to each of some runs: asked before, told after, refused one by one."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from dilctl.cli import output, words
from dilctl.cli.spans import spans
from dilctl.errors import ExitCode, UsageError
from storage.errors import RefusedError, UnknownRunError
from storage.records import Run

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

_LISTED_AT_MOST = 20
_REFUSALS_AT_MOST = 10
_MANY = 100

Said = tuple[int, str]
"""A run, and what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that can be done to a run.

    Attributes:
        verb: as in ``cancel``, in a question.
        act: does it; gives the run as it is then.
        already: what to say of a run that is as it should be; None if it is not.
        outcome: what to say of a run to which it was done.
    """

    verb: str
    act: "Callable[[Jobs, int], Run]"
    already: Callable[[Run], str | None]
    outcome: Callable[[Run], str]


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
        already = deed.already(jobs.run(run))
        done.append((run, already or deed.outcome(deed.act(jobs, run))))
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
        _write_summary(done)
    else:
        for run, said in done:
            output.write(f"run {run}: {said}")
    _say_refusals([said for _, said in refused])
    if refused:
        raise typer.Exit(ExitCode.REFUSED)


def _write_summary(done: Sequence[Said]) -> None:
    for said in dict.fromkeys(said for _, said in done):
        those = [run for run, word in done if word == said]
        output.write(f"{words.many(len(those), 'run')} ({spans(those)}): {said}")


def _say_refusals(sentences: Sequence[str]) -> None:
    for sentence in sentences[:_REFUSALS_AT_MOST]:
        output.say(f"error: {sentence}")
    more = len(sentences) - _REFUSALS_AT_MOST
    if more > 0:
        output.say(f"error: nor could {words.many(more, 'other run')} be changed")
