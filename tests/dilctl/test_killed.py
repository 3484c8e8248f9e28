"""After a SIGKILL of everything, nothing stays running that is not."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dilctl.agent import Agent, Machine, Pace
from dilctl.launch.local import LocalLauncher
from dilctl.launch.processes import boot, is_alive, send
from dilctl.reaping import reap
from dilctl.settings import Settings
from storage.records import LIVE, Status
from storage.registry import Registry
from tests.dilctl.stage import HOST, new_run, queue
from tests.dilctl.test_launch import AGENT, processes_of, stand_in, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "a home, 'quoted' ü")


@pytest.fixture
def registry(settings: Settings) -> Iterator[Registry]:
    with Registry.open(settings.registry) as registry:
        yield registry
        for process in processes_of(registry):
            send(process, signal.SIGKILL)


def kill_everything(registry: Registry, settings: Settings) -> tuple[int, int]:
    """Two runs of which one has two processes, and their agent; then all of them killed."""
    launcher = stand_in(settings)
    first, second = queue(
        registry, new_run(), new_run(seed=2, needs={"processes": 1, "threads": 1, "device": "cpu"})
    )
    agent = subprocess.Popen([sys.executable, "-c", AGENT, str(settings.home), HOST])
    wait_until(lambda: len(processes_of(registry)) == 4)
    for run in (first.id, second.id):
        registry.running(run, 1)
    known = processes_of(registry)
    agent.kill()
    agent.wait()
    launcher.kill(known)
    wait_until(lambda: not any(is_alive(process) for process in known))
    assert {run.status for run in registry.runs()} == {Status.RUNNING}
    return first.id, second.id


def test_with_a_new_agent_they_start_again(registry: Registry, settings: Settings):
    runs = kill_everything(registry, settings)
    machine = Machine(host=HOST, slots=1, gpus=tuple, boot=boot())
    launcher = LocalLauncher(worker="stand_in")
    agent = Agent(registry, launcher, settings, machine=machine, pace=Pace(poll=0.05))
    agent.tick()
    first, second = (registry.run(run) for run in runs)
    assert (first.status, first.attempt) == (Status.STARTING, 2)
    assert (second.status, second.attempts_lost) == (Status.QUEUED, 1)
    assert registry.attempts(first.id)[0].outcome == "lost"
    agent.stop_workers()
    assert not any(run.status in LIVE for run in registry.runs())


def test_without_any_agent_whoever_looks_finds_them_in_the_queue(
    registry: Registry, settings: Settings
):
    runs = kill_everything(registry, settings)
    assert reap(registry, settings, host=HOST) == 2
    for run in runs:
        after = registry.run(run)
        assert (after.status, after.attempts_lost) == (Status.QUEUED, 1)
        assert after.reason.startswith("its worker vanished")
    assert reap(registry, settings, host=HOST) == 0
