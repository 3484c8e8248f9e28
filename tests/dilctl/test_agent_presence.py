"""What agents make of each other's signs of life."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dilctl.errors import BusyError
from dilctl.gpus import Gpu
from dilctl.order import Ended, Outcome
from dilctl.settings import Settings
from dilctl.vitals import Vitals, from_json, of_gpu
from storage.records import Status
from tests.dilctl.agent_stage import Stage
from tests.dilctl.stage import HOST, new_run, progress, queue

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.registry.close()


@dataclass(frozen=True, slots=True)
class FarSettings(Settings):
    """Settings of a registry on a server, which a file plays here."""

    @property
    def registry(self) -> str:
        return "postgresql://somewhere/runs"


@pytest.fixture
def far(stage: Stage) -> Stage:
    """A stage where the registry lies apart from the lock, as on a server."""
    stage.settings = FarSettings(stage.settings.home)
    stage.agent = stage.new_agent()
    return stage


def run_elsewhere(stage: Stage) -> int:
    """A run that another machine's agent has started and that has come as far as step 5."""
    (run,) = queue(stage.registry, new_run(retries=5))
    other = stage.on_another_machine("far-away")
    other.tick()
    stage.registry.running(run.id, 1)
    stage.registry.heartbeat(run.id, 1, progress(5))
    return run.id


def serve(stage: Stage, seconds: float) -> None:
    end = stage.clock.now + seconds
    stage.agent.serve(lambda: stage.clock.now >= end)


def no_slots(stage: Stage) -> None:
    stage.machine = replace(stage.machine, slots=0)
    stage.agent = stage.new_agent()


def test_an_agent_says_what_it_gives_and_farewell_when_it_leaves(stage: Stage):
    stage.agent.tick()
    (agent,) = stage.registry.agents()
    assert (agent.host, agent.boot, agent.slots, agent.draining) == (HOST, "boot", 2, False)
    first = agent.heartbeat_at
    serve(stage, 11)
    (agent,) = stage.registry.agents()
    assert agent.heartbeat_at > first
    stage.agent.stop_workers()
    assert stage.registry.agents() == ()


def test_a_run_of_a_machine_that_never_returns_goes_back_into_the_queue(stage: Stage):
    run = run_elsewhere(stage)
    no_slots(stage)
    serve(stage, 100)
    assert stage.status(run) is Status.RUNNING
    serve(stage, 100)
    after = stage.registry.run(run)
    assert (after.status, after.attempts_lost) == (Status.QUEUED, 1)
    (attempt,) = stage.registry.attempts(run)
    assert attempt.reason == (
        "nothing was heard of attempt 1 and of the agent on far-away for 120 seconds: "
        "the machine or container is gone; starts again"
    )


def test_a_run_that_still_speaks_is_left_alone_though_its_agent_is_gone(stage: Stage):
    run = run_elsewhere(stage)
    no_slots(stage)
    for step in range(6, 12):
        serve(stage, 50)
        stage.registry.heartbeat(run, 1, progress(step))
    assert stage.status(run) is Status.RUNNING


def test_a_worker_that_is_late_but_whose_agent_speaks_is_left_alone(stage: Stage):
    (run,) = queue(stage.registry)
    other = stage.on_another_machine("far-away")
    other.tick()
    no_slots(stage)
    for _ in range(6):
        serve(stage, 50)
        other.tick()
    assert stage.status(run.id) is Status.STARTING


def test_a_machine_whose_clock_is_behind_is_not_taken_for_dead(stage: Stage):
    run = run_elsewhere(stage)
    no_slots(stage)
    stage.clock.now += 300  # to us, each of its signs looks five minutes old
    behind = stage.clock.now
    for step in range(6, 20):
        serve(stage, 10)
        stage.clock.now, ahead = behind - 300 + step, stage.clock.now
        stage.registry.heartbeat(run, 1, progress(step))
        stage.clock.now = ahead
    assert stage.status(run) is Status.RUNNING


def test_a_worker_that_is_long_in_coming_up_where_the_clock_is_behind_is_left_alone(stage: Stage):
    (run,) = queue(stage.registry)
    other = stage.on_another_machine("far-away")
    other.tick()
    no_slots(stage)
    for _ in range(12):
        stage.clock.now += 300  # to us, each sign of its agent looks five minutes old
        serve(stage, 10)
        stage.clock.now -= 300
        other.tick()
    assert stage.status(run.id) is Status.STARTING


def test_a_run_that_was_done_before_its_machine_fell_silent_is_done(stage: Stage):
    run = run_elsewhere(stage)
    Outcome(attempt=1, ended=Ended.DONE).leave(stage.settings.run(run))
    no_slots(stage)
    serve(stage, 200)
    assert stage.status(run) is Status.DONE


def test_a_namesake_on_another_machine_is_refused_once_it_is_seen_to_live(far: Stage):
    (run,) = queue(far.registry)
    other = far.on_another_machine(HOST, boot="another boot")
    serve_other = other.tick
    serve_other()

    def beats() -> bool:
        serve_other()
        return False

    far.clock.now += 20
    with pytest.raises(BusyError, match="already works on another machine.*another host name"):
        far.agent.serve(beats)
    assert far.said == [
        f"an agent called {HOST} was there a moment ago (process {far.registry.agents()[0].pid}); "
        "watching for 30 seconds whether it still works"
    ]
    assert far.registry.run(run.id).attempt == 1
    far.agent.stop_workers()  # not its own to stop
    assert far.status(run.id) is Status.STARTING
    assert len(far.registry.agents()) == 1


def test_a_namesake_that_has_gone_is_waited_for_no_longer_than_needed(far: Stage):
    (run,) = queue(far.registry)
    far.on_another_machine(HOST, boot="before").tick()
    far.clock.now += 5
    serve(far, 29)
    assert far.registry.run(run.id).attempt == 1
    serve(far, 5)
    assert far.registry.run(run.id).attempt == 2


def test_a_namesake_long_silent_is_not_waited_for(far: Stage):
    far.on_another_machine(HOST, boot="before").tick()
    far.clock.now += 121
    (run,) = queue(far.registry)
    assert far.agent.tick() == 1
    assert far.status(run.id) is Status.STARTING


def test_of_two_namesakes_that_began_at_once_the_younger_leaves(far: Stage):
    far.clock.now = 1
    younger = far.new_agent()
    far.agent.tick()
    far.registry.farewell(HOST)  # as if neither had seen the other
    younger.tick()
    far.clock.now += 11
    far.agent.tick()
    with pytest.raises(BusyError, match="already works on this machine"):
        younger.tick()
    far.clock.now += 11
    far.agent.tick()


def test_beside_a_registry_in_a_file_the_lock_alone_decides(stage: Stage):
    stage.on_another_machine(HOST, boot="before").tick()
    (run,) = queue(stage.registry)
    stage.agent.tick()
    assert stage.status(run.id) is Status.STARTING


def test_a_sign_of_life_says_how_the_machine_fares_on_the_disk_of_the_home(stage: Stage):
    asked: list[Path] = []

    def vitals(home: Path, gpus: Sequence[Gpu]) -> Vitals:
        asked.append(home)
        return Vitals(cores=2, busy=1.5, gpus=tuple(map(of_gpu, gpus)))

    hot = Gpu(
        index=0,
        name="H200",
        uuid="GPU-a",
        memory_total=8,
        memory_free=2,
        utilisation=0.5,
        temperature=61.0,
    )
    stage.gpus = (hot,)
    stage.machine = replace(stage.machine, vitals=vitals)
    stage.agent = stage.new_agent()
    stage.agent.tick()
    (beat,) = stage.registry.agents()
    assert from_json(beat.vitals) == Vitals(cores=2, busy=1.5, gpus=(of_gpu(hot),))
    assert asked == [stage.settings.home]
