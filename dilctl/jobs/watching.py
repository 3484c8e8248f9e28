"""How the machine fares on which this process runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dilctl.jobs.door import Door

if TYPE_CHECKING:  # read only where somebody watches
    from dilctl.gpus import Gpu
    from dilctl.vitals import Vitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A process that holds memory of a GPU.

    Attributes:
        name: of its program; empty where it is not told.
        user: to whom it belongs; empty where it is not told.
    """

    pid: int
    name: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSeen:
    """This machine at one moment.

    Attributes:
        vitals: how it fares.
        gpus: as they were read.
        holders: the processes that hold memory of them, by number, as far as the driver says.
        trouble: a sentence on each GPU that cannot be read.
    """

    vitals: "Vitals"
    gpus: tuple["Gpu", ...] = ()
    holders: Mapping[int, Stranger]
    trouble: tuple[str, ...] = ()


class _Instruments:
    """What reads a machine, and is kept from one look to the next."""

    def __init__(self) -> None:
        from dilctl.gpus import GpuReader
        from dilctl.vitals import Meter

        self.trouble: list[str] = []
        self.meter = Meter()
        self.gpus = GpuReader(trouble=self.trouble.append)


class Watching(Door):
    """Looks at this machine."""

    @cached_property
    def _instruments(self) -> _Instruments:
        return _Instruments()

    def machine(self) -> MachineSeen:
        """This machine now; processors are busy since the call before."""
        instruments = self._instruments
        instruments.trouble.clear()
        gpus = instruments.gpus.read()
        return MachineSeen(
            vitals=instruments.meter(self.settings.home, gpus),
            gpus=gpus,
            holders={pid: _named(pid) for gpu in gpus for pid in gpu.held or ()},
            trouble=tuple(instruments.trouble),
        )


def _named(pid: int) -> Stranger:
    import psutil

    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return Stranger(pid=pid, name=process.name(), user=process.username())
    except (psutil.Error, KeyError):  # it has ended, or its user has no name
        return Stranger(pid=pid)
