"""What becomes of a run whose processes have ended: pure."""

from dataclasses import dataclass
from typing import assert_never

from dilctl.order import Ended, Outcome
from storage.records import Run, Status, Wanted

# Attempts that vanish one after the other without getting further: the run itself kills them.
LOST_AT_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of a run.

    Attributes:
        status: its next status; queued means that it is to be tried again.
        outcome: how the attempt ended, in one word.
        reason: the same in a sentence; empty when there is nothing to say.
        lost: whether the attempt vanished without a word.
    """

    status: Status
    outcome: str
    reason: str
    lost: bool = False


def settlement(
    run: Run, outcome: Outcome | None, *, was_stopped: bool, has_checkpoint: bool
) -> Settlement:
    """What becomes of a run.

    Args:
        run: as the registry knows it.
        outcome: what the worker said of its end; None if it said nothing.
        was_stopped: whether the agent had asked the processes to end.
        has_checkpoint: whether the run can go on where it was.
    """
    if outcome is not None and outcome.ended is Ended.DONE:
        return Settlement(status=Status.DONE, outcome="done", reason=outcome.reason)
    if run.wanted is Wanted.CANCEL:
        return Settlement(status=Status.CANCELLED, outcome="cancelled", reason="cancelled")
    if outcome is not None and outcome.ended is not Ended.INTERRUPTED:
        return Settlement(status=Status.FAILED, outcome=outcome.ended, reason=outcome.reason)
    ahead = "goes on from its newest checkpoint" if has_checkpoint else "starts again"
    if run.wanted is Wanted.PAUSE:
        return Settlement(status=Status.PAUSED, outcome="paused", reason=f"paused; {ahead}")
    if outcome is not None or was_stopped:
        why = "the agent was stopped" if was_stopped else "its worker was asked to end"
        return Settlement(
            status=Status.QUEUED, outcome="interrupted", reason=f"interrupted: {why}; {ahead}"
        )
    return Settlement(
        status=Status.QUEUED,
        outcome="lost",
        reason=f"its worker vanished (killed, or the power was cut); {ahead}",
        lost=True,
    )


def given_up(run: Run) -> str:
    """Why a run that was lost too often is not tried again."""
    return (
        f"its worker vanished {run.attempts_lost} times in a row without getting further; "
        f"the end of its log may say why: `dilctl logs {run.id}`"
    )


def describe(run: Run, settled: Settlement) -> str:
    """One line for the person who watches the agent."""
    match settled.status:
        case Status.QUEUED:
            return f"run {run.id} is back in the queue: {settled.reason}"
        case Status.DONE:
            return f"run {run.id} is done"
        case Status.FAILED:
            return f"run {run.id} failed: {settled.reason}"
        case Status.CANCELLED | Status.PAUSED:
            return f"run {run.id} is {settled.reason}"
        case Status.STARTING | Status.RUNNING:
            raise AssertionError("a run whose processes have ended is not live")
        case _:
            assert_never(settled.status)
