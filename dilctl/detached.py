"""Starts an agent that outlives the terminal it was started from, and sees that it works."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dilctl.errors import BusyError, DilctlError, ExitCode
from dilctl.lock import holder
from dilctl.settings import DATABASE, Settings

PATIENCE = 120.0
"""Seconds that an agent may take to begin; opening an old registry may bring it up to date."""

_LOOK_EVERY = 0.1


class AgentDiedError(DilctlError):
    """An agent ended before it began to work."""

    def __init__(self, sentence: str, code: ExitCode) -> None:
        super().__init__(sentence)
        self.exit_code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Detached:
    """An agent that works in the background."""

    pid: int
    log: Path


def log_of(settings: Settings, host: str) -> Path:
    """What an agent in the background has to say."""
    return settings.agent_lock(host).with_suffix(".log")


def start_detached(
    settings: Settings,
    host: str,
    options: Sequence[str] = (),
    *,
    pause: Callable[[float], None] = time.sleep,
    patience: float = PATIENCE,
) -> Detached:
    """Start ``dilctl agent run`` in a session of its own, and wait until it works.

    Args:
        settings: its home and registry.
        host: this machine's name.
        options: of ``dilctl agent run``.
        pause: waits for a number of seconds.
        patience: seconds that it may take to begin.

    Raises:
        BusyError: an agent works here already.
        AgentDiedError: it ended before it began; says why.
    """
    lock, path = settings.agent_lock(host), log_of(settings, host)
    there = holder(lock)
    if there is not None:
        raise BusyError(f"an agent already works here (process {there or 'unknown'})")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as log:
        begin = log.tell()
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "dilctl", *arguments(settings, options)],
            cwd=settings.home,  # not a folder that may be removed or unmounted
            env=_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a closed terminal hangs up its own session only
        )
    for _ in range(round(patience / _LOOK_EVERY)):
        if holder(lock) == child.pid:
            child.returncode = 0  # it is not ours to wait for, which Popen would complain of
            return Detached(pid=child.pid, log=path)
        if child.poll() is not None:
            raise _death(path, begin, child.returncode)
        pause(_LOOK_EVERY)
    raise BusyError(
        f"the agent (process {child.pid}) has not begun within {patience:.0f} seconds; see {path}"
    )


def arguments(settings: Settings, options: Sequence[str]) -> tuple[str, ...]:
    """What is said to ``dilctl`` to run an agent on this home."""
    return ("--home", str(settings.home), "agent", "run", *options)


def _environment(settings: Settings) -> dict[str, str]:
    # Not as an argument, which others can read.
    return {**os.environ, DATABASE: settings.database or ""}


def _death(log: Path, begin: int, code: int) -> AgentDiedError:
    with log.open("rb") as file:
        file.seek(begin)
        said = file.read().decode(errors="replace").strip().splitlines()
    last = said[-1].removeprefix("error: ") if said else "it said nothing"
    known = {member.value for member in ExitCode} - {ExitCode.OK}
    exit_code = ExitCode(code) if code in known else ExitCode.FAILED
    return AgentDiedError(f"the agent ended before it began: {last} (see {log})", exit_code)
