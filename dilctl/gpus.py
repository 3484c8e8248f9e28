"""A frozen snapshot of the machine's NVIDIA GPUs."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pynvml


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One GPU at one moment.

    Attributes:
        index: its number in the order of the PCI bus.
        name: model, as in ``NVIDIA H200``.
        uuid: what tells it from every other one.
        memory_total, memory_free: bytes.
        utilisation: share of the last moments with work on it, 0 to 1; None where not available.
    """

    index: int
    name: str
    uuid: str
    memory_total: int
    memory_free: int
    utilisation: float | None

    @property
    def memory_used(self) -> int:
        """Bytes held by whatever process."""
        return self.memory_total - self.memory_free


def gpus(visible: str | None = None) -> tuple[Gpu, ...]:
    """The GPUs of this machine; none where there is no driver.

    Args:
        visible: what ``CUDA_VISIBLE_DEVICES`` says, as in ``0,2`` or ``GPU-8f2a``; None: all.
    """
    with _driver() as answers:
        if not answers:
            return ()
        found = [_read(index) for index in range(pynvml.nvmlDeviceGetCount())]
    if visible is None:
        return tuple(found)
    named = [word.strip() for word in visible.split(",") if word.strip()]
    return tuple(gpu for gpu in found if _is_named(gpu, named))


@contextmanager
def _driver() -> Generator[bool]:
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield False
        return
    try:
        yield True
    finally:
        pynvml.nvmlShutdown()


def _read(index: int) -> Gpu:
    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    memory: Any = pynvml.nvmlDeviceGetMemoryInfo(handle)
    return Gpu(
        index=index,
        name=pynvml.nvmlDeviceGetName(handle),
        uuid=pynvml.nvmlDeviceGetUUID(handle),
        memory_total=int(memory.total),
        memory_free=int(memory.free),
        utilisation=_utilisation(handle),
    )


def _utilisation(handle: Any) -> float | None:
    try:
        return int(pynvml.nvmlDeviceGetUtilizationRates(handle).gpu) / 100
    except pynvml.NVMLError:  # a GPU cut into slices does not tell
        return None


def _is_named(gpu: Gpu, named: list[str]) -> bool:
    return any(word == str(gpu.index) or gpu.uuid.startswith(word) for word in named)
