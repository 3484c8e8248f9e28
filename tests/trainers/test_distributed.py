"""What several processes tell each other, and what is left to say when one has gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.trainers.threads import in_threads

# Each process leaves what it was told in a file of its own: on one pipe, their lines can mix.
TWO = """
import os, signal, sys
from pathlib import Path
from trainers.distributed import processes
from trainers.errors import PeerLostError

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


@pytest.mark.slow
def test_the_first_process_is_believed_and_the_loss_of_another_is_noticed(tmp_path: Path):
    (tmp_path / "two.py").write_text(TWO)
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    ran = subprocess.run(
        [sys.executable, *launcher, tmp_path / "two.py", tmp_path],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        timeout=120,
    )
    told = {file.name: file.read_text() for file in tmp_path.iterdir() if file.suffix != ".py"}
    gone = "another process of this run has gone"
    assert told == {"told-0": "0.25", "told-1": "0.25", "lost": gone}, ran.stderr
