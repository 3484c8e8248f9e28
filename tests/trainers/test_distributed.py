"""What several processes tell each other, and what is left to say when one has gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.trainers.threads import in_threads
from trainers.distributed import Processes
from trainers.errors import PeerLostError

# Each process leaves what it was told in a file of its own: on one pipe, their lines can mix.
TWO = """
import os, signal, sys
from pathlib import Path
from trainers.distributed import processes
from trainers.errors import PeerLostError

signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as the worker, who is not ended by torchrun's
with processes("cpu") as group:
    Path(sys.argv[1], f"told-{group.rank}").write_text(str(group.of_first(0.25 + group.rank)))
    if group.rank == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        group.any(False)
    except PeerLostError as error:
        Path(sys.argv[1], "lost").write_text(str(error))
"""


def test_a_sum_can_be_differentiated_twice_through_all_processes():
    """Process r gives r x_r to S and has the share r S³ of a function F = 6 S³ of all x.

    So its slope is ∂F/∂x_r = 18 r S², and that of all slopes together, Σ_r 18 r S², is 216 r S.
    """

    def work(processes):
        own = torch.tensor(processes.rank + 1, dtype=torch.float64)
        x = (own / 10).requires_grad_()
        share = own * processes.differentiable_sum(own * x) ** 3
        (slope,) = torch.autograd.grad(share, x, create_graph=True)
        (bend,) = torch.autograd.grad(slope, x)
        return slope.item(), bend.item()

    total = (1 + 4 + 9) / 10
    for own, told in enumerate(in_threads(3, work), start=1):
        assert told == pytest.approx((18 * own * total**2, 216 * own * total), rel=1e-12)


def test_processes_share_things_evenly_and_leave_none_out():
    parts = [in_threads(size, lambda p: list(p.share(8))) for size in (1, 2, 3, 5)]
    assert all(sum(each, []) == list(range(8)) for each in parts)
    assert all(max(map(len, each)) - min(map(len, each)) <= 1 for each in parts)


@pytest.fixture
def joined(tmp_path: Path):
    """A process that speaks to others, of which there are none."""
    store = torch.distributed.FileStore(str(tmp_path / "store"), 1)
    torch.distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    yield Processes(rank=0, size=2, device=torch.device("cpu"))
    torch.distributed.destroy_process_group()


class Failing:
    """What cannot be sent."""

    def __init__(self, error: RuntimeError) -> None:
        self.error = error

    def __reduce__(self) -> str:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        torch.distributed.DistBackendError("NCCL error: Cuda failure 2 'out of memory'"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."),
    ],
    ids=["PyTorch", "nccl", "CPU"],
)
def test_a_message_that_finds_no_memory_is_no_neighbours_fault(joined, error):
    with pytest.raises(type(error)) as caught:
        joined.gather_objects([Failing(error)])
    assert caught.value is error


def test_a_message_that_cannot_be_sent_otherwise_is_a_neighbours_fault(joined):
    with pytest.raises(PeerLostError):
        joined.gather_objects([Failing(RuntimeError("Connection closed by peer"))])


def launch(script: str, folder: Path) -> tuple[dict[str, str], subprocess.CompletedProcess[str]]:
    """Two processes under torchrun: the files they leave, and how it ended."""
    program = folder / "program.py"
    program.write_text(script)
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    ran = subprocess.run(
        [sys.executable, *launcher, program, folder],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        timeout=300,
    )
    program.unlink()
    return {file.name: file.read_text() for file in folder.iterdir()}, ran


@pytest.mark.slow
def test_the_first_process_is_believed_and_the_loss_of_another_is_noticed(tmp_path: Path):
    told, ran = launch(TWO, tmp_path)
    gone = "another process of this run has gone"
    assert told == {"told-0": "0.25", "told-1": "0.25", "lost": gone}, ran.stderr


# A thread of a group that is alive when Python ends aborts the process, now and then.
THREADS = """
import sys
from pathlib import Path
import torch
from trainers.distributed import processes

def threads():
    return [t for t in Path("/proc/self/task").iterdir() if "gloo" in (t / "comm").read_text()]

with processes("cpu") as group:
    theta = torch.ones(3)
    theta.grad = group.sum(torch.ones(3))
    torch.optim.Adam([theta]).step()
    while_joined = len(threads())
Path(sys.argv[1], f"told-{group.rank}").write_text(f"{while_joined > 0} {len(threads())}")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_no_thread_outlives_the_group_even_where_an_optimiser_stepped(tmp_path: Path):
    told, ran = launch(THREADS, tmp_path)
    assert told == {"told-0": "True 0", "told-1": "True 0"}, ran.stderr
