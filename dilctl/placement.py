"""Which CPU slots and GPUs a run gets, or in words why it must wait: pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import ceil

from dilctl.gpus import Gpu
from dilctl.room import Kept, Placement, Room, Share
from storage.records import Json

_GIB = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Why a run cannot start now.

    Attributes:
        reason: in words that name what is missing.
        what: what it waits for, as in ``2 GPUs``.
        is_for_good: whether this machine will never have room for it.
    """

    reason: str
    what: str
    is_for_good: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Needs:
    """What a run says that it takes."""

    processes: int
    threads: int
    device: str
    memory: int | None
    pinned: tuple[int, ...]

    @classmethod
    def of(cls, said: Json) -> "_Needs":
        return cls(
            processes=int(said.get("processes", 1)),
            threads=int(said.get("threads", 1)),
            device=said.get("device", "auto"),
            memory=said.get("gpu_memory"),
            pinned=tuple(said.get("gpu") or ()),
        )

    @property
    def slots(self) -> int:
        return self.processes * self.threads

    def is_for_gpus(self, room: Room) -> bool:
        """Whether it goes to GPUs; left the choice, it does where there are enough of them."""
        if self.device != "auto":
            return self.device == "cuda"
        return bool(self.pinned) or len(room.gpus) >= self.processes

    def names(self, gpu: Gpu) -> bool:
        """Whether the run may go there."""
        return not self.pinned or gpu.index in self.pinned

    @property
    def what(self) -> str:
        """What it waits for of GPUs."""
        where = f" of GPUs {_and(self.pinned)}" if len(self.pinned) > 1 else ""
        if self.memory is not None:
            on = "a GPU" if self.processes == 1 else f"each of {self.processes} GPUs"
            on = f"GPU {self.pinned[0]}" if len(self.pinned) == 1 else on
            return f"{_memory(self.memory, ceil)} on {on}{where}"
        if len(self.pinned) == 1:
            return f"GPU {self.pinned[0]}"
        return f"{self.processes}{where}" if where else _count(self.processes, "GPU")


def place(needs: Json, room: Room) -> Placement | Wait:
    """Where a run goes, or why it must wait.

    Args:
        needs: ``processes``, ``threads`` of each, and ``device``: auto, cpu or cuda. A run that
            leaves the choice to us (auto) goes to GPUs where the machine has enough of them.
            ``gpu_memory``: bytes of each GPU, which it then shares; without it, GPUs are its own.
            ``gpu``: numbers of the GPUs among which it must stay.
        room: what the machine has.
    """
    wanted = _Needs.of(needs)
    answer = _place(wanted, room.open())
    if isinstance(answer, Placement) or answer.is_for_good:
        return answer
    if isinstance(_place(wanted, room), Placement):  # only what is kept for others is in its way
        return replace(answer, reason=_why_kept(wanted, room))
    return answer


def _why_kept(wanted: _Needs, room: Room) -> str:
    return next(kept.why for kept in room.kept if kept.slots is not wanted.is_for_gpus(room))


def could_start(needs: Json, room: Room) -> bool:
    """Whether a run would have its place, if only our own runs left theirs."""
    return isinstance(_place(_Needs.of(needs), room.emptied()), Placement)


def is_for_gpus(needs: Json, room: Room) -> bool:
    """Whether a run is one for GPUs on this machine, or else for CPU slots."""
    return _Needs.of(needs).is_for_gpus(room)


def keep_for(needs: Json, room: Room, *, why: str) -> Room:
    """The room in which a run's place is kept until it has it.

    Of GPUs, those are kept that will be free first: as many as it needs, the freest. More of them
    become free as runs end, for none starts there but this one.

    Args:
        needs: what the run that waits needs.
        room: what the machine has.
        why: what the runs are told that would have fitted.
    """
    wanted = _Needs.of(needs)
    if not wanted.is_for_gpus(room):
        return room.keeping(Kept(why=why, slots=True))
    open_to = [share for share in room.open().gpus if wanted.names(share.gpu)]
    chosen = sorted(open_to, key=_by_freedom(wanted.memory))[: wanted.processes]
    return room.keeping(Kept(why=why, gpus=frozenset(share.gpu.index for share in chosen)))


def _by_freedom(memory: int | None) -> Callable[[Share], tuple[bool, bool, int, int]]:
    def key(share: Share) -> tuple[bool, bool, int, int]:
        is_foreign = memory is None and share.is_foreign  # we cannot wait for others to leave
        return (not share.is_whole, is_foreign, -share.free, share.gpu.index)

    return key


def _place(wanted: _Needs, room: Room) -> Placement | Wait:
    if not wanted.is_for_gpus(room):
        return _on_cpus(wanted.slots, room)
    never = _never(wanted, room)
    if never is not None:
        return Wait(reason=never, what=wanted.what, is_for_good=True)
    allowed = [share for share in room.gpus if wanted.names(share.gpu)]
    if wanted.memory is None:
        return _on_whole_gpus(wanted, allowed)
    return _on_shared_gpus(wanted, wanted.memory, allowed)


def _never(wanted: _Needs, room: Room) -> str | None:
    """What of GPUs this machine does not have at all, in words."""
    there = [share.gpu for share in room.gpus]
    absent = [index for index in wanted.pinned if index not in {gpu.index for gpu in there}]
    if absent:
        has = f"GPU {_and(gpu.index for gpu in there)}" if there else "none"
        return f"needs GPU {_and(absent)}, this machine has {has}"
    allowed = [gpu for gpu in there if wanted.names(gpu)]
    if wanted.processes > len(allowed):
        needs = f"needs {_count(wanted.processes, 'GPU')}"
        if wanted.pinned:
            return f"{needs}, and may use only GPU {_and(wanted.pinned)}"
        return f"{needs}, this machine has {len(allowed)}"
    totals = sorted((gpu.memory_total for gpu in allowed), reverse=True)
    if wanted.memory is None or wanted.memory <= totals[wanted.processes - 1]:
        return None
    if wanted.processes == 1:
        return f"needs {wanted.what}, the largest here has {_memory(totals[0], int)}"
    enough = sum(total >= wanted.memory for total in totals)
    return f"needs {wanted.what}, this machine has {enough} of that size"


def _on_whole_gpus(wanted: _Needs, allowed: list[Share]) -> Placement | Wait:
    free = [share for share in allowed if share.is_whole]
    if wanted.processes > len(free):
        reason = f"waits for {wanted.what}: {len(free)} of {len(allowed)} free"
        return Wait(reason=reason, what=wanted.what)
    # The emptiest first; of equals the first.
    chosen = sorted(free, key=lambda share: (share.gpu.memory_used, share.gpu.index))
    return _on(chosen[: wanted.processes], memory=None)


def _on_shared_gpus(wanted: _Needs, memory: int, allowed: list[Share]) -> Placement | Wait:
    fitting = [share for share in allowed if share.free >= memory]
    if wanted.processes > len(fitting):
        most = max(allowed, key=lambda share: (share.free, -share.gpu.index))
        best = f"at most {_memory(most.free, int)} free (GPU {most.gpu.index})"
        has = best if wanted.processes == 1 else f"{_count(len(fitting), 'GPU')} of them so far"
        return Wait(reason=f"waits for {wanted.what}: {has}", what=wanted.what)
    # The fullest first, so that empty ones stay for runs that want them whole.
    chosen = sorted(fitting, key=lambda share: (share.runs == 0, share.free, share.gpu.index))
    return _on(chosen[: wanted.processes], memory=memory)


def _on(chosen: Iterable[Share], *, memory: int | None) -> Placement:
    gpus = tuple(sorted(share.gpu.index for share in chosen))
    return Placement(slots=0, gpus=gpus, memory=memory)


def _on_cpus(count: int, room: Room) -> Placement | Wait:
    what = _count(count, "CPU slot")
    if count > room.slots:
        reason = (
            f"needs {what}, this agent gives {room.slots}; "
            f"`dilctl agent run --slots {count}` gives more"
        )
        return Wait(reason=reason, what=what, is_for_good=True)
    if count > room.free_slots:
        free = max(0, room.free_slots)
        return Wait(reason=f"waits for {what}: {free} of {room.slots} free", what=what)
    return Placement(slots=count, gpus=())


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _and(numbers: Iterable[int]) -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} and {last}" if others else last


def _memory(count: int, towards: Callable[[float], int]) -> str:
    """Bytes in GiB, rounded so that what is free never looks like more than it is."""
    return f"{towards(count / _GIB * 10) / 10:g} GiB"
