from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlalchemy.exc import DataError

from storage.errors import FencedError, RefusedError, StorageError, UnknownRunError
from storage.records import ALLOWED, LIVE, Process, Status, Wanted
from storage.registry import Registry
from tests.storage.samples import (
    Clock,
    a_run,
    bring_to,
    finish,
    points,
    progress,
    requeue,
    running,
    submitted,
)

Deed = Callable[[Registry, int], object]

# What can be done to a run, from which statuses that changes its status, and to which.
DEEDS: dict[str, tuple[Deed, set[Status], Status]] = {
    "claim": (lambda r, run: r.claim(run, "box"), {Status.QUEUED}, Status.STARTING),
    "running": (lambda r, run: r.running(run, 1), {Status.STARTING}, Status.RUNNING),
    "done": (lambda r, run: finish(r, run, Status.DONE), set(LIVE), Status.DONE),
    "failed": (lambda r, run: finish(r, run, Status.FAILED), set(LIVE), Status.FAILED),
    "paused": (lambda r, run: finish(r, run, Status.PAUSED), set(LIVE), Status.PAUSED),
    "stopped": (lambda r, run: finish(r, run, Status.CANCELLED), set(LIVE), Status.CANCELLED),
    "requeue": (lambda r, run: requeue(r, run), set(LIVE), Status.QUEUED),
    "resume": (lambda r, run: r.resume(run, who="ada"), {Status.PAUSED}, Status.QUEUED),
    "retry": (lambda r, run: r.retry(run, who="ada"), {Status.FAILED}, Status.QUEUED),
    "cancel": (
        lambda r, run: r.want(run, Wanted.CANCEL, who="ada"),
        {Status.QUEUED, Status.PAUSED},
        Status.CANCELLED,
    ),
    "pause": (lambda r, run: r.want(run, Wanted.PAUSE, who="ada"), set(), Status.PAUSED),
}


def test_every_deed_changes_every_status_as_the_table_says_and_nothing_else(registry: Registry):
    seen: set[tuple[Status, Status]] = set()
    for name, (deed, changed, after) in DEEDS.items():
        for before in Status:
            run = bring_to(registry, before)
            try:
                deed(registry, run)
            except StorageError:
                assert before not in changed, f"{name} of a run that is {before}"
            expected = after if before in changed else before
            assert registry.run(run).status is expected, f"{name} of a run that is {before}"
            story = [event.status for event in registry.events(run=run)]
            seen |= {(one, other) for one, other in pairwise(story) if one is not other}
    assert seen == {(one, other) for one in Status for other in ALLOWED[one]}


def test_a_refusal_names_the_run_and_its_status(registry: Registry):
    run = bring_to(registry, Status.DONE)
    with pytest.raises(RefusedError, match=f"run {run} is done: it cannot be cancelled"):
        registry.want(run, Wanted.CANCEL, who="ada")
    with pytest.raises(RefusedError, match=f"run {run} is done, not failed"):
        registry.retry(run, who="ada")


@pytest.mark.parametrize("run", [0, -1, 7, 10**30])
def test_a_run_that_is_not_there_is_said_to_be_unknown(registry: Registry, run: int):
    for ask in (
        lambda: registry.run(run),
        lambda: registry.curve(run, "loss"),
        lambda: registry.want(run, Wanted.CANCEL, who="ada"),
        lambda: registry.retry(run, who="ada"),
    ):
        with pytest.raises(UnknownRunError, match=f"there is no run {run}"):
            ask()
    assert registry.runs(ids=[run]) == ()


def test_a_run_comes_back_as_it_was_submitted(registry: Registry, clock: Clock):
    new = a_run(seed=3, name="[red]x\x1b[0m \udcff", sweep="s", priority=2)
    (run,) = registry.submit([new], who="ada")
    assert run == registry.run(run.id)
    assert (run.experiment, run.needs, run.provenance) == (
        new.experiment,
        new.needs,
        new.provenance,
    )
    assert run.name == "[red]x\x1b[0m \\udcff"
    assert (run.seed, run.sweep, run.priority, run.created_at) == (3, "s", 2, clock.time)
    assert (run.status, run.attempt, run.host, dict(run.latest)) == (Status.QUEUED, 0, None, {})


def test_a_submission_that_fails_half_way_leaves_nothing(registry: Registry):
    with pytest.raises(TypeError):
        registry.submit([a_run(), a_run(needs={"processes": object()})], who="ada")
    with pytest.raises((OverflowError, DataError)):
        registry.submit([a_run(), a_run(seed=2**70)], who="ada")
    assert registry.runs() == ()
    assert registry.last_event() == 0


def test_a_life_is_told_by_its_events_and_attempts(registry: Registry, clock: Clock):
    run = submitted(registry)
    clock.move(1)
    began = clock.time
    attempt = registry.claim(run, "box")
    assert attempt is not None
    assert (attempt.number, attempt.host, attempt.processes) == (1, "box", ())
    process = Process(pid=42, started=1.5, boot="b")
    registry.record_processes(run, 1, [process], {"gpus": [0]})
    registry.running(run, 1)
    registry.running(run, 1)
    clock.move(5)
    assert registry.heartbeat(run, 1, progress(20)) is None
    ((live, held),) = registry.held_by("box")
    assert (held.processes, dict(held.devices)) == ((process,), {"gpus": [0]})
    assert (live.step, live.gradients, live.fraction, live.activity) == (20, 80, 0.25, "training")
    assert (live.started_at, live.heartbeat_at) == (began, clock.time)
    finish(registry, run, Status.DONE)
    assert registry.held_by("box") == ()
    done = registry.run(run)
    assert (done.finished_at, done.activity, done.seconds_left) == (clock.time, "", None)
    (ended,) = registry.attempts(run)
    assert (ended.outcome, ended.reason, ended.finished_at) == ("done", "it is done", clock.time)
    told = [(event.status, event.who) for event in registry.events()]
    assert told == [
        (Status.QUEUED, "ada"),
        (Status.STARTING, "agent on box"),
        (Status.RUNNING, "worker"),
        (Status.DONE, "agent"),
    ]
    assert registry.events(after=registry.last_event()) == ()


def test_a_second_claim_gets_nothing(registry: Registry):
    run = submitted(registry)
    assert registry.claim(run, "box") is not None
    assert registry.claim(run, "other") is None
    assert registry.run(run).host == "box"


def test_a_worker_is_fenced_once_its_run_has_another_attempt_or_has_ended(registry: Registry):
    run = running(registry)
    requeue(registry, run)
    registry.claim(run, "other")
    finished = bring_to(registry, Status.DONE)
    process = Process(pid=1, started=0.0, boot="b")
    for held in (run, finished):
        for deed in (
            lambda held=held: registry.running(held, 1),
            lambda held=held: registry.heartbeat(held, 1, progress(5)),
            lambda held=held: registry.write(held, 1, points(5, loss=1.0), []),
            lambda held=held: registry.rewind(held, 1, 0),
            lambda held=held: registry.record_processes(held, 1, [process], {}),
            lambda held=held: finish(registry, held, Status.DONE),
            lambda held=held: requeue(registry, held),
        ):
            with pytest.raises(FencedError, match=f"attempt 1 no longer holds run {held}"):
                deed()
        assert registry.metric_names(held) == ()
    assert registry.run(run).status is Status.STARTING


def test_a_wish_reaches_the_worker_and_is_forgotten_when_it_is_granted(registry: Registry):
    run = running(registry)
    assert registry.want(run, Wanted.PAUSE, who="ada").wanted is Wanted.PAUSE
    events = registry.last_event()
    registry.want(run, Wanted.PAUSE, who="ada")
    assert registry.last_event() == events
    assert registry.heartbeat(run, 1, progress(1)) is Wanted.PAUSE
    finish(registry, run, Status.PAUSED)
    assert registry.run(run).wanted is None
    assert registry.resume(run, who="ada").status is Status.QUEUED


def test_a_cancel_that_comes_as_the_worker_vanishes_is_granted(registry: Registry):
    run = running(registry)
    registry.want(run, Wanted.CANCEL, who="ada")
    requeue(registry, run)
    cancelled = registry.run(run)
    assert (cancelled.status, cancelled.wanted) == (Status.CANCELLED, None)


def test_losses_in_a_row_count_until_a_run_gets_further_than_ever(registry: Registry):
    run = submitted(registry)
    # The second attempt gets less far than the first, the third further than the second only.
    for attempt, (step, lost) in enumerate([(0, 1), (30, 1), (10, 2), (20, 3), (31, 1)], start=1):
        registry.claim(run, "box")
        registry.heartbeat(run, attempt, progress(step))
        requeue(registry, run, attempt)
        assert registry.run(run).attempts_lost == lost
    registry.claim(run, "box")
    requeue(registry, run, 6, lost=False)
    assert registry.run(run).attempts_lost == 1


def test_why_a_run_waits_is_told_without_an_event(registry: Registry):
    run = submitted(registry)
    before = registry.last_event()
    registry.explain_waits({run: "no free GPU"})
    assert registry.run(run).reason == "no free GPU"
    registry.claim(run, "box")
    registry.explain_waits({run: "too late"})
    assert registry.run(run).reason == ""
    assert registry.last_event() == before + 1
