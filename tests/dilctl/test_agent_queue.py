"""Which of many waiting runs an agent starts, and what it says to the others."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.order import Ended
from storage.records import Run, Status
from tests.dilctl.agent_stage import Stage
from tests.dilctl.stage import HOST, new_run, queue
from tests.dilctl.test_placement import GIB, gpu

pytestmark = pytest.mark.slow

CUDA = {"processes": 1, "threads": 1, "device": "cuda"}
WIDE = {**CUDA, "processes": 2}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path, gpus=(gpu(0), gpu(1)))
    yield stage
    stage.registry.close()


def submit(stage: Stage, *needs: dict[str, object]) -> list[Run]:
    start = len(stage.registry.runs())
    return queue(
        stage.registry,
        *(new_run(seed=start + number, needs=need) for number, need in enumerate(needs)),
    )


def started(stage: Stage) -> list[int]:
    return [launch.order.run for launch in stage.launcher.launches]


def wait(stage: Stage, minutes: float) -> None:
    stage.clock.now += minutes * 60


def end(stage: Stage, run: Run) -> None:
    stage.launcher.ranks_come_up(run.id)
    stage.agent.tick()
    stage.launcher.end(run.id, Ended.DONE)


def test_smaller_runs_pass_a_wide_one_only_until_its_patience_is_over(stage: Stage):
    first, second, wide, third = submit(stage, CUDA, CUDA, WIDE, CUDA)
    stage.agent.tick()
    assert started(stage) == [first.id, second.id]
    end(stage, first)
    stage.agent.tick()
    assert started(stage) == [first.id, second.id, third.id]  # passed the wide one

    (late,) = submit(stage, CUDA)
    wait(stage, 11)
    end(stage, third)
    stage.agent.tick()
    assert len(started(stage)) == 3
    assert stage.reason(late.id) == (
        f"kept back for run {wide.id}, which has waited over 10 minutes for 2 GPUs"
    )
    end(stage, second)
    stage.agent.tick()
    assert started(stage)[-1] == wide.id
    assert stage.status(late.id) is Status.QUEUED


def test_patience_ends_although_nothing_else_changes(stage: Stage):
    first, wide, small = submit(stage, {**CUDA, "gpu": [0]}, WIDE, {**CUDA, "gpu": [0]})
    stage.agent.tick()
    assert stage.reason(small.id) == "waits for GPU 0: 0 of 1 free"
    wait(stage, 11)
    stage.agent.tick()
    end(stage, first)
    stage.agent.tick()
    assert started(stage) == [first.id, wide.id]


def test_a_run_that_waits_for_strangers_keeps_nobody_back(stage: Stage):
    stage.gpus = (gpu(0, 4 * GIB), gpu(1))
    wide, small = submit(stage, WIDE, {**CUDA, "gpu_memory": 5 * GIB})
    small_too = {**CUDA, "gpu_memory": 2 * GIB}
    stage.agent.tick()
    wait(stage, 60)
    (late,) = submit(stage, small_too)
    stage.agent.tick()
    assert started(stage) == [small.id, late.id]
    assert stage.reason(wide.id) == "waits for 2 GPUs: 0 of 2 free"


def test_behind_a_run_that_waits_for_strangers_a_wide_one_does_not_starve(stage: Stage):
    stage.gpus = (gpu(0), gpu(1), gpu(2, 4 * GIB))
    running = submit(stage, CUDA, CUDA)
    submit(stage, {**CUDA, "gpu": [2]}, {**CUDA, "processes": 3})  # both wait for a stranger
    (wide,) = submit(stage, WIDE)
    stage.agent.tick()
    wait(stage, 11)
    (late,) = submit(stage, CUDA)
    for run in running:
        end(stage, run)
        stage.agent.tick()
    assert started(stage)[2:] == [wide.id]
    assert stage.status(late.id) is Status.QUEUED


def test_cpu_work_is_not_kept_back_for_a_run_that_waits_for_gpus(stage: Stage):
    _, _, wide = submit(stage, CUDA, CUDA, WIDE)
    stage.agent.tick()
    wait(stage, 30)
    (plain,) = submit(stage, {**CUDA, "device": "cpu"})
    stage.agent.tick()
    assert started(stage)[-1] == plain.id
    assert stage.status(wide.id) is Status.QUEUED


def test_two_runs_share_a_gpu_and_see_it_by_its_name(stage: Stage):
    share = {**CUDA, "gpu_memory": 3 * GIB}
    stage.gpus = (replace(gpu(0), uuid="MIG-7"),)
    runs = submit(stage, share, share, share)
    stage.agent.tick()
    assert [launch.gpus for launch in stage.launcher.launches] == [("MIG-7",), ("MIG-7",)]
    assert stage.reason(runs[2].id) == (
        "waits for 3 GiB on a GPU: at most 2 GiB free (GPU 0)"
    )  # fmt: skip
    ((_, attempt), _) = stage.registry.held_by(HOST)
    assert attempt.devices == {"slots": 0, "gpus": [0], "gpu_memory": 3 * GIB}


def test_gpus_that_cannot_be_read_any_more_count_as_absent_and_end_nothing(stage: Stage):
    (run,) = submit(stage, CUDA)
    stage.agent.tick()
    stage.launcher.ranks_come_up(run.id)
    stage.gpus = ()
    (late,) = submit(stage, CUDA)
    assert stage.agent.tick() == 1
    assert stage.status(run.id) is Status.STARTING
    assert stage.reason(late.id) == "needs 1 GPU, this machine has 0"


def test_an_agent_is_at_rest_when_nothing_is_left_that_could_run_here(stage: Stage):
    assert not stage.agent.is_at_rest  # it has not looked yet
    stage.agent.tick()
    assert stage.agent.is_at_rest
    run, never = submit(stage, CUDA, {**CUDA, "processes": 3})
    stage.agent.tick()
    assert not stage.agent.is_at_rest
    end(stage, run)
    stage.agent.tick()
    assert stage.agent.is_at_rest
    assert stage.agent.left_in_queue == {never.id: "needs 3 GPUs, this machine has 2"}


def test_an_agent_that_only_waits_for_strangers_is_not_at_rest(stage: Stage):
    stage.gpus = (gpu(0, 4 * GIB),)
    submit(stage, CUDA)
    stage.agent.tick()
    assert not stage.agent.is_at_rest


def test_an_agent_that_drains_starts_nothing_more_and_rests_when_all_has_ended(stage: Stage):
    (run,) = submit(stage, CUDA)
    stage.agent.tick()
    stage.agent.drain()
    (late,) = submit(stage, CUDA)
    stage.agent.tick()
    assert not stage.agent.is_at_rest
    (agent,) = stage.registry.agents()
    assert agent.draining
    end(stage, run)
    stage.agent.tick()
    assert stage.agent.is_at_rest
    assert stage.status(late.id) is Status.QUEUED


def test_those_who_want_to_know_are_told_of_each_end_once(stage: Stage):
    done, failed, again = submit(stage, CUDA, CUDA, CUDA)
    stage.agent.tick()
    for run, ended in ((done, Ended.DONE), (failed, Ended.FAILED)):
        stage.launcher.ranks_come_up(run.id)
        stage.launcher.end(run.id, ended, "said")
    stage.agent.tick()
    stage.launcher.ranks_come_up(again.id)
    stage.launcher.end(again.id, None)
    stage.agent.tick()
    assert [(run.id, run.status) for run in stage.ended] == [
        (done.id, Status.DONE), (failed.id, Status.FAILED),
    ]  # fmt: skip
