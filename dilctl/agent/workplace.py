"""What an agent works with: a machine, a pace, and the means to reach registry and processes."""

import os
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from dilctl.errors import UsageError
from dilctl.gpus import Gpu, GpuReader
from dilctl.launch import Launcher
from dilctl.launch.processes import boot
from dilctl.settings import Settings
from dilctl.vitals import Meter, Vitals
from storage.records import Run
from storage.registry import Registry


def say_nothing(_line: str) -> None:
    """For those who do not listen."""


def ignore(_run: Run) -> None:
    """For those who need not know which runs have ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What an agent may give away.

    Attributes:
        host: the machine's name.
        slots: CPU threads that runs may use together.
        gpus: reads the GPUs that it may give, as they are now.
        boot: identity of the machine's boot; empty where nobody asks.
        vitals: reads how it fares, given a folder on the disk that counts and its GPUs as they are.
    """

    host: str
    slots: int
    gpus: Callable[[], tuple[Gpu, ...]]
    boot: str = ""
    vitals: Callable[[Path, Sequence[Gpu]], Vitals] = lambda _home, _gpus: Vitals()

    @classmethod
    def here(
        cls,
        *,
        slots: int | None = None,
        only: Sequence[int] = (),
        say: Callable[[str], None] = say_nothing,
    ) -> "Machine":
        """This machine: its cores and the GPUs it may use, unless told otherwise.

        Args:
            slots: CPU threads that runs may use together.
            only: numbers of the GPUs to give away; none named: all.
            say: told once of each GPU that cannot be read.

        Raises:
            UsageError: a GPU is named that is not there.
        """
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        read = partial(GpuReader(trouble=_once(say)).read, visible)
        if only:
            _require({gpu.index for gpu in read()}, only)
        return cls(
            host=socket.gethostname(),
            slots=slots or os.cpu_count() or 1,
            gpus=partial(_among, read, frozenset(only)) if only else read,
            boot=boot(),
            vitals=Meter(),
        )


def _among(read: Callable[[], tuple[Gpu, ...]], only: frozenset[int]) -> tuple[Gpu, ...]:
    return tuple(gpu for gpu in read() if gpu.index in only)


def _require(there: set[int], only: Sequence[int]) -> None:
    absent = sorted(set(only) - there)
    if absent:
        has = ", ".join(map(str, sorted(there)))
        may = f"it may use GPU {has}" if there else "it has none that can be used"
        raise UsageError(f"GPU {absent[0]}: this machine has no such GPU; {may}")


def _once(say: Callable[[str], None]) -> Callable[[str], None]:
    """Says each sentence only the first time."""
    said: set[str] = set()

    def say_once(line: str) -> None:
        if line not in said:
            said.add(line)
            say(line)

    return say_once


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the agent spends time, in seconds.

    Attributes:
        clock: what time it is; only differences count.
        now: what day and time it is, for what others read.
        sleep: waits that long.
        poll: between two passes.
        grace: what a run is given to checkpoint before it is killed.
        beat: between two signs of life.
        silence: after which a worker and its agent, of whom nothing is heard, count as gone.
        patience: how long runs may pass by one that waits for more than they do.
    """

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    poll: float = 0.5
    grace: float = 30.0
    beat: float = 10.0
    silence: float = 120.0
    patience: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """All that the parts of an agent share.

    Attributes:
        registry: the queue.
        launcher: starts and stops processes.
        settings: where runs lie.
        machine: what may be given away.
        pace: how the agent spends time.
        say: told in one line of each start, end and trouble.
        ended: told of each run that has come to its end.
    """

    registry: Registry
    launcher: Launcher
    settings: Settings
    machine: Machine
    pace: Pace
    say: Callable[[str], None] = say_nothing
    ended: Callable[[Run], None] = ignore

    @property
    def who(self) -> str:
        """The agent, as events name it."""
        return f"agent on {self.machine.host}"
