import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.records import Status
from storage.registry import Registry
from tests.storage.samples import a_run, points, progress, running

CLAIM_ALL = """
import sys
from pathlib import Path
from storage.registry import Registry
with Registry.open(Path(sys.argv[1])) as registry:
    sys.stdin.readline()
    for run in registry.waiting():
        if registry.claim(run.id, sys.argv[2]):
            print(run.id)
"""


def test_threads_that_claim_the_same_runs_never_share_one(registry: Registry):
    ids = [run.id for run in registry.submit([a_run(seed) for seed in range(20)], who="ada")]

    def claim_all(host: str) -> list[int]:
        return [run for run in ids if registry.claim(run, host) is not None]

    with ThreadPoolExecutor(4) as pool:
        claimed = Counter(run for runs in pool.map(claim_all, "abcd") for run in runs)
    assert claimed == Counter(ids)
    assert registry.counts()[Status.STARTING] == 20


def test_threads_that_write_beside_each_other_lose_nothing(registry: Registry):
    ids = [running(registry, seed=seed) for seed in range(4)]

    def train(run: int) -> None:
        for step in range(20):
            registry.heartbeat(run, 1, progress(step))
            registry.write(run, 1, points(step, **{f"loss of {run}": 1.0, "loss": 2.0}), [])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(train, ids))
    for run in ids:
        assert registry.curve(run, "loss").steps == tuple(range(20))
        assert registry.metric_names(run) == ("loss", f"loss of {run}")


@pytest.mark.slow
def test_eight_processes_claim_a_hundred_runs_and_none_twice(path: Path):
    with Registry.open(path) as registry:
        ids = [run.id for run in registry.submit([a_run(s) for s in range(100)], who="ada")]
        claimed = Counter(int(line) for lines in at_once(CLAIM_ALL, path) for line in lines)
        assert claimed == Counter(ids)
        assert all(len(registry.attempts(run)) == 1 for run in ids)


@pytest.mark.slow
def test_processes_that_open_a_fresh_registry_at_once_share_one(tmp_path: Path):
    code = """
import sys
from pathlib import Path
from storage.registry import Registry
from tests.storage.samples import submitted
sys.stdin.readline()
with Registry.open(Path(sys.argv[1])) as registry:
    print(submitted(registry))
"""
    path = tmp_path / "home" / "registry.db"
    ids = sorted(int(line) for lines in at_once(code, path, processes=4) for line in lines)
    assert ids == [1, 2, 3, 4]


def at_once(code: str, path: Path, processes: int = 8) -> list[list[str]]:
    """Run the code in processes that all begin when the last of them is up."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, path, f"host{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * processes
    return said
