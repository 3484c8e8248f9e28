"""Runs that are tried again, and runs that are given up."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.order import Ended
from storage.records import Attempt, Run, Status
from storage.registry import Registry
from tests.dilctl.agent_stage import Stage
from tests.dilctl.stage import new_run, progress, queue

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.registry.close()


def test_a_run_that_vanishes_again_and_again_without_getting_further_fails(stage: Stage):
    (run,) = queue(stage.registry, new_run(retries=2))
    for _ in range(3):
        stage.start(run.id)
        stage.launcher.end(run.id, None)
    stage.agent.tick()
    after = stage.registry.run(run.id)
    assert after.status is Status.FAILED
    assert after.reason.startswith(
        "given up: lost or out of memory 3 times in a row without getting further, the last time: "
        "its worker vanished"
    )
    assert len(stage.launcher.launches) == 3


def test_a_run_given_up_fails_even_where_it_could_not_start(stage: Stage):
    (run,) = queue(stage.registry, new_run(retries=1))
    for _ in range(2):
        stage.start(run.id)
        stage.launcher.end(run.id, None)
    stage.machine = replace(stage.machine, slots=0)
    stage.new_agent().tick()
    assert stage.status(run.id) is Status.FAILED


class Removing(Registry):
    """A registry in which somebody removes a run between two looks of an agent."""

    when: str

    def _remove(self, run: int, when: str) -> None:
        if self.when == when:
            self.when = "done"
            self.remove([run])

    def attempts(self, run: int) -> tuple[Attempt, ...]:
        self._remove(run, "before it is given up")
        return super().attempts(run)

    def claim(self, run: int, host: str) -> Attempt | None:
        self._remove(run, "before it is given up")
        return super().claim(run, host)

    def run(self, run: int) -> Run:
        self._remove(run, "before its end is told")
        return super().run(run)


@pytest.mark.parametrize("when", ["before it is given up", "before its end is told"])
def test_a_run_that_is_removed_just_now_ends_no_agent(stage: Stage, when: str):
    (run,) = queue(stage.registry, new_run(retries=1))
    for _ in range(2):
        stage.start(run.id)
        stage.launcher.end(run.id, None)
    agent = stage.new_agent(registry := Removing.open(stage.settings.registry, now=stage.now))
    registry.when = when
    agent.tick()  # which finds it lost for the second time, and gives it up
    assert (stage.registry.runs(), registry.when, stage.ended) == ((), "done", [])
    registry.close()


def test_a_run_that_may_not_be_retried_fails_at_its_first_loss(stage: Stage):
    (run,) = queue(stage.registry, new_run(retries=0))
    stage.start(run.id)
    stage.launcher.end(run.id, None)
    stage.agent.tick()
    after = stage.registry.run(run.id)
    assert after.status is Status.FAILED
    assert after.reason.endswith("and it may not be retried")


def test_a_run_that_vanishes_but_gets_further_each_time_is_tried_again(stage: Stage):
    (run,) = queue(stage.registry, new_run(retries=1))
    for step in range(1, 5):
        stage.start(run.id)
        stage.registry.heartbeat(run.id, stage.registry.run(run.id).attempt, progress(step))
        stage.launcher.end(run.id, None)
    stage.agent.tick()
    assert stage.status(run.id) is Status.STARTING


def test_a_run_out_of_memory_is_tried_again_with_half_as_many_images_at_once(stage: Stage):
    (run,) = queue(stage.registry)
    for expected in (16, 8):
        stage.start(run.id)
        stage.launcher.end(run.id, Ended.OUT_OF_MEMORY, "out of memory: 2 GiB")
        stage.agent.tick()
        order = stage.launcher.launches[-1].order
        assert order.experiment["resources"]["micro_batch"] == expected
        assert stage.registry.run(run.id).adjustments == {"micro_batch": expected}
    assert stage.registry.run(run.id).attempts_lost == 2
    assert "micro_batch" not in stage.registry.run(run.id).experiment.get("resources", {})


def test_after_a_restart_of_the_machine_its_runs_say_so(stage: Stage):
    (run,) = queue(stage.registry)
    stage.start(run.id)
    stage.launcher.end(run.id, None)
    stage.machine = replace(stage.machine, slots=0, boot="the next")
    stage.new_agent().tick()
    (attempt,) = stage.registry.attempts(run.id)
    assert attempt.reason == "its machine was started again; starts again"


def test_a_run_whose_folder_cannot_be_read_holds_nobody_up(stage: Stage):
    broken, whole = queue(stage.registry, new_run(), new_run(seed=2))
    for run in (broken, whole):
        stage.start(run.id)
    spool = stage.settings.run(broken.id).spool
    spool.mkdir(parents=True)  # a folder in the place of a file
    for run in (broken, whole):
        stage.launcher.end(run.id, Ended.DONE)
    stage.agent.tick()
    stage.agent.tick()
    assert stage.status(whole.id) is Status.DONE
    assert stage.status(broken.id) not in (Status.DONE, Status.FAILED)
    assert sum("cannot be settled yet" in line for line in stage.said) == 1
    spool.rmdir()
    stage.agent.tick()
    assert stage.status(broken.id) is Status.DONE
