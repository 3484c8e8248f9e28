import pytest

from storage.errors import UnknownRunError
from storage.records import Status, Wanted
from storage.registry import Registry
from tests.storage.samples import a_run, bring_to, finish, points, running, submitted


def test_the_queue_goes_by_priority_then_number(registry: Registry):
    low, first, second = (submitted(registry, priority=p) for p in (0, 5, 5))
    running(registry, priority=9)
    assert [run.id for run in registry.waiting()] == [first, second, low]


def test_runs_are_listed_newest_first_and_by_what_is_asked(registry: Registry):
    one, two, three = registry.submit(
        [a_run(1, sweep="a"), a_run(2, task="derain"), a_run(3, sweep="a")], who="ada"
    )
    registry.want(two.id, Wanted.CANCEL, who="ada")
    assert [run.id for run in registry.runs()] == [three.id, two.id, one.id]
    assert [run.id for run in registry.runs(limit=1)] == [three.id]
    assert [run.id for run in registry.runs(sweep="a", limit=5)] == [three.id, one.id]
    assert [run.id for run in registry.runs(statuses=[Status.CANCELLED])] == [two.id]
    assert [run.id for run in registry.runs(ids=[one.id, two.id], task="denoise")] == [one.id]
    assert registry.runs(ids=[]) == ()
    assert registry.counts()[Status.QUEUED] == 2
    assert registry.counts()[Status.DONE] == 0


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 2**70])
def test_numbers_that_no_run_can_have_are_of_no_run(registry: Registry, number: int):
    run = submitted(registry)
    assert [found.id for found in registry.runs(ids=[number, run])] == [run]
    assert registry.evaluations([number, run]) == ()
    registry.remove([number])
    with pytest.raises(UnknownRunError, match=f"there is no run {number}"):
        registry.run(number)
    with pytest.raises(UnknownRunError):
        registry.tag([number], add=["best"])
    with pytest.raises(UnknownRunError):
        registry.want(number, Wanted.CANCEL, who="ada")


def test_runs_are_found_among_more_numbers_than_a_database_binds(registry: Registry):
    run = submitted(registry)
    assert [found.id for found in registry.runs(ids=range(1, 300_000))] == [run]
    assert registry.runs(ids=[]) == ()


def test_each_listed_run_carries_its_own_latest_values(registry: Registry):
    one, two = running(registry), running(registry)
    registry.write(one, 1, points(1, 2, loss=lambda step: step), [])
    registry.write(two, 1, points(3, psnr=30.0), [])
    latest = {run.id: dict(run.latest) for run in registry.runs()}
    assert latest == {one: {"loss": 2.0}, two: {"psnr": 30.0}}


def test_a_twin_is_the_newest_run_that_has_not_failed(registry: Registry):
    old = submitted(registry, signature="s", seed=1)
    new = submitted(registry, signature="s", seed=1)
    failed = submitted(registry, signature="s", seed=1)
    registry.claim(failed, "box")
    finish(registry, failed, Status.FAILED)
    found = registry.twins([("s", 1), ("s", 2), ("t", 1)])
    assert {key: run.id for key, run in found.items()} == {("s", 1): new}
    assert old < new


def test_events_of_one_run_come_after_a_cursor(registry: Registry):
    run = bring_to(registry, Status.PAUSED)
    cursor = registry.last_event()
    submitted(registry)
    registry.resume(run, who="ada")
    assert [event.why for event in registry.events(after=cursor, run=run)] == ["resumed"]
    assert len(registry.events(limit=2)) == 2
