"""Launches runs on this machine, under torchrun."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dilctl.launch import Launch, LaunchError
from dilctl.launch import processes as identities
from dilctl.settings import DATABASE
from storage.records import Process

_TORCHRUN = "torch.distributed.run"


class LocalLauncher:
    """Starts each run under a torchrun of its own, in a session of its own."""

    def __init__(self, *, worker: str = "dilctl.worker", database: str | None = None) -> None:
        """Prepare.

        Args:
            worker: the module that carries out an order.
            database: URL of the registry; None where it is a file in the home folder.
        """
        self._worker, self._database = worker, database
        self._children: dict[Process, subprocess.Popen[bytes]] = {}

    def start(self, launch: Launch) -> Process:
        """Start torchrun; it starts the ranks."""
        if not (launch.code / "trainers").is_dir():
            raise LaunchError(
                f"the source this run was submitted with is gone ({launch.code}); submit it again"
            )
        folder = launch.order.folder
        path = launch.order.write()
        folder.outcome.unlink(missing_ok=True)
        with folder.log.open("ab") as log:
            child = subprocess.Popen(
                self._command(launch, path),
                cwd=folder.path,
                env=environment(launch, os.environ, database=self._database),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = identities.identify(child.pid)
        if process is None:
            child.wait()
            raise LaunchError(f"torchrun ended at once; see {folder.log}")
        self._children[process] = child
        return process

    def processes(self, order: Path) -> tuple[Process, ...]:
        """Torchrun, then its ranks: all are given the order as an argument."""
        found = [
            (_TORCHRUN not in command, process)
            for process, command in identities.with_argument(str(order))
            if self._worker in command
        ]
        return tuple(process for _, process in sorted(found, key=lambda pair: pair[0]))

    def is_alive(self, process: Process) -> bool:
        """Whether that very process still runs."""
        child = self._children.get(process)
        if child is None:
            return identities.is_alive(process)
        # Only the system's word to its parent says that all threads of a process are gone.
        if child.poll() is None:
            return True
        del self._children[process]
        return False

    def stop(self, processes: Sequence[Process]) -> None:
        """SIGTERM to the ranks, or to torchrun while it has none.

        Torchrun would pass the signal on and then kill the ranks after a time of its own.
        """
        for process in processes[1:] or processes:
            identities.send(process, signal.SIGTERM)

    def kill(self, processes: Sequence[Process]) -> None:
        """SIGKILL to all."""
        for process in processes:
            identities.send(process, signal.SIGKILL)

    def _command(self, launch: Launch, order: Path) -> list[str]:
        return [
            *(sys.executable, "-m", _TORCHRUN),
            # A rendezvous of its own, on a port that the system chooses: runs do not collide.
            *("--standalone", "--nproc-per-node", str(launch.processes)),
            *("--max-restarts", "0"),  # retries are the registry's
            *("-m", self._worker, str(order)),
        ]


def environment(
    launch: Launch, inherited: Mapping[str, str], *, database: str | None = None
) -> dict[str, str]:
    """The environment in which a run's processes work.

    The registry's URL may hold a password. Here only the user's own processes can read it; in a
    file or an argument others could.
    """
    search = [str(launch.code), *filter(None, [inherited.get("PYTHONPATH")])]
    reached = {} if database is None else {DATABASE: database}
    return {
        **{name: value for name, value in inherited.items() if name != DATABASE},
        **reached,
        "PYTHONPATH": os.pathsep.join(search),
        "PYTHONSAFEPATH": "1",  # not the current folder, in which another trainers may lie
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": str(launch.threads),
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",  # the order in which the driver counts
        "CUDA_VISIBLE_DEVICES": ",".join(launch.gpus),
    }
