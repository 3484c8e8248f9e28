"""A frozen snapshot of the machine's NVIDIA GPUs, or of the slices that they are cut into."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from types import TracebackType
from typing import Any

import psutil
import pynvml

_PIDS_OF_THE_MACHINE = 0xEFFFFFFC  # the inode of Linux's first pid namespace, always the same
_NO_DRIVER = (pynvml.NVML_ERROR_LIBRARY_NOT_FOUND, pynvml.NVML_ERROR_DRIVER_NOT_LOADED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One GPU at one moment, or one slice of a GPU that is cut up (MIG).

    Attributes:
        index: its number in the order of the PCI bus; slices count like GPUs.
        name: model, as in ``NVIDIA H200``.
        uuid: what tells it from every other one.
        memory_total, memory_free: bytes.
        utilisation: share of the last moments with work on it, 0 to 1; None where not available.
        temperature: degrees Celsius; None where not available, as of a slice.
        power, power_limit: watts that it draws, and may draw; None where not available.
        held: bytes held by each process, by its number; None where the driver does not say, or
            speaks of numbers that mean nothing here, as in a container.
    """

    index: int
    name: str
    uuid: str
    memory_total: int
    memory_free: int
    utilisation: float | None
    temperature: float | None = None
    power: float | None = None
    power_limit: float | None = None
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
    with GpuReader(trouble=trouble, driver=driver) as reader:
        return reader.read(visible)


class GpuReader:
    """Reads the GPUs again and again in one session with the driver, which is dear to begin.

    A session in which anything failed ends, so that the next look begins afresh: a driver may be
    loaded anew, and a GPU may come back.
    """

    def __init__(
        self, *, trouble: Callable[[str], None] = _say_nothing, driver: Any = pynvml
    ) -> None:
        """Prepare.

        Args:
            trouble: told in a sentence, at every look, of each GPU that cannot be read.
            driver: NVML.
        """
        self._driver, self._say = driver, trouble
        self._is_open = False
        self._has_trouble = False

    def __enter__(self) -> "GpuReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, visible: str | None = None) -> tuple[Gpu, ...]:
        """The GPUs as they are now; see ``gpus``."""
        self._has_trouble = False
        found = _survey(self._driver, self._trouble) if self._opened() else ()
        if self._has_trouble:
            self.close()
        if visible is None:
            return found
        named = [word.strip() for word in visible.split(",") if word.strip()]
        return tuple(gpu for gpu in found if _is_named(gpu, named))

    def close(self) -> None:
        """End the session; a further look begins another."""
        if self._is_open:
            self._is_open = False
            with suppress(pynvml.NVMLError):  # a driver that went away has no session to end
                self._driver.nvmlShutdown()

    def _opened(self) -> bool:
        if self._is_open:
            return True
        try:
            self._driver.nvmlInit()
        except pynvml.NVMLError as error:
            if not _is_absence(error):
                self._trouble(f"the GPUs cannot be read and count as absent: {error}")
            return False
        self._is_open = True
        return True

    def _trouble(self, sentence: str) -> None:
        self._has_trouble = True
        self._say(sentence)


def _is_absence(error: Any) -> bool:
    """Whether there is no driver at all, of which there is nothing to say."""
    return error.value in _NO_DRIVER


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
    return Gpu(index=place, name="", uuid="", memory_total=0, memory_free=0, utilisation=None)


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
        utilisation=_scaled(lambda: driver.nvmlDeviceGetUtilizationRates(handle).gpu, 100),
        temperature=_scaled(
            lambda: driver.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU)
        ),
        power=_scaled(lambda: driver.nvmlDeviceGetPowerUsage(handle), 1000),
        power_limit=_scaled(lambda: driver.nvmlDeviceGetEnforcedPowerLimit(handle), 1000),
        held=_held(driver, handle),
    )


def _scaled(question: Callable[[], Any], units: int = 1) -> float | None:
    """A number that not every device knows: slices and older ones do not tell."""
    try:
        return int(question()) / units
    except pynvml.NVMLError:
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
