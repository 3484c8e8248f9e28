"""What a run takes of its machine, and how fast it trains, as metrics that are sampled."""

import os
import time
from collections.abc import Callable, Mapping, Sequence

import psutil

from dilctl.gpus import Gpu, GpuReader
from trainers.reporter import Position

_GB = 1e9
_LAUNCHED = "TORCHELASTIC_RUN_ID"  # torchrun tells its ranks its name so


class Consumption:
    """Called now and then; what is told per second is the average since the call before.

    ``system:cpu`` is in processors, the memories in GB, ``system:gpu 0`` a share of 1. A GPU's
    numbers are of all that works on it. An example is one image taken forward and backward
    through the network, so ``speed:examples`` compares rules of any order.
    """

    def __init__(
        self,
        *,
        batch: int,
        root: psutil.Process,
        gpus: Callable[[], Sequence[Gpu]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            batch: images in a batch, over all processes.
            root: the process from which all of the run descend.
            gpus: reads those that the run has.
            clock: seconds; only differences count.
        """
        self._batch, self._root, self._gpus, self._clock = batch, root, gpus, clock
        self._spent: tuple[float, Mapping[psutil.Process, float]] | None = None
        self._position: Position | None = None

    @classmethod
    def of_this_run(cls, batch: int) -> "Consumption":
        """That of the run of which this process is a rank."""
        this = psutil.Process()
        visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
        reader = GpuReader()
        return cls(
            batch=batch,
            root=(this.parent() if _LAUNCHED in os.environ else None) or this,
            gpus=(lambda: reader.read(visible)) if visible else tuple,
        )

    def __call__(self, position: Position) -> Mapping[str, float]:
        """Named numbers; what is not known is left out."""
        values = {**self._of_processes(), "speed:examples": self._speed(position)}
        for gpu in self._gpus():
            values[f"system:gpu {gpu.index}"] = gpu.utilisation
            values[f"system:gpu-memory {gpu.index}"] = gpu.memory_used / _GB
        return {name: value for name, value in values.items() if value is not None}

    def _speed(self, position: Position) -> float | None:
        before, self._position = self._position, position
        if before is None or position.seconds <= before.seconds:  # it evaluates
            return None
        gained = (position.gradients - before.gradients) * self._batch
        return gained / (position.seconds - before.seconds)

    def _of_processes(self) -> dict[str, float | None]:
        now, spent, resident = self._clock(), dict[psutil.Process, float](), 0
        for process in self._family():
            try:
                times = process.cpu_times()
                resident += process.memory_info().rss
            except (OSError, psutil.Error):  # it has just ended
                continue
            spent[process] = times.user + times.system
        before, self._spent = self._spent, (now, spent)
        memory = resident / _GB if spent else None
        return {"system:cpu": _busy(before, self._spent), "system:memory": memory}

    def _family(self) -> Sequence[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except (OSError, psutil.Error):
            return ()


def _busy(
    before: tuple[float, Mapping[psutil.Process, float]] | None,
    after: tuple[float, Mapping[psutil.Process, float]],
) -> float | None:
    """Processors that worked in between; those of processes that have ended count no more."""
    if before is None or after[0] <= before[0] or not after[1]:
        return None
    gained = (max(0.0, spent - before[1].get(each, 0.0)) for each, spent in after[1].items())
    return sum(gained) / (after[0] - before[0])
