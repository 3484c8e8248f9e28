"""What of a machine is free for further runs: pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dilctl.gpus import Gpu
from storage.records import Attempt, Json

# A GPU on which others hold more than this is not free. Idle desktops and drivers hold less.
FOREIGN_MEMORY = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What a run takes of its machine while it lives.

    Attributes:
        slots: CPU slots, one a thread; none for a run on GPUs.
        gpus: numbers of its GPUs; empty for a run on CPUs.
        memory: bytes of each GPU that it shares with others; None: it has them for itself.
    """

    slots: int
    gpus: tuple[int, ...]
    memory: int | None = None

    def as_json(self) -> Json:
        """The same as the registry keeps it, in ``Attempt.devices``."""
        shared = {} if self.memory is None else {"gpu_memory": self.memory}
        return {"slots": self.slots, "gpus": list(self.gpus), **shared}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One GPU, and who has what of it.

    Attributes:
        gpu: as the driver shows it.
        foreign: bytes held by processes that are none of our runs.
        ours: bytes that our runs have reserved.
        runs: how many of our runs work there.
        is_taken: whether one of them has it for itself, or it is kept for one that waits.
    """

    gpu: Gpu
    foreign: int
    ours: int = 0
    runs: int = 0
    is_taken: bool = False

    @property
    def free(self) -> int:
        """Bytes that a further run may reserve."""
        if self.is_taken:
            return 0
        # Both, for a run may hold more than it has reserved, or not yet what it has.
        unreserved = self.gpu.memory_total - self.foreign - self.ours
        return max(0, min(unreserved, self.gpu.memory_free))

    @property
    def is_foreign(self) -> bool:
        """Whether others work there."""
        return self.foreign > FOREIGN_MEMORY

    @property
    def is_whole(self) -> bool:
        """Whether a run can have it for itself."""
        return not (self.is_taken or self.runs or self.is_foreign)

    def with_run(self, memory: int | None) -> "Share":
        """The same with one more run, which shares it or, without a memory, has it for itself."""
        return replace(
            self,
            ours=self.ours + (memory or 0),
            runs=self.runs + 1,
            is_taken=self.is_taken or memory is None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept for a run that has waited long.

    Attributes:
        why: what is told to those that would have fitted.
        slots: whether all CPU slots are.
        gpus: the GPUs that are.
    """

    why: str
    slots: bool = False
    gpus: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a machine has, and what of it is free.

    Attributes:
        slots, free_slots: CPU slots.
        gpus: all GPUs that may be given.
        kept: what is kept for runs that have waited long, oldest first.
    """

    slots: int
    free_slots: int
    gpus: tuple[Share, ...]
    kept: tuple[Kept, ...] = ()

    def without(self, placement: Placement) -> "Room":
        """What is left once a run has been placed."""
        gpus = tuple(
            share.with_run(placement.memory) if share.gpu.index in placement.gpus else share
            for share in self.gpus
        )
        return replace(self, free_slots=self.free_slots - placement.slots, gpus=gpus)

    def keeping(self, kept: Kept) -> "Room":
        """The same with something kept."""
        return replace(self, kept=(*self.kept, kept))

    def open(self) -> "Room":
        """What is left for runs for which nothing is kept."""
        if not self.kept:
            return self
        closed = frozenset[int]().union(*(kept.gpus for kept in self.kept))
        return replace(
            self,
            free_slots=0 if any(kept.slots for kept in self.kept) else self.free_slots,
            gpus=tuple(
                replace(share, is_taken=True) if share.gpu.index in closed else share
                for share in self.gpus
            ),
        )

    def emptied(self) -> "Room":
        """What would be free if our own runs ended."""
        gpus = tuple(_emptied(share) for share in self.gpus)
        return Room(slots=self.slots, free_slots=self.slots, gpus=gpus)


def _emptied(share: Share) -> Share:
    free = max(0, share.gpu.memory_total - share.foreign)
    return Share(gpu=replace(share.gpu, memory_free=free), foreign=share.foreign)


def room(slots: int, gpus: Iterable[Gpu], live: Iterable[Attempt]) -> Room:
    """What is free of a machine.

    Args:
        slots: CPU slots that runs may share.
        gpus: the GPUs that may be given, as they are now.
        live: the live attempts of this machine.
    """
    ours = tuple(live)
    return Room(
        slots=slots,
        free_slots=slots - sum(attempt.devices.get("slots", 0) for attempt in ours),
        gpus=tuple(_share(gpu, ours) for gpu in gpus),
    )


def _share(gpu: Gpu, live: Iterable[Attempt]) -> Share:
    here = [attempt for attempt in live if gpu.index in attempt.devices.get("gpus", ())]
    share = Share(gpu=gpu, foreign=_foreign(gpu, here))
    for attempt in here:
        share = share.with_run(attempt.devices.get("gpu_memory"))
    return share


def _foreign(gpu: Gpu, here: Iterable[Attempt]) -> int:
    """Bytes of a GPU that processes hold which are none of these attempts'."""
    if gpu.held is not None:
        pids = {process.pid for attempt in here for process in attempt.processes}
        ours = sum(memory for pid, memory in gpu.held.items() if pid in pids)
    else:  # nobody says who holds what: ours are taken to hold what they have reserved
        ours = sum(a.devices.get("gpu_memory", gpu.memory_total) for a in here)
    return max(0, gpu.memory_used - ours)
