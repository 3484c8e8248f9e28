"""Signs of life of agents and of the runs that they hold, on both databases."""

from dataclasses import replace
from datetime import timedelta

from storage.records import AgentBeat, Status
from storage.registry import Registry
from tests.storage.samples import Clock, finish, progress, running, submitted


def agent(clock: Clock, host: str = "box") -> AgentBeat:
    return AgentBeat(
        host=host,
        pid=7,
        boot="b",
        slots=8,
        gpus=({"index": 0, "name": "ü"}, {"index": 1, "name": None}),
        started_at=clock(),
        heartbeat_at=clock(),
    )


def orphans(registry: Registry, clock: Clock) -> list[int]:
    return [run.id for run, _ in registry.orphans(clock() - timedelta(seconds=60))]


def test_an_agent_is_known_from_its_first_beat_to_its_farewell(registry: Registry, clock: Clock):
    first, other = agent(clock), agent(clock, "Äußerst weit")
    registry.beat(first)
    registry.beat(other)
    clock.move(2)
    later = replace(first, draining=True, slots=4, gpus=(), heartbeat_at=clock())
    later = replace(later, vitals={"cores": 8, "busy": None, "gpus": [{"index": 0}]})
    registry.beat(later)
    found = {each.host: each for each in registry.agents()}
    assert found == {"box": later, "Äußerst weit": other}
    registry.farewell("box")
    registry.farewell("box")
    assert [each.host for each in registry.agents()] == ["Äußerst weit"]


def test_a_live_run_is_an_orphan_once_worker_and_agent_are_silent(registry: Registry, clock: Clock):
    run = running(registry)
    registry.heartbeat(run, 1, progress(1))
    registry.beat(agent(clock))
    assert orphans(registry, clock) == []
    clock.move(50)
    registry.heartbeat(run, 1, progress(2))
    clock.move(50)
    assert orphans(registry, clock) == [], "the worker speaks"
    clock.move(50)
    registry.beat(replace(agent(clock), host="another"))
    assert orphans(registry, clock) == [run]
    registry.beat(agent(clock))
    assert orphans(registry, clock) == [], "the agent speaks"
    registry.farewell("box")
    assert orphans(registry, clock) == [run]


def test_an_orphan_comes_with_the_attempt_that_was_lost(registry: Registry, clock: Clock):
    run, starting, waiting = running(registry), submitted(registry), submitted(registry)
    registry.claim(starting, "box")
    clock.move(100)
    found = registry.orphans(clock() - timedelta(seconds=60))
    assert [(held.id, attempt.number, attempt.host) for held, attempt in found] == [
        (run, 1, "box"),
        (starting, 1, "box"),
    ]
    assert waiting not in orphans(registry, clock)


def test_a_run_that_has_just_begun_is_no_orphan(registry: Registry, clock: Clock):
    running(registry)
    assert orphans(registry, clock) == []
    clock.move(59)
    assert orphans(registry, clock) == []


def test_a_run_that_rests_or_has_ended_is_no_orphan(registry: Registry, clock: Clock):
    for status in (Status.DONE, Status.PAUSED, Status.FAILED, Status.CANCELLED):
        finish(registry, running(registry), status)
    clock.move(10_000)
    assert orphans(registry, clock) == []
