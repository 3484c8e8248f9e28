"""Serve the queue in the foreground, telling what starts and what ends."""

import time
from datetime import datetime
from typing import TYPE_CHECKING

from dilctl.cli import output

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

_LOOK_EVERY = 0.5  # seconds


def serve(jobs: "Jobs", *, slots: int | None) -> None:
    """Work until interrupted.

    Raises:
        BusyError: another agent works here.
        KeyboardInterrupt: always, in the end; by then the workers have checkpointed and their
            runs are queued again.
    """
    from dilctl.agent import Machine
    from dilctl.cli.follow import agent_of, stopping_softly
    from dilctl.follow import AgentHere
    from dilctl.lock import AgentLock

    machine = Machine.here(slots=slots)
    agent_here = agent_of(jobs, machine, tell)  # opens the registry, before anything is said
    with AgentLock(jobs.settings.agent_lock(machine.host)):
        tell(f"serving {jobs.settings.home}, {machine.slots} CPU slots; Ctrl-C stops")
        with AgentHere(agent_here) as agent, stopping_softly():
            while True:
                agent.check()
                time.sleep(_LOOK_EVERY)


def tell(line: str) -> None:
    """One line of talk, with the time of day."""
    output.say(f"{datetime.now().astimezone():%H:%M:%S} {line}")
