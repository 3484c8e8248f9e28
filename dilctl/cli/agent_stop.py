"""Ask this machine's agent to leave, and wait until it has."""

import socket
import time
from typing import TYPE_CHECKING

from dilctl.cli import output
from dilctl.cli.words import many

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

_LOOK_EVERY, _SAY_EVERY = 0.2, 10.0


def stop(jobs: "Jobs", *, drain: bool) -> None:
    """Ask, and wait; says how many runs are still at work.

    Raises:
        KeyboardInterrupt: the wait was interrupted; the agent goes on doing what it was asked.
    """
    from dilctl.lock import Wish, ask, holder

    host = socket.gethostname()
    lock = jobs.settings.agent_lock(host)
    pid = holder(lock)
    if pid is None:
        output.say(f"no agent works on {host}")
        return
    ask(lock, Wish.DRAIN if drain else Wish.STOP)
    output.say(f"asked the agent on {host} (process {pid or 'unknown'}) to {_WORDS[drain]}")
    try:
        _wait(jobs, host)
    except KeyboardInterrupt:
        output.say("stopped waiting; the agent does as it was asked")
        raise
    output.say("the agent has left")


_WORDS = {
    True: "start nothing more and leave when what runs has ended",
    False: "stop; the workers write a checkpoint first",
}


def _wait(jobs: "Jobs", host: str) -> None:
    from dilctl.lock import holder

    lock, said, next_word = jobs.settings.agent_lock(host), -1, time.monotonic() + _SAY_EVERY
    while holder(lock) is not None:
        live = len(jobs.registry.held_by(host))
        if live and (live != said or time.monotonic() >= next_word):
            output.say(f"{many(live, 'run')} still at work here")
            said, next_word = live, time.monotonic() + _SAY_EVERY
        time.sleep(_LOOK_EVERY)
