"""Follow runs on the screen, with an agent in this process where none works yet."""

import signal
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from dilctl.cli import live, output
from dilctl.errors import BusyError, DilctlError
from storage.records import Run

if TYPE_CHECKING:
    from dilctl.agent import Agent, Machine
    from dilctl.follow import AgentHere
    from dilctl.jobs import Jobs
    from dilctl.lock import AgentLock
    from dilctl.notify import Notifier


class StoppedError(DilctlError):
    """The agent on whom the followed runs depend was asked to stop."""


def follow(jobs: "Jobs", runs: Sequence[int], *, again: str) -> tuple[Run, ...]:
    """Show runs until they end.

    Args:
        jobs: the use cases.
        runs: numbers of the runs.
        again: the command that goes on after an interrupt.

    Raises:
        KeyboardInterrupt: interrupted; by then an agent of this process has stopped its
            workers, whose runs wait in the queue with their checkpoints.
        StoppedError: the same, by ``dilctl agent stop``.
    """
    from dilctl import follow as following

    try:
        with (
            terminated_like_interrupted(),
            agent_here(jobs) as check,
            stopping_softly(),
            live.showing() as show,
        ):
            return following.follow(jobs, runs, show=show, check=check)
    except (KeyboardInterrupt, StoppedError):
        output.say(f"stopped; the runs keep their place. To go on: {again}")
        raise


@contextmanager
def agent_here(jobs: "Jobs") -> "Generator[Callable[[], None]]":
    """An agent in this process, unless another one of this host works.

    Yields a function to be called again and again: it raises what the agent died of, and lets it
    hear what is asked of it.
    """
    from dilctl.agent import Machine
    from dilctl.follow import AgentHere
    from dilctl.lock import AgentLock

    notifier = notifier_of(jobs, _unheard)
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(AgentLock(jobs.settings.agent_lock(socket.gethostname())))
        except BusyError:
            yield _nothing
            return
        ended = stack.enter_context(notifier)
        agent = agent_of(jobs, Machine.here(), say=_unheard, ended=ended)
        here = stack.enter_context(AgentHere(agent))
        yield lambda: _check(here, agent, lock)


def _check(here: "AgentHere", agent: "Agent", lock: "AgentLock") -> None:
    from dilctl.lock import Wish

    here.check()
    match lock.wish():
        case Wish.STOP:
            raise StoppedError("the agent of this process was asked to stop")
        case Wish.DRAIN if agent.is_at_rest:
            raise StoppedError("the agent of this process was asked to start nothing more")
        case Wish.DRAIN:
            agent.drain()
        case None:
            pass


def notifier_of(jobs: "Jobs", say: Callable[[str], None]) -> "Notifier":
    """Tells whom the configuration names of runs that end, while its block lasts.

    Made before the agent's lock is taken: who sees the lock held may rely on the configuration.

    Raises:
        UsageError: the configuration cannot be understood.
    """
    from dilctl.configuration import read_configuration
    from dilctl.notify import Notifier

    return Notifier(read_configuration(jobs.settings.home).notify, say=say)


def agent_of(
    jobs: "Jobs",
    machine: "Machine",
    *,
    say: Callable[[str], None],
    ended: Callable[[Run], None],
) -> "Agent":
    """An agent on this machine's own processes."""
    from dilctl.agent import Agent
    from dilctl.launch.local import LocalLauncher

    launcher = LocalLauncher(database=jobs.settings.database)
    return Agent(jobs.registry, launcher, jobs.settings, machine=machine, say=say, ended=ended)


@contextmanager
def stopping_softly() -> Generator[None]:
    """Say at an interrupt what happens now and how to hurry it."""
    try:
        yield
    except KeyboardInterrupt:
        output.say("stopping: the workers write a checkpoint first (Ctrl-C again leaves at once)")
        raise


@contextmanager
def terminated_like_interrupted() -> Generator[None]:
    """Have SIGTERM end this process as Ctrl-C does."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _nothing() -> None:
    """There is no agent here to look after."""


def _unheard(_line: str) -> None:
    """What the agent says is on the screen already, as the runs' states."""
