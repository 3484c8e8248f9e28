"""A frozen snapshot of the machine's NVIDIA GPUs, or of the slices that they are cut into."""

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import psutil
import pynvml

_PIDS_OF_THE_MACHINE = 0xEFFFFFFC  # the inode of Linux's first pid namespace, always the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One GPU at one moment, or one slice of a GPU that is cut up (MIG).

    Attributes:
        index: its number in the order of the PCI bus; slices count like GPUs.
        name: model, as in ``NVIDIA H200``.
        uuid: what tells it from every other one.
        memory_total, memory_free: bytes.
        utilisation: share of the last moments with work on it, 0 to 1; None where not available.
        held: bytes held by each process, by its number; None where the driver does not say, or
            speaks of numbers that mean nothing here, as in a container.
    """

    index: int
    name: str
    uuid: str
    memory_total: int
    memory_free: int
    utilisation: float | None
    held: Mapping[int, int] | None = None

    @property
    def memory_used(self) -> int:
        """Bytes held by whatever process."""
        return self.memory_total - self.memory_free

    @property
    def is_slice(self) -> bool:
        """Whether it is a slice of a GPU."""
        return self.uuid.startswith("MIG-")

    @property
    def visible_as(self) -> str:
        """What ``CUDA_VISIBLE_DEVICES`` calls it; slices have no number of their own there."""
        return self.uuid if self.is_slice else str(self.index)


def _say_nothing(_trouble: str) -> None:
    """For those who do not listen."""


def gpus(
    visible: str | None = None,
    *,
    trouble: Callable[[str], None] = _say_nothing,
    driver: Any = pynvml,
) -> tuple[Gpu, ...]:
    """The GPUs of this machine that can be read; none where there is no driver.

    Args:
        visible: what ``CUDA_VISIBLE_DEVICES`` says, as in ``0,2`` or ``GPU-8f2a``; None: all.
        trouble: told in a sentence of each GPU that cannot be read.
        driver: NVML.
    """
    with _session(driver) as answers:
        found = _survey(driver, trouble) if answers else ()
    if visible is None:
        return found
    named = [word.strip() for word in visible.split(",") if word.strip()]
    return tuple(gpu for gpu in found if _is_named(gpu, named))


@contextmanager
def _session(driver: Any) -> Generator[bool]:
    try:
        driver.nvmlInit()
    except pynvml.NVMLError:
        yield False
        return
    try:
        yield True
    finally:
        driver.nvmlShutdown()


def _survey(driver: Any, trouble: Callable[[str], None]) -> tuple[Gpu, ...]:
    found: list[Gpu] = []
    try:
        number = driver.nvmlDeviceGetCount()
    except pynvml.NVMLError as error:
        trouble(f"the GPUs cannot be read and count as absent: {error}")
        return ()
    for place in range(number):
        try:
            handle = driver.nvmlDeviceGetHandleByIndex(place)
            found += [_read(driver, part) for part in _parts(driver, handle)]
        except pynvml.NVMLError as error:
            trouble(f"GPU {place} cannot be read and counts as absent: {error}")
            # Its number stays its own, so that the others keep theirs.
            found.append(_absent(place))
    numbered = (replace(gpu, index=index) for index, gpu in zip(count(), found, strict=False))
    return tuple(gpu for gpu in numbered if gpu.uuid)


def _absent(place: int) -> Gpu:
    return Gpu(
        index=place, name="", uuid="", memory_total=0, memory_free=0, utilisation=None, held=None
    )


def _parts(driver: Any, handle: Any) -> Iterator[Any]:
    """The slices of a GPU that is cut up, else the GPU itself."""
    try:
        is_cut, _ = driver.nvmlDeviceGetMigMode(handle)
    except pynvml.NVMLError:  # a GPU that knows no slices
        is_cut = False
    if not is_cut:
        yield handle
        return
    for place in range(driver.nvmlDeviceGetMaxMigDeviceCount(handle)):
        try:
            part = driver.nvmlDeviceGetMigDeviceHandleByIndex(handle, place)
        except pynvml.NVMLError:  # places between slices are empty
            continue
        yield part


def _read(driver: Any, handle: Any) -> Gpu:
    memory: Any = driver.nvmlDeviceGetMemoryInfo(handle)
    return Gpu(
        index=0,
        name=driver.nvmlDeviceGetName(handle),
        uuid=driver.nvmlDeviceGetUUID(handle),
        memory_total=int(memory.total),
        memory_free=int(memory.free),
        utilisation=_utilisation(driver, handle),
        held=_held(driver, handle),
    )


def _utilisation(driver: Any, handle: Any) -> float | None:
    try:
        return int(driver.nvmlDeviceGetUtilizationRates(handle).gpu) / 100
    except pynvml.NVMLError:  # a slice does not tell
        return None


def _held(driver: Any, handle: Any) -> Mapping[int, int] | None:
    try:
        processes: Sequence[Any] = [
            *driver.nvmlDeviceGetComputeRunningProcesses(handle),
            *driver.nvmlDeviceGetGraphicsRunningProcesses(handle),
        ]
    except pynvml.NVMLError:
        return None
    held = {int(process.pid): process.usedGpuMemory for process in processes}
    if None in held.values() or not _are_ours_to_see(held):
        return None
    return held


def _are_ours_to_see(pids: Mapping[int, object]) -> bool:
    """Whether the driver's process numbers are the ones that this process sees."""
    try:
        is_machine = os.stat("/proc/self/ns/pid").st_ino == _PIDS_OF_THE_MACHINE  # noqa: PTH116
    except OSError:
        return False
    return is_machine and all(psutil.pid_exists(pid) for pid in pids)


def _is_named(gpu: Gpu, named: list[str]) -> bool:
    return any(word == str(gpu.index) or gpu.uuid.startswith(word) for word in named)
