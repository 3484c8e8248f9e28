"""What becomes of runs whose workers died where no agent works."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dilctl.lock import AgentLock
from dilctl.order import Ended
from dilctl.reaping import reap
from storage.records import Status, Wanted
from storage.registry import Registry
from tests.dilctl.agent_stage import Stage
from tests.dilctl.stage import HOST, new_run, queue
from tests.dilctl.test_agent_presence import FarSettings


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.registry.close()


def reaped(stage: Stage, *, host: str = HOST) -> int:
    return reap(stage.registry, stage.settings, stage.launcher, host=host, now=stage.now())


def started(stage: Stage) -> int:
    (run,) = queue(stage.registry)
    stage.start(run.id)
    return run.id


def test_a_dead_run_goes_back_into_the_queue_and_is_not_started(stage: Stage):
    run = started(stage)
    stage.launcher.end(run, None)
    assert reaped(stage) == 1
    assert stage.status(run) is Status.QUEUED
    assert len(stage.launcher.launches) == 1
    assert reaped(stage) == 0


def test_a_run_that_was_done_is_done_and_one_to_be_cancelled_is_cancelled(stage: Stage):
    done, cancelled = (run.id for run in queue(stage.registry, new_run(), new_run(seed=2)))
    for run in (done, cancelled):
        stage.start(run)
    stage.registry.want(cancelled, Wanted.CANCEL, who="test")
    stage.launcher.end(done, Ended.DONE)
    stage.launcher.end(cancelled, None)
    assert reaped(stage) == 2
    assert (stage.status(done), stage.status(cancelled)) == (Status.DONE, Status.CANCELLED)


def test_a_run_that_lives_is_left_alone_whatever_is_wanted_of_it(stage: Stage):
    run = started(stage)
    stage.registry.want(run, Wanted.CANCEL, who="test")
    stage.clock.now += 3600
    assert reaped(stage) == 0
    assert stage.status(run) is Status.RUNNING
    assert stage.launcher.stopped == []


def test_where_an_agent_works_it_is_left_to_the_agent(stage: Stage):
    run = started(stage)
    stage.launcher.end(run, None)
    with AgentLock(stage.settings.agent_lock(HOST)):
        assert reaped(stage) == 0
    assert stage.status(run) is Status.RUNNING


def test_a_run_of_a_machine_that_is_gone_is_settled_after_two_minutes(stage: Stage):
    run = started(stage)
    stage.launcher.end(run, None)
    assert reaped(stage, host="renamed") == 0
    stage.clock.now += 121
    assert reaped(stage, host="renamed") == 1
    (attempt,) = stage.registry.attempts(run)
    assert attempt.reason.startswith("nothing was heard of attempt 1 and of the agent on work")


def test_a_registry_on_a_server_may_know_other_machines_of_this_name(stage: Stage):
    stage.settings = FarSettings(stage.settings.home)
    run = started(stage)
    stage.launcher.end(run, None)
    stage.clock.now += 121
    assert reaped(stage) == 0  # its processes are of another boot than this machine's
    stage.clock.now += timedelta(minutes=15).total_seconds()
    assert reaped(stage) == 1
    assert stage.status(run) is Status.QUEUED


def test_a_registry_that_may_only_be_read_stays_as_it_is(stage: Stage):
    run = started(stage)
    stage.launcher.end(run, None)
    with Registry.open(stage.settings.home / "registry.db", read_only=True) as reading:
        assert reap(reading, stage.settings, stage.launcher, host=HOST, now=stage.now()) == 0
    assert stage.status(run) is Status.RUNNING


def test_an_empty_registry_costs_no_file(stage: Stage):
    assert reaped(stage) == 0
    assert not stage.settings.agent_lock(HOST).exists()
