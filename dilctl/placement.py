"""Which CPU slots and GPUs a run gets, or in words why it must wait: pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dilctl.gpus import Gpu
from storage.records import Json

# A GPU on which others hold more than this is busy. Idle desktops and drivers hold less.
FOREIGN_MEMORY = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What a run takes of its machine while it lives.

    Attributes:
        slots: CPU slots, one a thread; none for a run on GPUs.
        gpus: numbers of the GPUs it has for itself; empty for a run on CPUs.
    """

    slots: int
    gpus: tuple[int, ...]

    def as_json(self) -> Json:
        """The same as the registry keeps it, in ``Attempt.devices``."""
        return {"slots": self.slots, "gpus": list(self.gpus)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a machine has, and what of it is free.

    Attributes:
        slots, free_slots: CPU slots.
        gpus: all GPUs; free_gpus: those that no run and no foreign process uses.
    """

    slots: int
    free_slots: int
    gpus: tuple[Gpu, ...]
    free_gpus: tuple[Gpu, ...]

    def without(self, placement: Placement) -> "Room":
        """What is left once a run has been placed."""
        return Room(
            slots=self.slots,
            free_slots=self.free_slots - placement.slots,
            gpus=self.gpus,
            free_gpus=tuple(gpu for gpu in self.free_gpus if gpu.index not in placement.gpus),
        )


def room(slots: int, gpus: tuple[Gpu, ...], taken: Iterable[Json]) -> Room:
    """What is free of a machine.

    Args:
        slots: CPU slots that runs may share.
        gpus: the machine's GPUs, as they are now.
        taken: ``Attempt.devices`` of the live runs of this machine.
    """
    ours = list(taken)
    held = {index for devices in ours for index in devices.get("gpus", ())}
    return Room(
        slots=slots,
        free_slots=slots - sum(devices.get("slots", 0) for devices in ours),
        gpus=gpus,
        free_gpus=tuple(
            gpu for gpu in gpus if gpu.index not in held and gpu.memory_used <= FOREIGN_MEMORY
        ),
    )


def place(needs: Json, room: Room) -> Placement | str:
    """Where a run goes, or why it must wait.

    Args:
        needs: ``processes``, ``threads`` of each, and ``device``: auto, cpu or cuda. A run that
            leaves the choice to us (auto) goes to GPUs where the machine has enough of them.
        room: what the machine has.
    """
    processes = int(needs.get("processes", 1))
    device: Literal["auto", "cpu", "cuda"] = needs.get("device", "auto")
    if device == "cuda" or (device == "auto" and len(room.gpus) >= processes):
        return _on_gpus(processes, room)
    return _on_cpus(processes * int(needs.get("threads", 1)), room)


def _on_gpus(count: int, room: Room) -> Placement | str:
    if count > len(room.gpus):
        return f"needs {_count(count, 'GPU')}, this machine has {len(room.gpus)}"
    if count > len(room.free_gpus):
        free = len(room.free_gpus)
        return f"waits for {_count(count, 'GPU')}: {free} of {len(room.gpus)} free"
    # The emptiest first; of equals the first.
    chosen = sorted(room.free_gpus, key=lambda gpu: (gpu.memory_used, gpu.index))[:count]
    return Placement(slots=0, gpus=tuple(sorted(gpu.index for gpu in chosen)))


def _on_cpus(count: int, room: Room) -> Placement | str:
    if count > room.slots:
        return (
            f"needs {_count(count, 'CPU slot')}, this agent gives {room.slots}; "
            f"`dilctl agent run --slots {count}` gives more"
        )
    if count > room.free_slots:
        free = max(0, room.free_slots)
        return f"waits for {_count(count, 'CPU slot')}: {free} of {room.slots} free"
    return Placement(slots=count, gpus=())


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
