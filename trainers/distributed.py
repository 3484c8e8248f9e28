"""Several processes that compute what one would; the one place that speaks torch.distributed."""

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeVar

import torch
import torch.distributed as dist

# Its functions take for a default the group that is there when it is first imported. An optimiser
# imports it; were that group ours, its threads would outlive it and abort the process at its end.
import torch.distributed.nn  # pyright: ignore[reportUnusedImport]
from torch import Tensor

from trainers.errors import PeerLostError

Item = TypeVar("Item")

# A rank may have to wait while rank 0 decodes a large training set for the first time.
_PATIENCE = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """This process among those of its run.

    Attributes:
        rank: 0 to size - 1; rank 0 writes files and reports.
        size: number of processes.
        device: where this process computes.
    """

    rank: int
    size: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether this is the process that writes and reports."""
        return self.rank == 0

    def share(self, count: int) -> range:
        """This process's part of ``count`` things in order; the parts differ by one at most."""
        return range(count * self.rank // self.size, count * (self.rank + 1) // self.size)

    def sum(self, tensor: Tensor) -> Tensor:
        """The sum over all processes, in place."""
        if self.size > 1:
            with _peers():
                dist.all_reduce(tensor)
        return tensor

    def differentiable_sum(self, tensor: Tensor) -> Tensor:
        """The sum over all processes, through which gradients of any order find their way back."""
        if self.size == 1:
            return tensor
        summed = _Sum.apply(tensor, self)
        assert isinstance(summed, Tensor)
        return summed

    def any(self, flag: bool) -> bool:  # noqa: FBT001 - a question about one truth value
        """Whether the flag is up in any process; all get the same answer."""
        if self.size == 1:  # without a wait for the device
            return flag
        return bool(self.sum(torch.tensor(int(flag), device=self.device)).item())

    def of_first(self, value: float) -> float:
        """The number that the first process gave, in every process."""
        if self.size == 1:
            return value
        told = torch.tensor(value, dtype=torch.float64, device=self.device)
        with _peers():
            dist.broadcast(told, src=0)
        return told.item()

    def gather_objects(self, items: Sequence[Item]) -> list[Item]:
        """The items of all processes, in the order of their ranks, in every process."""
        if self.size == 1:
            return list(items)
        parts: list[Sequence[Item]] = [()] * self.size
        with _peers():
            dist.all_gather_object(parts, items)
        return [item for part in parts for item in part]

    def wait(self) -> None:
        """Return once every process has come here."""
        if self.size > 1:
            with _peers():
                dist.barrier()

    def finish(self) -> None:
        """Return once the device has done all that it was given."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


class _Sum(torch.autograd.Function):
    """Every process's sum depends on every process's part, so gradients are summed, too."""

    @staticmethod
    def forward(ctx: Any, tensor: Tensor, processes: Processes) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx.processes = processes
        return processes.sum(tensor.clone())

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return ctx.processes.differentiable_sum(gradient), None


@contextmanager
def _peers() -> Generator[None]:
    """Tell a neighbour that has gone from a fault of this process, such as want of memory.

    Raises:
        PeerLostError: gloo and nccl say nothing finer than a RuntimeError.
    """
    try:
        yield
    except RuntimeError as error:
        if _is_out_of_memory(error):
            raise
        raise PeerLostError("another process of this run has gone") from error


def _is_out_of_memory(error: RuntimeError) -> bool:
    """Whether memory for a message could not be had, which PyTorch, nccl and the CPU say apart."""
    said = ("out of memory", "DefaultCPUAllocator: can't allocate memory")
    return isinstance(error, torch.OutOfMemoryError) or any(word in str(error) for word in said)


@contextmanager
def processes(device: Literal["auto", "cpu", "cuda"]) -> Generator[Processes]:
    """Join the processes that torchrun started, or be the only one.

    Reads torchrun's environment (``RANK``, ``WORLD_SIZE``, ``LOCAL_RANK``). GPUs talk by nccl,
    CPUs by gloo.
    """
    rank, size = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    place = _device(device, int(os.environ.get("LOCAL_RANK", "0")))
    if size == 1:
        yield Processes(rank=0, size=1, device=place)
        return
    dist.init_process_group("nccl" if place.type == "cuda" else "gloo", timeout=_PATIENCE)
    try:
        yield Processes(rank=rank, size=size, device=place)
    finally:
        dist.destroy_process_group()


def _device(wish: Literal["auto", "cpu", "cuda"], local_rank: int) -> torch.device:
    if wish == "cpu" or (wish == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    device = torch.device("cuda", local_rank)
    torch.cuda.set_device(device)
    return device
