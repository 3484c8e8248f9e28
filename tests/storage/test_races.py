import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.records import Status
from storage.registry import Registry
from tests.storage.samples import a_run, points, progress, running

# Pairs of processes begin at the same run, and go on until they come where others have been.
CLAIM_ALL = """
import sys
from pathlib import Path
from storage.registry import Registry
place = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
with Registry.open(place) as registry:
    ids = [run.id for run in registry.waiting()]
    start = int(sys.argv[2].removeprefix("host")) // 2 * len(ids) // 8
    print("up", flush=True)
    sys.stdin.readline()
    failures = 0
    for run in ids[start:] + ids[:start]:
        claimed = registry.claim(run, sys.argv[2])
        failures = 0 if claimed else failures + 1
        if claimed:
            print(run)
        if failures == 20:
            break
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
def test_sixteen_processes_claim_five_hundred_runs_and_none_twice(place: Path | str):
    with Registry.open(place) as registry:
        ids = [run.id for run in registry.submit([a_run(s) for s in range(500)], who="ada")]
        claimed = Counter(int(line) for lines in at_once(CLAIM_ALL, place, 16) for line in lines)
        assert claimed == Counter(ids)
        assert all(len(registry.attempts(run)) == 1 for run in ids)
        assert len(registry.events(limit=5_000)) == 1_000


@pytest.mark.slow
def test_processes_that_submit_the_same_runs_at_once_queue_each_once(place: Path | str):
    code = """
import sys
from pathlib import Path
from storage.registry import Registry
from tests.storage.samples import a_run
place = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
with Registry.open(place) as registry:
    print("up", flush=True)
    sys.stdin.readline()
    for run in registry.submit([a_run(seed) for seed in range(50)], who="ada", repeat=False):
        print(run.seed)
"""
    seeds = Counter(int(line) for lines in at_once(code, place, 4) for line in lines)
    assert seeds == Counter(range(50))


@pytest.mark.slow
def test_processes_that_open_a_fresh_registry_at_once_share_one(fresh_place: Path | str):
    code = """
import sys
from pathlib import Path
from storage.registry import Registry
from tests.storage.samples import submitted
print("up", flush=True)
sys.stdin.readline()
place = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
with Registry.open(place) as registry:
    print(submitted(registry))
"""
    ids = sorted(int(line) for lines in at_once(code, fresh_place, 4) for line in lines)
    assert ids == [1, 2, 3, 4]


def at_once(code: str, place: Path | str, processes: int) -> list[list[str]]:
    """What processes print that all begin when the last of them is up."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, place, f"host{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "up\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=120)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * processes
    return said
