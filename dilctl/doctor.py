"""Whether this machine is fit for work, looked at without importing PyTorch."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dilctl.gpus import Gpu, gpus
from dilctl.jobs import Jobs
from dilctl.provenance import versions
from storage.errors import StorageError
from storage.records import Status

# Below this, a checkpoint of the paper's network and its predecessor do not fit for long.
LOW_DISK = 5 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes:
        subject: what, in one word.
        ok: whether work can go on as it is.
        finding: what was found.
        cure: what to do; empty where there is nothing to do.
    """

    subject: str
    ok: bool
    finding: str
    cure: str = ""


def examine(
    jobs: Jobs, *, find_gpus: Callable[[], tuple[Gpu, ...]] = gpus, low_disk: int = LOW_DISK
) -> tuple[Check, ...]:
    """All checks, in the order in which to read them.

    Args:
        jobs: the use cases on the home folder to look at; nothing is created there.
        find_gpus: finds the GPUs.
        low_disk: bytes that should be free.
    """
    return (
        _python(),
        _torch(),
        _gpus(find_gpus()),
        Check(subject="cores", ok=True, finding=f"{os.cpu_count()} CPU cores"),
        _disk(jobs.settings.home, low_disk),
        _registry(jobs),
        _agent(jobs),
    )


def _python() -> Check:
    found = f"Python {platform.python_version()} at {sys.executable}"
    return Check(subject="python", ok=True, finding=found)


def _torch() -> Check:
    version = versions(("torch",))["torch"]
    if version is None:
        cure = "pip install torch"
        return Check(subject="torch", ok=False, finding="not installed", cure=cure)
    return Check(subject="torch", ok=True, finding=f"PyTorch {version}")


def _gpus(found: Iterable[Gpu]) -> Check:
    said = [f"{gpu.name} ({gpu.memory_free / 2**30:.0f} GiB free)" for gpu in found]
    finding = ", ".join(said) or "no NVIDIA GPU; runs train on the CPU"
    return Check(subject="gpus", ok=True, finding=finding)


def _disk(home: Path, low: int) -> Check:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    finding = f"{home}, {free / 1e9:,.1f} GB free"
    if not os.access(place, os.W_OK):
        cure = "choose another folder with --home or DILCTL_HOME"
        return Check(subject="home", ok=False, finding=f"{home}: not writable", cure=cure)
    if free < low:
        cure = "free some space, or choose another folder with --home or DILCTL_HOME"
        return Check(subject="home", ok=False, finding=finding, cure=cure)
    return Check(subject="home", ok=True, finding=finding)


def _registry(jobs: Jobs) -> Check:
    """Opening the registry also finds a network file system, a newer version or a damaged file."""
    if not jobs.settings.has_registry:
        finding = "none yet; the first submission creates it"
        return Check(subject="registry", ok=True, finding=finding)
    try:
        counts = jobs.registry.counts()
    except StorageError as error:  # it names the cure of the file; this is the way round it
        cure = "choose another folder with --home or DILCTL_HOME"
        return Check(subject="registry", ok=False, finding=str(error), cure=cure)
    said = [f"{number} {status}" for status, number in counts.items() if number]
    return Check(subject="registry", ok=True, finding=", ".join(said) or "no runs")


def _agent(jobs: Jobs) -> Check:
    state = jobs.agent_state()
    if state.running:
        finding = f"works on {state.host}, process {state.pid}"
        return Check(subject="agent", ok=True, finding=finding)
    waits = _waiting(jobs)
    cure = "dilctl agent start"
    finding = f"none works on {state.host}"
    if waits:
        return Check(
            subject="agent", ok=False, finding=f"{finding}, and {_waits(waits)}", cure=cure
        )
    return Check(subject="agent", ok=True, finding=finding)


def _waits(number: int) -> str:
    return "1 run waits" if number == 1 else f"{number:,} runs wait"


def _waiting(jobs: Jobs) -> int:
    """Runs in the queue; none where the registry cannot be read, which is another check's news."""
    if not jobs.settings.has_registry:
        return 0
    try:
        return jobs.registry.counts().get(Status.QUEUED, 0)
    except StorageError:
        return 0
