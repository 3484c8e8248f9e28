"""The whole path with real processes: queue, agent, torchrun, trainer, registry."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dilctl.agent import Agent, Machine, Pace
from dilctl.jobs import Jobs
from dilctl.launch.local import LocalLauncher
from dilctl.launch.processes import is_alive, send
from dilctl.request import Request
from dilctl.settings import Settings
from storage.records import ASIDE, Process, Run, Status

pytestmark = pytest.mark.slow

HOST = "workstation"
EXPERIMENT = """
task = "denoise"
rule = "dil-sf"
confounders = [{ kind = "gaussian-noise", sigma = 15 }, { kind = "gaussian-noise", sigma = 25 }]
data = { train = "train", test = "test" }
network = { kind = "rrdb", features = 4, blocks = 1, growth = 2 }
resources = { device = "cpu" }

[train]
batch = 4
patch = 16
budget = "300 steps"
log_every = 7
checkpoint_every = 20

[evaluate]
every = 100
crops = 2
crop = 32
"""


class Laboratory:
    """A home with a registry, two folders of images, and one agent."""

    def __init__(self, home: Path) -> None:
        self.folder = home
        write_images(home / "train", count=4, side=64)
        write_images(home / "test", count=2, side=40)
        (home / "tiny.toml").write_text(EXPERIMENT)
        self.jobs = Jobs(Settings(home / "home"))
        self.agent = self.new_agent()

    def new_agent(self) -> Agent:
        return Agent(
            self.jobs.registry,
            LocalLauncher(),
            self.jobs.settings,
            machine=Machine(host=HOST, slots=2, gpus=tuple),
            pace=Pace(poll=0.1),
        )

    def submit(self, *assignments: str) -> int:
        request = Request(
            recipe=str(self.folder / "tiny.toml"), assignments=assignments, again=True
        )
        (run,) = self.jobs.submit(request, here=self.folder).queued
        return run.id

    def serve_until(self, run: int, condition: Callable[[Run], bool]) -> Run:
        self.agent.serve(lambda: self._has_failed(run) or condition(self.jobs.run(run)))
        return self.jobs.run(run)

    def processes(self) -> tuple[Process, ...]:
        held = self.jobs.registry.held_by(HOST)
        return tuple(process for _, attempt in held for process in attempt.processes)

    def weights(self, run: int) -> bytes:
        return self.jobs.settings.run(run).weights.read_bytes()

    def _has_failed(self, run: int) -> bool:
        now = self.jobs.run(run)
        if now.status is Status.FAILED:
            log = self.jobs.settings.run(run).log
            pytest.fail(f"{now.reason}\n{log.read_text() if log.exists() else ''}")
        return False


def write_images(folder: Path, *, count: int, side: int) -> None:
    folder.mkdir(parents=True)
    chance = np.random.default_rng(0)
    for number in range(count):
        pixels = chance.integers(0, 256, (side, side, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")


@pytest.fixture
def laboratory(tmp_path: Path) -> Iterator[Laboratory]:
    laboratory = Laboratory(tmp_path)
    yield laboratory
    for process in laboratory.processes():
        send(process, signal.SIGKILL)
    laboratory.jobs.close()


def is_done(run: Run) -> bool:
    return run.status is Status.DONE


def test_a_run_killed_three_times_ends_as_one_that_never_was(laboratory: Laboratory):
    whole, torn = laboratory.submit(), laboratory.submit()
    for _ in range(3):
        # Killed as soon as it is seen further than ever before, wherever that is in a step.
        before = laboratory.jobs.run(torn).step
        laboratory.serve_until(torn, lambda run, before=before: run.step > before)
        ((_, attempt),) = [
            held for held in laboratory.jobs.registry.held_by(HOST) if held[0].id == torn
        ]
        assert len(attempt.processes) == 2
        for process in attempt.processes:
            send(process, signal.SIGKILL)
    for run in (whole, torn):
        laboratory.serve_until(run, is_done)

    assert laboratory.jobs.run(torn).attempt == 4
    assert laboratory.weights(torn) == laboratory.weights(whole)
    registry = laboratory.jobs.registry
    learnt = [name for name in registry.metric_names(whole) if not name.startswith(ASIDE)]
    assert "loss" in learnt
    for metric in learnt:
        expected, curve = registry.curve(whole, metric), registry.curve(torn, metric)
        assert curve.steps == expected.steps
        assert curve.values == expected.values
    assert registry.evaluations([torn])[0].images == registry.evaluations([whole])[0].images


def test_a_run_of_two_processes_loses_one_is_stopped_resumed_and_ends(laboratory: Laboratory):
    run = laboratory.submit("resources.processes=2")
    laboratory.serve_until(run, lambda run: run.step > 0)
    known = laboratory.processes()
    assert len(known) == 3
    # One rank is killed, as by the system for want of memory: the other one only loses it.
    send(known[-1], signal.SIGKILL)
    laboratory.serve_until(run, lambda run: run.attempt == 2 and run.heartbeat_at is not None)
    known = laboratory.processes()
    laboratory.agent.stop_workers()
    stopped = laboratory.jobs.run(run)
    assert (stopped.status, stopped.attempts_lost) == (Status.QUEUED, 1)
    assert stopped.reason.startswith("interrupted: the agent was stopped; goes on")
    assert not any(is_alive(process) for process in known)

    laboratory.agent = laboratory.new_agent()
    laboratory.serve_until(run, is_done)
    assert laboratory.jobs.run(run).attempt == 3
    curve = laboratory.jobs.curve(run, "loss")
    assert curve.steps == (*range(7, 300, 7), 300)
