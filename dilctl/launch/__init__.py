"""What an agent asks of a launcher, whatever machine or cluster it launches on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dilctl.errors import DilctlError
from dilctl.order import Order
from storage.records import Process


class LaunchError(DilctlError):
    """A run cannot be started as things are; starting it again would not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """An order, and how it is to be carried out.

    Attributes:
        order: what the worker is told.
        code: folder whose ``trainers`` package the run executes.
        processes: number of ranks.
        threads: CPU threads of each rank.
        gpus: the GPUs, one a rank, as ``CUDA_VISIBLE_DEVICES`` names them; empty for a run on
            CPUs.
    """

    order: Order
    code: Path
    processes: int
    threads: int
    gpus: tuple[str, ...]


class Launcher(Protocol):
    """Starts runs and stops them; forgets nothing that matters when the agent dies.

    Processes of a run are given in one order everywhere: the launcher's own first, then ranks.
    """

    def start(self, launch: Launch) -> Process:
        """Start a run's processes, and return the first of them at once.

        Raises:
            LaunchError: it cannot be started as things are.
            OSError: files cannot be written, or no process started.
        """
        ...

    def processes(self, order: Path) -> tuple[Process, ...]:
        """All living processes that work on an order, whoever started them."""
        ...

    def is_alive(self, process: Process) -> bool:
        """Whether that very process still runs."""
        ...

    def stop(self, processes: Sequence[Process]) -> None:
        """Ask a run's processes to checkpoint and end."""
        ...

    def kill(self, processes: Sequence[Process]) -> None:
        """End a run's processes at once."""
        ...
