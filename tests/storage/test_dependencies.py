"""Runs that follow others, on both databases."""

import pytest

from storage.errors import RefusedError, UnknownRunError
from storage.records import Status, Wanted
from storage.registry import Registry
from tests.storage.samples import Clock, bring_to, finish, requeue, running, submitted


def following(registry: Registry, *parents: int, any: bool = False) -> int:
    return submitted(registry, after=parents, after_any=any)


def waits(registry: Registry) -> list[int]:
    return [run.id for run in registry.waiting()]


def statuses(registry: Registry, *runs: int) -> list[str]:
    return [registry.run(run).status.value for run in runs]


def test_a_run_waits_until_the_one_before_it_is_done(registry: Registry):
    parent = submitted(registry)
    child = following(registry, parent)
    assert registry.run(child).reason == f"waits for run {parent}"
    assert registry.run(child).after == (parent,)
    assert waits(registry) == [parent]
    assert registry.claim(child, "box") is None, "whoever claims it gets nothing"
    registry.claim(parent, "box")
    registry.running(parent, 1)
    assert registry.claim(child, "box") is None
    finish(registry, parent, Status.DONE)
    assert waits(registry) == [child]
    assert registry.run(child).reason == ""
    assert registry.claim(child, "box") is not None


def test_a_run_waits_for_all_that_it_follows(registry: Registry):
    a, b = running(registry), running(registry)
    child = following(registry, b, a, b)
    assert registry.run(child).reason == f"waits for runs {a}, {b}"
    finish(registry, a, Status.DONE)
    assert registry.run(child).reason == f"waits for run {b}"
    assert waits(registry) == []
    finish(registry, b, Status.DONE)
    assert waits(registry) == [child]


def test_a_run_after_a_done_one_does_not_wait(registry: Registry):
    child = following(registry, bring_to(registry, Status.DONE))
    assert waits(registry) == [child]
    assert registry.run(child).reason == ""


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
def test_what_follows_a_run_that_is_lost_is_cancelled_with_the_reason(
    registry: Registry, clock: Clock, status: Status
):
    parent = running(registry)
    child = following(registry, parent)
    grandchild, other = following(registry, child), submitted(registry)
    clock.move(5)
    finish(registry, parent, status)
    assert statuses(registry, child, grandchild, other) == ["cancelled", "cancelled", "queued"]
    how = "failed" if status is Status.FAILED else "was cancelled"
    assert registry.run(child).reason == f"run {parent}, which it was to follow, {how}"
    assert registry.run(grandchild).reason == f"run {child}, which it was to follow, was cancelled"
    assert registry.run(child).finished_at == clock()
    assert registry.events(run=child)[-1].status is Status.CANCELLED


def test_the_lower_end_of_a_diamond_is_cancelled_once(registry: Registry):
    top = submitted(registry)
    left, right = following(registry, top), following(registry, top)
    bottom = following(registry, left, right)
    registry.want(top, Wanted.CANCEL, who="ada")
    assert statuses(registry, top, left, right, bottom) == ["cancelled"] * 4
    assert [event.status for event in registry.events(run=bottom)] == ["queued", "cancelled"]


def test_a_long_chain_is_cancelled_to_its_end(registry: Registry):
    chain = [submitted(registry)]
    for _ in range(60):
        chain.append(following(registry, chain[-1]))
    registry.want(chain[0], Wanted.CANCEL, who="ada")
    assert set(statuses(registry, *chain)) == {"cancelled"}


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.DONE])
def test_a_run_that_follows_however_the_other_ends_starts_then(registry: Registry, status: Status):
    parent = running(registry)
    child, strict = following(registry, parent, any=True), following(registry, parent)
    assert waits(registry) == []
    finish(registry, parent, status)
    assert child in waits(registry)
    assert (strict in waits(registry)) is (status is Status.DONE)
    assert registry.claim(child, "box") is not None


def test_a_run_that_comes_back_to_the_queue_is_still_waited_for(registry: Registry):
    parent = running(registry)
    child = following(registry, parent)
    requeue(registry, parent)
    assert registry.run(child).reason == f"waits for run {parent}"
    registry.claim(parent, "box")
    registry.running(parent, 2)
    finish(registry, parent, Status.PAUSED, attempt=2)
    assert statuses(registry, child) == ["queued"]
    registry.resume(parent, who="ada")
    assert waits(registry) == [parent]


def test_what_follows_nothing_or_a_lost_run_is_refused_and_nothing_is_queued(registry: Registry):
    failed = bring_to(registry, Status.FAILED)
    with pytest.raises(UnknownRunError, match="no run 70"):
        following(registry, 70)
    with pytest.raises(RefusedError, match=f"run {failed}.* is failed; retry it first"):
        following(registry, failed)
    assert len(registry.runs()) == 1
    child = following(registry, failed, any=True)
    assert waits(registry) == [child]


def test_a_run_is_not_removed_while_another_waits_for_it(registry: Registry):
    parent = bring_to(registry, Status.QUEUED)
    child = following(registry, parent)
    with pytest.raises(RefusedError, match=f"run {child} waits for run {parent}"):
        registry.remove([parent])
    registry.remove([parent, child])
    assert registry.runs() == ()


def test_a_done_run_is_removed_and_what_follows_it_starts(registry: Registry):
    parent = bring_to(registry, Status.DONE)
    child = following(registry, parent)
    registry.remove([parent])
    assert waits(registry) == [child]
    assert registry.run(child).after == ()


def test_a_lost_run_is_removed_though_a_run_that_waits_no_longer_was_to_follow_it(
    registry: Registry,
):
    failed = bring_to(registry, Status.FAILED)
    child = following(registry, failed, any=True)
    registry.remove([failed])
    assert waits(registry) == [child]


def test_a_paused_child_of_a_lost_run_is_cancelled(registry: Registry):
    parent = bring_to(registry, Status.DONE)
    other = running(registry)
    child = following(registry, parent, other, any=True)
    finish(registry, other, Status.FAILED)
    registry.claim(child, "box")
    registry.running(child, 1)
    finish(registry, child, Status.PAUSED)
    grandchild = following(registry, child)
    registry.want(child, Wanted.CANCEL, who="ada")
    assert statuses(registry, child, grandchild) == ["cancelled", "cancelled"]


def test_a_wish_to_pause_is_withdrawn_before_anyone_acts_on_it(registry: Registry):
    run = running(registry)
    registry.want(run, Wanted.PAUSE, who="ada")
    assert registry.resume(run, who="ada").wanted is None
    assert registry.run(run).status is Status.RUNNING
    assert [event.why for event in registry.events(run=run)][-2:] == ["asked to pause", "resumed"]
    with pytest.raises(RefusedError, match="is running, not paused"):
        registry.resume(run, who="ada")
    registry.want(run, Wanted.CANCEL, who="ada")
    with pytest.raises(RefusedError):
        registry.resume(run, who="ada")
    assert registry.run(run).wanted is Wanted.CANCEL, "a wish to cancel is not withdrawn so"
