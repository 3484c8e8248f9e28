"""What a person does to runs with keys, and what a real agent then makes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dilctl.jobs import Jobs
from dilctl.order import Ended
from storage.records import Status
from tests.dilctl.agent_stage import Stage
from tests.dilctl.dash.hands import hears, type_in
from tests.dilctl.dash.screen import Viewer, viewer
from tests.dilctl.stage import new_run, queue

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.registry.close()


@pytest.fixture
def jobs(stage: Stage) -> Iterator[Jobs]:
    with Jobs(stage.settings) as opened:
        yield opened


async def asks(someone: Viewer, key: str, question: str, *answer: str) -> None:
    await someone.press(key)
    await someone.sees(question)
    await someone.press(*answer)


async def test_what_waits_is_cancelled_once_the_question_is_answered_with_yes(stage, jobs):
    queue(stage.registry, new_run())
    async with viewer(jobs) as someone:
        await someone.sees("· queued")
        await asks(someone, "c", "Cancel run 1, noise?", "n")
        await someone.until(lambda text: "Cancel run" not in text)
        assert stage.status(1) is Status.QUEUED
        await asks(someone, "c", "Cancel run 1, noise?", "y")
        await someone.sees("⊘ cancelled", "run 1: cancelled")
        assert stage.status(1) is Status.CANCELLED
        await someone.press("c")
        await hears(someone, "run 1 is cancelled: it cannot be cancelled")


async def test_what_runs_is_stopped_by_its_agent(stage, jobs):
    queue(stage.registry, new_run())
    stage.start(1)
    async with viewer(jobs) as someone:
        await someone.sees("▶ running")
        await asks(someone, "c", "cannot be resumed", "y")
        await hears(someone, "run 1: will stop as soon as its agent sees it")
        await someone.sees("stopping")
        stage.agent.tick()
        assert stage.launcher.stopped
        stage.launcher.end(1, Ended.INTERRUPTED)
        stage.agent.tick()
        await someone.sees("⊘ cancelled")


async def test_a_run_pauses_goes_on_and_is_retried(stage, jobs):
    queue(stage.registry, new_run())
    stage.start(1)
    async with viewer(jobs) as someone:
        await someone.sees("▶ running")
        await someone.press("p")
        await hears(someone, "run 1: will write a checkpoint and pause")
        await someone.sees("pausing")
        stage.agent.tick()
        stage.launcher.end(1, Ended.INTERRUPTED)
        stage.agent.tick()
        await someone.sees("‖ paused")
        await someone.press("p")
        await hears(someone, "run 1 is paused: it cannot be paused")
        await someone.press("u")
        await someone.sees("· queued", "run 1: queued")
        stage.start(1)
        stage.launcher.end(1, Ended.DIVERGED, "the loss is nan")
        stage.agent.tick()
        await someone.sees("✗ failed")
        await someone.press("R")
        await someone.until(lambda _: stage.status(1) is Status.QUEUED)
        assert stage.agent.tick() == 1


async def test_a_higher_priority_starts_first(stage, jobs):
    queue(stage.registry, new_run(seed=1), new_run(seed=2), new_run(seed=3))
    async with viewer(jobs) as someone:
        await someone.sees("> 3", "· queued")
        await someone.press("P")
        await someone.sees("Priority of run 3")
        await someone.press("x", "enter")
        await someone.sees("priority: must be a whole number")
        await someone.press("backspace", "7", "enter")
        await someone.sees("run 3: has priority 7 now")
    stage.agent.tick()
    assert [launch.order.run for launch in stage.launcher.launches] == [3, 1]


async def test_marked_runs_are_tagged_and_noted_together_and_known_tags_are_completed(stage, jobs):
    queue(stage.registry, new_run(seed=1), new_run(seed=2), new_run(seed=3))
    stage.registry.tag([1], add=["später", "draft"])
    async with viewer(jobs) as someone:
        await someone.sees("> 3", "· queued")
        await someone.press("space", "down", "space")  # runs 3 and 2
        await asks(someone, "t", "Tags of 2 runs (2..3)")
        await type_in(someone, "best sp")
        await someone.sees("best später")
        await someone.press("tab", "enter")
        await someone.sees("+best +später on 2 runs (2..3)")
        await asks(someone, "t", "Now: best, später.")
        await type_in(someone, "-best a,b")
        await someone.sees("tag a,b: a tag is one word")
        await someone.press("backspace", "backspace", "backspace", "backspace", "enter")
        await someone.sees("-best on 2 runs")
        await asks(someone, "N", "Note on 2 runs (2..3)", "enter")
        await someone.sees("note: is empty")
        await someone.press(*"odd", "enter")
        await someone.sees("noted on 2 runs (2..3)")
    assert jobs.tags() == {"später": 3, "draft": 1}
    assert [jobs.notes(run)[0].text for run in (2, 3)] == ["odd", "odd"]


async def test_what_is_deleted_is_gone_with_its_files_and_what_runs_stays(stage, jobs):
    queue(stage.registry, new_run(seed=1), new_run(seed=2))
    jobs.cancel([2], who="test")
    stage.start(1)
    folder = stage.settings.run(2).path
    folder.mkdir(parents=True)
    (folder / "weights").write_bytes(bytes(4200))
    async with viewer(jobs) as someone:
        await someone.sees("> 1 ▶ running")
        await asks(someone, "a", "2 marked", "D")
        await someone.sees("Delete run 2, noise?", "4.2 kB", "(1 of 2 chosen)")
        await someone.press("escape")
        assert folder.exists()
        await asks(someone, "D", "Delete run 2", "y")
        await hears(someone, "deleted: run 2")
        await someone.sees("● 1 marked")
        assert not folder.exists()
        await someone.press("D")
        await hears(someone, "what runs now is never deleted")


async def test_without_a_run_the_keys_only_say_so(jobs):
    async with viewer(jobs) as someone:
        await someone.sees("dilctl")
        await someone.press("c", "t")
        await hears(someone, "no run is chosen")
        assert not jobs.settings.run(1).path.exists()
