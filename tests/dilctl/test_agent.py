from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.launch import LaunchError
from dilctl.order import Ended, Outcome
from dilctl.spool import Spool
from storage.errors import RegistryUnavailableError
from storage.records import Points, Status, Wanted
from storage.registry import Registry
from tests.dilctl.agent_stage import Stage
from tests.dilctl.stage import HOST, new_run, queue

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.registry.close()


def test_runs_start_in_order_until_the_slots_are_used_up_and_the_next_says_why_it_waits(
    stage: Stage,
):
    runs = queue(stage.registry, *(new_run(seed=seed) for seed in (1, 2, 3)))
    assert stage.agent.tick() == 2
    assert [launch.order.run for launch in stage.launcher.launches] == [runs[0].id, runs[1].id]
    third = stage.registry.run(runs[2].id)
    assert third.status is Status.QUEUED
    assert third.reason == "waits for 1 CPU slot: 0 of 2 free"


def test_work_for_cpus_passes_a_run_that_waits_for_a_gpu(stage: Stage):
    wide, small = queue(
        stage.registry, new_run(needs={"processes": 1, "device": "cuda"}), new_run(seed=2)
    )
    stage.agent.tick()
    assert stage.registry.run(wide.id).reason == "needs 1 GPU, this machine has 0"
    assert [launch.order.run for launch in stage.launcher.launches] == [small.id]


def test_the_ranks_are_recorded_once_they_are_up(stage: Stage):
    (run,) = queue(stage.registry, new_run(needs={"processes": 2, "threads": 1, "device": "cpu"}))
    stage.start(run.id)
    ((_, attempt),) = stage.registry.held_by(HOST)
    assert attempt.processes == stage.launcher.living[run.id]
    assert len(attempt.processes) == 3
    assert attempt.devices == {"slots": 2, "gpus": []}


@pytest.mark.parametrize(
    ("ended", "status"),
    [
        (Ended.DONE, Status.DONE),
        (Ended.DIVERGED, Status.FAILED),
        (Ended.OUT_OF_MEMORY, Status.QUEUED),
        (Ended.FAILED, Status.FAILED),
        (Ended.INTERRUPTED, Status.QUEUED),
        (None, Status.QUEUED),
    ],
)
def test_the_workers_word_decides_what_becomes_of_the_run(
    stage: Stage, ended: Ended | None, status: Status
):
    (run,) = queue(stage.registry)
    stage.start(run.id)
    stage.launcher.end(run.id, ended, "the loss is nan" if ended is Ended.DIVERGED else "")
    stage.machine = replace(stage.machine, slots=0)  # nothing starts again
    stage.new_agent().tick()
    after = stage.registry.run(run.id)
    assert after.status is status
    assert after.attempts_lost == (1 if ended in {None, Ended.OUT_OF_MEMORY} else 0)
    if ended is Ended.DIVERGED:
        assert after.reason == "the loss is nan"


def test_an_outcome_of_an_earlier_attempt_is_not_this_ones(stage: Stage):
    (run,) = queue(stage.registry)
    stage.start(run.id)
    stage.launcher.end(run.id, None)
    stage.agent.tick()  # requeued as lost, and started again
    stage.launcher.ranks_come_up(run.id)
    Outcome(attempt=1, ended=Ended.DONE).leave(stage.settings.run(run.id))
    stage.launcher.end(run.id, None)
    stage.agent.tick()
    assert stage.registry.run(run.id).attempts_lost == 2


def test_what_a_worker_could_not_deliver_enters_before_the_run_ends(stage: Stage):
    (run,) = queue(stage.registry)
    stage.start(run.id)
    spool = Spool(stage.settings.run(run.id).spool)
    spool.append([Points(step=7, gradients=7, seconds=1.0, values={"loss": 0.5})], attempt=1)
    stage.launcher.end(run.id, Ended.DONE)
    stage.agent.tick()
    assert stage.registry.curve(run.id, "loss").steps == (7,)
    assert not spool.path.exists()
    assert stage.status(run.id) is Status.DONE


@pytest.mark.parametrize(
    ("wanted", "status"), [(Wanted.CANCEL, Status.CANCELLED), (Wanted.PAUSE, Status.PAUSED)]
)
def test_a_run_no_longer_wanted_is_asked_once_then_killed_when_its_grace_is_over(
    stage: Stage, wanted: Wanted, status: Status
):
    (run,) = queue(stage.registry)
    stage.start(run.id)
    torchrun, rank = stage.launcher.living[run.id]
    stage.registry.want(run.id, wanted, who="test")
    for _ in range(2):
        stage.agent.tick()
    assert stage.launcher.stopped == [rank]
    assert stage.launcher.killed == []
    stage.clock.now += 31
    stage.agent.tick()
    assert stage.launcher.killed == [torchrun, rank]
    stage.agent.tick()
    assert stage.status(run.id) is status


def test_a_wish_to_pause_withdrawn_too_late_has_the_run_start_again_within_the_grace(stage: Stage):
    (run,) = queue(stage.registry)
    stage.start(run.id)
    stage.registry.want(run.id, Wanted.PAUSE, who="test")
    stage.agent.tick()
    stage.registry.resume(run.id, who="test")
    stage.clock.now += 31
    stage.agent.tick()
    assert stage.launcher.living == {}, "a worker that does not end as asked is killed"
    stage.agent.tick()
    assert [event.why for event in stage.registry.events(run=run.id) if "late" in event.why] == [
        "interrupted: it was to be paused, and the wish was withdrawn too late; starts again"
    ]
    assert stage.registry.run(run.id).attempts_lost == 0


def test_a_cancelled_run_that_was_done_first_is_done(stage: Stage):
    (run,) = queue(stage.registry)
    stage.start(run.id)
    stage.registry.want(run.id, Wanted.CANCEL, who="test")
    stage.launcher.end(run.id, Ended.DONE)
    stage.agent.tick()
    assert stage.status(run.id) is Status.DONE


def test_stopped_while_only_torchrun_is_up_a_run_is_asked_again_when_its_ranks_appear(
    stage: Stage,
):
    (run,) = queue(stage.registry)
    stage.agent.tick()
    stage.registry.want(run.id, Wanted.CANCEL, who="test")
    stage.agent.tick()
    stage.launcher.ranks_come_up(run.id)
    stage.agent.tick()
    assert stage.launcher.stopped == list(stage.launcher.living[run.id])


def test_an_agent_started_again_adopts_what_runs_and_starts_nothing_twice(stage: Stage):
    (run,) = queue(stage.registry)
    stage.start(run.id)
    assert stage.new_agent().tick() == 1
    assert len(stage.launcher.launches) == 1
    assert stage.status(run.id) is Status.RUNNING


def test_an_agent_that_died_before_it_wrote_down_its_processes_finds_them_by_the_order(
    stage: Stage,
):
    (run,) = queue(stage.registry)
    stage.agent.tick()
    stage.registry.record_processes(run.id, 1, (), {"slots": 1, "gpus": []})
    assert stage.new_agent().tick() == 1
    ((_, attempt),) = stage.registry.held_by(HOST)
    assert attempt.processes == stage.launcher.living[run.id]


def test_a_stopped_agent_requeues_its_runs_without_counting_them_as_lost(stage: Stage):
    killed, asked = queue(stage.registry, new_run(), new_run(seed=2))
    stage.agent.tick()
    for run in (killed, asked):
        stage.launcher.ranks_come_up(run.id)
    seen: list[int] = []

    def watch(left: int) -> None:
        seen.append(left)
        if left == 2:
            stage.launcher.end(asked.id, Ended.INTERRUPTED)

    stage.agent.stop_workers(watch)
    assert seen[0] == 2
    assert seen[-1] == 0
    for run in (killed, asked):
        after = stage.registry.run(run.id)
        assert (after.status, after.attempts_lost) == (Status.QUEUED, 0)
        assert after.reason == "interrupted: the agent was stopped; starts again"


@pytest.mark.parametrize("failure", [LaunchError("the source is gone"), OSError(28, "No space")])
def test_a_run_that_cannot_be_started_has_failed_and_says_why(stage: Stage, failure: Exception):
    (run,) = queue(stage.registry)
    stage.launcher.failure = failure
    stage.agent.tick()
    after = stage.registry.run(run.id)
    assert after.status is Status.FAILED
    assert after.reason == f"could not be started: {failure}"


class Absent(Registry):
    """A registry that is away for its first two visits."""

    def __init__(self, there: Registry) -> None:
        self.__dict__.update(there.__dict__)
        self.visits = 0

    def held_by(self, host: str):
        self.visits += 1
        if self.visits <= 2:
            raise RegistryUnavailableError("locked")
        return super().held_by(host)


def test_an_agent_outlives_the_absence_of_its_registry_and_says_so_once(stage: Stage):
    (run,) = queue(stage.registry)
    agent = stage.new_agent(Absent(stage.registry))
    agent.serve(lambda: bool(stage.launcher.launches))
    assert stage.status(run.id) is Status.STARTING
    assert [line for line in stage.said if line.startswith("the registry")] == [
        "the registry cannot be reached, trying again: locked",
        "the registry is back",
    ]


def test_a_new_run_does_not_resume_from_what_a_deleted_registry_left(stage: Stage):
    run = queue(stage.registry, new_run())[0].id
    folder = stage.settings.run(run)
    folder.path.mkdir(parents=True)
    folder.checkpoint.write_text("a stranger's")
    stage.agent.tick()
    assert not folder.checkpoint.exists()
    assert (folder.path.parent / f"{run}.old" / folder.checkpoint.name).exists()


def test_a_run_that_starts_again_keeps_its_checkpoint(stage: Stage):
    run = queue(stage.registry, new_run())[0].id
    stage.start(run)
    folder = stage.settings.run(run)
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.checkpoint.write_text("its own")
    stage.launcher.end(run, None)
    stage.agent.tick()
    stage.agent.tick()
    assert stage.registry.run(run).attempt == 2
    assert folder.checkpoint.exists()
