"""Serve the queue in the foreground, telling what starts and what ends."""

import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dilctl.cli import output
from dilctl.cli.words import many

if TYPE_CHECKING:
    from dilctl.agent import Agent
    from dilctl.follow import AgentHere
    from dilctl.jobs import Jobs
    from dilctl.lock import AgentLock

_LOOK_EVERY = 0.5  # seconds
_NAMED_AT_MOST = 10


def serve(
    jobs: "Jobs", *, slots: int | None, gpus: Sequence[int] = (), until_empty: bool = False
) -> None:
    """Work until interrupted, asked to stop, or, if so wanted, until there is nothing to do.

    Args:
        jobs: the use cases.
        slots: CPU slots to give away; None: all cores.
        gpus: numbers of the GPUs to give away; none named: all.
        until_empty: leave once nothing runs here and nothing of the queue could.

    Raises:
        BusyError: another agent works here.
        KeyboardInterrupt: interrupted; by then the workers have checkpointed and their runs are
            queued again.
    """
    from dilctl.agent import Machine
    from dilctl.cli.follow import (
        agent_of,
        notifier_of,
        stopping_softly,
        terminated_like_interrupted,
    )
    from dilctl.follow import AgentHere
    from dilctl.lock import AgentLock

    machine = Machine.here(slots=slots, only=gpus, say=tell)
    jobs.require_own_home()
    _ = jobs.registry  # opened before anything is said
    notifier = notifier_of(jobs, tell)
    with AgentLock(jobs.settings.agent_lock(machine.host)) as lock, notifier as ended:
        agent = agent_of(jobs, machine, say=tell, ended=ended)
        slots_given = many(machine.slots, "CPU slot")
        tell(f"serving {jobs.settings.home}, {slots_given}; Ctrl-C stops")
        with terminated_like_interrupted(), AgentHere(agent) as here, stopping_softly():
            _work(agent, here, lock, until_empty=until_empty)


def _work(agent: "Agent", here: "AgentHere", lock: "AgentLock", *, until_empty: bool) -> None:
    from dilctl.lock import Wish

    draining = False
    while True:
        here.check()
        wish = lock.wish()
        if wish is Wish.STOP:
            tell("asked to stop: the workers write a checkpoint first")
            return
        if wish is Wish.DRAIN and not draining:
            draining = True
            tell("asked to drain: starts nothing more, and leaves when what runs has ended")
            agent.drain()
        elif agent.is_at_rest and (draining or until_empty):
            _tell_why_it_leaves(agent, draining=draining)
            return
        time.sleep(_LOOK_EVERY)


def _tell_why_it_leaves(agent: "Agent", *, draining: bool) -> None:
    left = {} if draining else agent.left_in_queue
    for run, reason in list(left.items())[:_NAMED_AT_MOST]:
        tell(f"run {run} cannot run here: {reason}")
    if len(left) > _NAMED_AT_MOST:
        tell(f"nor can {len(left) - _NAMED_AT_MOST} more")
    tell("nothing runs any more; leaving" if draining else "nothing is left to do; leaving")


def tell(line: str) -> None:
    """One line of talk, with the time: of day on a terminal, with the date in a log."""
    form = "%H:%M:%S" if sys.stderr.isatty() else "%Y-%m-%d %H:%M:%S"
    output.say(f"{datetime.now().astimezone():{form}} {line}")
