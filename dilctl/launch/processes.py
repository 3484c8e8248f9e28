"""The identity of processes: a number alone may have been given to another one since."""

import os
import signal
import sys
from functools import cache
from pathlib import Path

import psutil

from storage.records import Process


def identify(pid: int) -> Process | None:
    """The living process of that number; None if there is none, or only its remains."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return Process(pid=pid, started=_started(process), boot=boot())
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return None


def is_alive(process: Process) -> bool:
    """Whether that very process still runs."""
    return identify(process.pid) == process


def send(process: Process, what: signal.Signals) -> None:
    """Signal that very process, if it still runs."""
    if not is_alive(process):
        return
    try:
        os.kill(process.pid, what)
    except ProcessLookupError:  # it ended just now
        return


def with_argument(argument: str) -> tuple[tuple[Process, list[str]], ...]:
    """Living processes that were given an argument, with their command lines, oldest first."""
    found: list[tuple[Process, list[str]]] = []
    for candidate in psutil.process_iter():
        try:
            command = candidate.cmdline()
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        process = identify(candidate.pid) if argument in command else None
        if process is not None:
            found.append((process, command))
    return tuple(sorted(found, key=lambda pair: (pair[0].started, pair[0].pid)))


def _started(process: psutil.Process) -> float:
    if sys.platform != "linux":
        return process.create_time()
    # Seconds since boot. The time since the epoch would move whenever the clock is set, and
    # every living process would look like another one.
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")


@cache
def boot() -> str:
    """The identity of this boot of the machine."""
    if sys.platform != "linux":
        return str(int(psutil.boot_time()))
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
