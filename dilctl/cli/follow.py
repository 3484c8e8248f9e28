"""Follow runs on the screen, with an agent in this process where none works yet."""

import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from dilctl.cli import live, output
from dilctl.errors import BusyError
from storage.records import Run

if TYPE_CHECKING:
    from dilctl.agent import Agent, Machine
    from dilctl.follow import AgentHere
    from dilctl.jobs import Jobs


def follow(jobs: "Jobs", runs: Sequence[int], *, again: str) -> tuple[Run, ...]:
    """Show runs until they end.

    Args:
        jobs: the use cases.
        runs: numbers of the runs.
        again: the command that goes on after an interrupt.

    Raises:
        KeyboardInterrupt: interrupted; by then an agent of this process has stopped its
            workers, whose runs wait in the queue with their checkpoints.
    """
    from dilctl import follow as following

    try:
        with agent_here(jobs) as agent, stopping_softly(), live.showing() as show:
            check = _nothing if agent is None else agent.check
            return following.follow(jobs, runs, show=show, check=check)
    except KeyboardInterrupt:
        output.say(f"stopped; the runs keep their place. To go on: {again}")
        raise


@contextmanager
def agent_here(jobs: "Jobs") -> "Generator[AgentHere | None]":
    """An agent in this process, None where another one of this host works."""
    from dilctl.agent import Machine
    from dilctl.follow import AgentHere
    from dilctl.lock import AgentLock

    with ExitStack() as stack:
        try:
            stack.enter_context(AgentLock(jobs.settings.agent_lock(socket.gethostname())))
        except BusyError:
            yield None
        else:
            yield stack.enter_context(AgentHere(agent_of(jobs, Machine.here(), _unheard)))


def agent_of(jobs: "Jobs", machine: "Machine", say: Callable[[str], None]) -> "Agent":
    """An agent on this machine's own processes."""
    from dilctl.agent import Agent
    from dilctl.launch.local import LocalLauncher

    return Agent(jobs.registry, LocalLauncher(), jobs.settings, machine=machine, say=say)


@contextmanager
def stopping_softly() -> Generator[None]:
    """Say at an interrupt what happens now and how to hurry it."""
    try:
        yield
    except KeyboardInterrupt:
        output.say("stopping: the workers write a checkpoint first (Ctrl-C again leaves at once)")
        raise


def _nothing() -> None:
    """There is no agent here to look after."""


def _unheard(_line: str) -> None:
    """What the agent says is on the screen already, as the runs' states."""
