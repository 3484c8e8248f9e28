"""The processes of a run, played by threads: quick, and through the product's own sums."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import TypeVar

import torch
from torch import Tensor

from trainers.distributed import Processes

Answer = TypeVar("Answer")


class Room:
    """Where threads lay down their parts of a sum."""

    def __init__(self, size: int) -> None:
        self.barrier = Barrier(size, timeout=300)
        self._parts = [torch.zeros(())] * size

    def sum(self, rank: int, part: Tensor) -> Tensor:
        self._parts[rank] = part.clone()
        self.barrier.wait()  # all parts are there
        total = torch.stack(self._parts).sum(dim=0)
        self.barrier.wait()  # all have read them
        return part.copy_(total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread(Processes):
    """One of several threads that take each other for the processes of a run."""

    room: Room

    def sum(self, tensor: Tensor) -> Tensor:
        return self.room.sum(self.rank, tensor)


def in_threads(size: int, work: Callable[[Processes], Answer]) -> list[Answer]:
    """What each of the threads answers, in the order of their ranks."""
    room = Room(size)

    def one(rank: int) -> Answer:
        try:
            return work(Thread(rank=rank, size=size, device=torch.device("cpu"), room=room))
        except BaseException:
            room.barrier.abort()  # let no other wait for this one
            raise

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(one, range(size)))
