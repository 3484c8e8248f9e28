"""What several processes tell each other, and what is left to say when one has gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TWO = """
import os, signal, time
from trainers.distributed import processes
from trainers.errors import PeerLostError

with processes("cpu") as group:
    print("told", group.rank, group.of_first(0.25 + group.rank), flush=True)
    if group.rank == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        group.any(False)
    except PeerLostError as error:
        print(error, flush=True)
"""


@pytest.mark.slow
def test_the_first_process_is_believed_and_the_loss_of_another_is_noticed(tmp_path: Path):
    (tmp_path / "two.py").write_text(TWO)
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    ran = subprocess.run(
        [sys.executable, *launcher, tmp_path / "two.py"],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        timeout=120,
    )
    said = ran.stdout.splitlines()
    assert {"told 0 0.25", "told 1 0.25"} <= set(said)
    assert "another process of this run has gone" in said
