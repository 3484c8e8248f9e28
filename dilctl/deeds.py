"""What a person can do to runs, and what is said of it: the same words for both front ends."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dilctl.jobs import Jobs, who
from dilctl.spans import spans
from storage.errors import RefusedError, UnknownRunError
from storage.records import ENDED, LIVE, Run, Status, Wanted

Said = tuple[int, str]
"""A run, and what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that can be done to a run.

    Attributes:
        verb: as in ``cancel``, in a question.
        participle: as in ``cancelled``.
        can: whether it means anything for a run as it is.
        act: does it; gives the run as it is then.
        already: what to say of a run that is as it should be; None if it is not.
        outcome: what to say of a run to which it was done.
    """

    verb: str
    participle: str
    can: Callable[[Run], bool]
    act: Callable[[Jobs, int], Run]
    already: Callable[[Run], str | None]
    outcome: Callable[[Run], str]


def do(jobs: Jobs, run: int, deed: Deed) -> str:
    """Do it to one run, and say what became of it.

    Raises:
        RefusedError, UnknownRunError: it cannot be done to this run.
    """
    return deed.already(jobs.run(run)) or deed.outcome(deed.act(jobs, run))


def remove(jobs: Jobs, runs: Sequence[int]) -> dict[int, str]:
    """Remove those that can be; in one go, or one by one where some cannot.

    Returns:
        Why not, of those that could not be removed.
    """
    refused: dict[int, str] = {}
    try:
        jobs.remove(runs)
    except (RefusedError, UnknownRunError):
        for run in sorted(runs, reverse=True):  # those that follow before those they follow
            try:
                jobs.remove([run])
            except (RefusedError, UnknownRunError) as error:
                refused[run] = str(error)
    return refused


def summary(said: Sequence[Said]) -> str:
    """A line for each outcome, with the runs that had it: ``runs 1..3: cancelled``."""
    lines: list[str] = []
    for outcome in dict.fromkeys(words for _, words in said):
        those = [run for run, words in said if words == outcome]
        lines.append(f"run{'s' if len(those) > 1 else ''} {spans(those)}: {outcome}")
    return "\n".join(lines)


def size_of(folder: Path) -> int:
    """Bytes of a folder's files; what goes away meanwhile counts for nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(parent, name).lstat().st_size
    return total


def _on(change: Callable[[Jobs, int, str], tuple[Run, ...]]) -> Callable[[Jobs, int], Run]:
    """A change of one run in this person's name."""

    def act(jobs: Jobs, run: int) -> Run:
        (changed,) = change(jobs, run, who())
        return changed

    return act


def _going_on(run: Run) -> str | None:
    if run.status is Status.QUEUED or (run.status in LIVE and run.wanted is not Wanted.PAUSE):
        return f"is {run.status} already"
    return None


def _queued_or_live(run: Run) -> str | None:
    return f"is {run.status} already" if run.status in {Status.QUEUED, *LIVE} else None


def priority(to: int) -> Deed:
    """Move a run in the queue."""
    return Deed(
        verb=f"set the priority to {to} of",
        participle="moved in the queue",
        can=lambda run: run.status not in ENDED,
        act=_on(lambda jobs, run, who: jobs.set_priority([run], to, who=who)),
        already=lambda run: f"has priority {to} already" if run.priority == to else None,
        outcome=lambda _run: f"has priority {to} now",
    )


CANCEL = Deed(
    verb="cancel",
    participle="cancelled",
    can=lambda run: run.status not in ENDED and run.wanted is not Wanted.CANCEL,
    act=_on(lambda jobs, run, who: jobs.cancel([run], who=who)),
    already=lambda run: "is cancelled already" if run.status is Status.CANCELLED else None,
    outcome=lambda run: (
        "cancelled" if run.status is Status.CANCELLED else "will stop as soon as its agent sees it"
    ),
)
PAUSE = Deed(
    verb="pause",
    participle="paused",
    can=lambda run: run.status in LIVE and run.wanted is None,
    act=_on(lambda jobs, run, who: jobs.pause([run], who=who)),
    already=lambda run: "is paused already" if run.status is Status.PAUSED else None,
    outcome=lambda _run: "will write a checkpoint and pause as soon as its agent sees it",
)
RESUME = Deed(
    verb="resume",
    participle="resumed",
    can=lambda run: run.status is Status.PAUSED or run.wanted is Wanted.PAUSE,
    act=_on(lambda jobs, run, who: jobs.resume([run], who=who)),
    already=_going_on,
    outcome=lambda run: "queued" if run.status is Status.QUEUED else "goes on",
)
RETRY = Deed(
    verb="retry",
    participle="retried",
    can=lambda run: run.status is Status.FAILED,
    act=_on(lambda jobs, run, who: jobs.retry([run], who=who)),
    already=_queued_or_live,
    outcome=lambda _run: "queued",
)
