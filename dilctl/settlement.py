"""What becomes of a run whose processes have ended: pure."""

from dataclasses import dataclass
from math import ceil
from typing import Any, assert_never

from dilctl.order import Ended, Outcome
from storage.records import Json, Run, Status, Wanted
from trainers.errors import ExperimentError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of a run.

    Attributes:
        status: its next status; queued means that it is to be tried again.
        outcome: how the attempt ended, in one word.
        reason: the same in a sentence; empty when there is nothing to say.
        lost: whether the attempt counts among those that a run may lose: it vanished without a
            word, or ran out of memory.
        adjustments: what further attempts do otherwise; None: nothing new.
    """

    status: Status
    outcome: str
    reason: str
    lost: bool = False
    adjustments: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the agent knows of an attempt's end besides the worker's own word.

    Attributes:
        has_checkpoint: whether the run can go on where it was.
        stopped: why the agent had asked the processes to end; empty if it had not.
        vanished: what is to be said of a worker that left no word.
    """

    has_checkpoint: bool
    stopped: str = ""
    vanished: str = "its worker vanished (killed, or the power was cut)"

    @property
    def ahead(self) -> str:
        """What the next attempt begins with."""
        return "goes on from its newest checkpoint" if self.has_checkpoint else "starts again"


def settlement(run: Run, outcome: Outcome | None, found: Circumstances) -> Settlement:
    """What becomes of a run.

    Args:
        run: as the registry knows it.
        outcome: what the worker said of its end; None if it said nothing.
        found: what else is known.
    """
    if outcome is not None and outcome.ended is Ended.DONE:
        return Settlement(status=Status.DONE, outcome="done", reason=outcome.reason)
    if run.wanted is Wanted.CANCEL:
        return Settlement(status=Status.CANCELLED, outcome="cancelled", reason="cancelled")
    return _without_a_word(run, found) if outcome is None else _by_its_word(run, outcome, found)


def _by_its_word(run: Run, outcome: Outcome, found: Circumstances) -> Settlement:
    match outcome.ended:
        case Ended.DONE:
            raise AssertionError("settled before")
        case Ended.DIVERGED | Ended.FAILED:
            return _failed(outcome.ended, outcome.reason)
        case Ended.OUT_OF_MEMORY:
            return _with_less_memory(run, found)
        case Ended.INTERRUPTED:
            return _interrupted(run, found, found.stopped or "its worker was asked to end")
        case _:
            assert_never(outcome.ended)


def _without_a_word(run: Run, found: Circumstances) -> Settlement:
    if found.stopped or run.wanted is Wanted.PAUSE:
        return _interrupted(run, found, found.stopped)
    if run.retries == 0:
        return _failed("lost", f"{found.vanished}, and it may not be retried")
    reason = f"{found.vanished}; {found.ahead}"
    return Settlement(status=Status.QUEUED, outcome="lost", reason=reason, lost=True)


def _failed(outcome: str, reason: str) -> Settlement:
    return Settlement(status=Status.FAILED, outcome=outcome, reason=reason)


def _interrupted(run: Run, found: Circumstances, why: str) -> Settlement:
    if run.wanted is Wanted.PAUSE:
        reason = f"paused; {found.ahead}"
        return Settlement(status=Status.PAUSED, outcome="paused", reason=reason)
    reason = f"interrupted: {why}; {found.ahead}"
    return Settlement(status=Status.QUEUED, outcome="interrupted", reason=reason)


def _with_less_memory(run: Run, found: Circumstances) -> Settlement:
    """Try again with half as many images at once, if that can be."""
    try:
        at_once, words = _images_at_once(run)
    except ExperimentError as error:  # of a version of dilctl that said it otherwise
        return _failed(Ended.OUT_OF_MEMORY, f"out of memory; {error.faults[0]}")
    what = f"out of memory at {words}"
    if run.retries == 0:
        return _failed(Ended.OUT_OF_MEMORY, f"{what}, and it may not be retried")
    if at_once == 1:
        cure = "use a smaller train.patch or network, or a device with more memory"
        return _failed(Ended.OUT_OF_MEMORY, f"{what}: {cure}")
    adjustments = {**run.adjustments, "micro_batch": ceil(at_once / 2)}
    again = f"tried again with a micro-batch of {adjustments['micro_batch']}"
    return Settlement(
        status=Status.QUEUED,
        outcome=Ended.OUT_OF_MEMORY,
        reason=f"{what}; {again}, and {found.ahead}",
        lost=True,
        adjustments=adjustments,
    )


def _images_at_once(run: Run) -> tuple[int, str]:
    """How many images a process took through the network at once, and how to say so."""
    from trainers.recipe import parse_experiment  # loads pydantic, and is seldom needed

    experiment = parse_experiment(adjusted(run.experiment, run.adjustments))
    processes = experiment.resources.processes
    share = ceil(experiment.train.batch / processes)
    micro_batch = experiment.resources.micro_batch
    if micro_batch is not None and micro_batch < share:
        return micro_batch, f"a micro-batch of {micro_batch}"
    return share, f"a batch of {share}" + (" a process" if processes > 1 else "")


def adjusted(experiment: Json, adjustments: Json) -> dict[str, Any]:
    """The experiment as a further attempt carries it out.

    Args:
        experiment: as it was submitted.
        adjustments: settings of its resources that retries have changed.
    """
    if not adjustments:
        return dict(experiment)
    return {**experiment, "resources": {**experiment.get("resources", {}), **adjustments}}


def given_up(run: Run, last: str) -> str:
    """Why a run is not tried again that was lost, or ran out of memory, too often.

    Args:
        run: as the registry knows it.
        last: the reason of its last attempt's end.
    """
    why = last.partition(";")[0]
    times = f"{run.attempts_lost} times in a row" if run.attempts_lost > 1 else "once"
    return (
        f"given up: lost or out of memory {times} without getting further, the last time: {why}; "
        f"the end of its log may say more: `dilctl logs {run.id}`"
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
