"""How a machine fares at one moment: processors, memory, disk, GPUs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

import psutil

from dilctl.gpus import Gpu
from storage.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuVitals:
    """One GPU, as far as it is told; None where it is not. See ``dilctl.gpus.Gpu``."""

    index: int
    name: str = ""
    memory_total: float | None = None
    memory_free: float | None = None
    utilisation: float | None = None
    temperature: float | None = None
    power: float | None = None
    power_limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """One machine; None where something is not known.

    Attributes:
        cores: processors.
        busy: how many of them worked, on average since the look before.
        load: processes that worked or waited for a processor, on average of the last minute.
        memory_total, memory_free: bytes; free is what processes could still have.
        disk_total, disk_free: bytes of the disk that the home folder lies on.
        gpus: those of the machine, in order of their numbers.
    """

    cores: float | None = None
    busy: float | None = None
    load: float | None = None
    memory_total: float | None = None
    memory_free: float | None = None
    disk_total: float | None = None
    disk_free: float | None = None
    gpus: tuple[GpuVitals, ...] = ()

    def as_json(self) -> Json:
        """The same as the registry keeps it, in ``AgentBeat.vitals``."""
        return {**asdict(self), "gpus": [asdict(gpu) for gpu in self.gpus]}


_NUMBERS = tuple(field.name for field in fields(Vitals) if field.name != "gpus")
_GPU_NUMBERS = tuple(
    field.name for field in fields(GpuVitals) if field.name not in {"index", "name"}
)


def from_json(said: Json) -> Vitals:
    """What an agent said, perhaps one of another version: what is not understood is not known."""
    gpus = cast("Sequence[Any]", said.get("gpus") if isinstance(said.get("gpus"), list) else ())
    known = (_gpu_from_json(cast("Json", gpu)) for gpu in gpus if isinstance(gpu, Mapping))
    return Vitals(
        **{name: _number(said.get(name)) for name in _NUMBERS},
        gpus=tuple(gpu for gpu in known if gpu is not None),
    )


def _gpu_from_json(said: Json) -> GpuVitals | None:
    index = said.get("index")
    if not isinstance(index, int):
        return None
    numbers = {name: _number(said.get(name)) for name in _GPU_NUMBERS}
    return GpuVitals(index=index, name=str(said.get("name") or ""), **numbers)


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and math.isfinite(value) and value >= 0 else None


def of_gpu(gpu: Gpu) -> GpuVitals:
    """What is told of a GPU that was read."""
    return GpuVitals(
        index=gpu.index,
        name=gpu.name,
        memory_total=gpu.memory_total,
        memory_free=gpu.memory_free,
        utilisation=gpu.utilisation,
        temperature=gpu.temperature,
        power=gpu.power,
        power_limit=gpu.power_limit,
    )


class Meter:
    """Reads this machine again and again; how busy it is shows between two looks."""

    def __init__(self, times: Callable[[], Any] = psutil.cpu_times) -> None:
        """Prepare.

        Args:
            times: seconds that all processors together have spent, by what on.
        """
        self._times = times
        self._last: tuple[float, float] | None = None

    def __call__(self, home: Path, gpus: Sequence[Gpu]) -> Vitals:
        """This machine as it is now.

        Args:
            home: a folder on the disk that counts; it need not exist.
            gpus: as they were read just now.
        """
        memory = _told(psutil.virtual_memory)
        load = _told(psutil.getloadavg)
        disk_total, disk_free = _disk(home)
        cores = psutil.cpu_count()
        share = self._share()
        return Vitals(
            cores=cores,
            busy=None if share is None or cores is None else share * cores,
            load=None if load is None else load[0],
            memory_total=None if memory is None else memory.total,
            memory_free=None if memory is None else memory.available,
            disk_total=disk_total,
            disk_free=disk_free,
            gpus=tuple(map(of_gpu, gpus)),
        )

    def _share(self) -> float | None:
        """The share of processors that worked since the last look; None at the first one."""
        told = _told(self._times)
        if told is None:
            return None
        times: dict[str, float] = told._asdict()
        # A guest's time is counted in that of its host as well.
        total = sum(times.values()) - times.get("guest", 0.0) - times.get("guest_nice", 0.0)
        idle = times["idle"] + times.get("iowait", 0.0)
        last, self._last = self._last, (total, idle)
        if last is None or total <= last[0]:
            return None
        return min(1.0, max(0.0, 1 - (idle - last[1]) / (total - last[0])))


def _told(question: Callable[[], Any]) -> Any:
    """What the system says; None where it says nothing, or what is not understood."""
    try:
        return question()
    except (OSError, ValueError, KeyError, psutil.Error):  # a container may hide it or cut it short
        return None


def _disk(home: Path) -> tuple[float | None, float | None]:
    """Bytes of the disk, in all and free to this user; of the nearest folder that exists."""
    for folder in (home, *home.parents):
        try:
            usage = psutil.disk_usage(str(folder))
        except OSError:
            continue
        return usage.total, usage.free
    return None, None
