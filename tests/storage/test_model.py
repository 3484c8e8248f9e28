"""The registry against a plain model: whatever is done in whatever order, they agree."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from storage.errors import FencedError, RefusedError
from storage.records import ALLOWED, LIVE, Status, Wanted
from storage.registry import Registry
from tests.storage.samples import finish, progress, requeue, submitted

LOST = {Status.FAILED, Status.CANCELLED}


@dataclass
class Model:
    status: Status = Status.QUEUED
    attempt: int = 0
    wanted: Wanted | None = None
    lost: int = 0
    furthest: int = 0
    furthest_before: int = 0
    priority: int = 0
    after: tuple[int, ...] = ()
    after_any: bool = False
    events: list[Status] = field(default_factory=lambda: [Status.QUEUED])

    def is_held_by(self, attempt: int) -> bool:
        return self.attempt == attempt and self.status in LIVE

    def move(self, *statuses: Status) -> None:
        self.status = statuses[-1]
        self.events += statuses


pytestmark = pytest.mark.slow

runs = st.integers(0, 4)
# How old the attempt is that acts: mostly the newest.
ages = st.sampled_from([0, 0, 0, 1])


class Lives(RuleBasedStateMachine):
    """Two connections to one registry, which take turns."""

    def __init__(self, place: Path | str) -> None:
        super().__init__()
        self.registries = [Registry.open(place), Registry.open(place)]
        self.turn = 0
        self.models: dict[int, Model] = {}

    def teardown(self) -> None:
        for registry in self.registries:
            registry.close()

    @property
    def registry(self) -> Registry:
        self.turn += 1
        return self.registries[self.turn % 2]

    def is_free(self, model: Model) -> bool:
        parents = [self.models[parent].status for parent in model.after]
        return all(
            status is Status.DONE or (model.after_any and status in LOST) for status in parents
        )

    def end_children(self, run: int) -> None:
        """Those that wait for a run that is lost are cancelled, and so are theirs."""
        for child, model in self.models.items():
            is_waiting = model.status in (Status.QUEUED, Status.PAUSED)
            if run in model.after and is_waiting and not model.after_any:
                model.wanted = None
                model.move(Status.CANCELLED)
                self.end_children(child)

    def pick(self, index: int) -> tuple[int, Model]:
        return list(self.models.items())[index % len(self.models)]

    def has_runs(self) -> bool:
        return bool(self.models)

    @precondition(lambda self: len(self.models) < 6)
    @rule()
    def submit(self) -> None:
        self.models[submitted(self.registry)] = Model()

    @precondition(lambda self: 0 < len(self.models) < 6)
    @rule(index=runs, after_any=st.booleans())
    def submit_after(self, index: int, after_any: bool) -> None:
        parent, model = self.pick(index)
        if model.status in LOST and not after_any:
            with pytest.raises(RefusedError, match=f"run {parent}"):
                submitted(self.registry, after=(parent,), after_any=after_any)
        else:
            run = submitted(self.registry, after=(parent,), after_any=after_any)
            self.models[run] = Model(after=(parent,), after_any=after_any)

    @precondition(has_runs)
    @rule(index=runs)
    def claim(self, index: int) -> None:
        run, model = self.pick(index)
        attempt = self.registry.claim(run, "box")
        assert (attempt is not None) == (model.status is Status.QUEUED and self.is_free(model))
        if attempt is not None:
            model.move(Status.STARTING)
            model.attempt += 1
            model.furthest_before = model.furthest
            assert attempt.number == model.attempt

    @precondition(has_runs)
    @rule(index=runs, age=ages)
    def running(self, index: int, age: int) -> None:
        run, model = self.pick(index)
        attempt = model.attempt - age
        if not model.is_held_by(attempt):
            with pytest.raises(FencedError):
                self.registry.running(run, attempt)
        else:
            self.registry.running(run, attempt)
            if model.status is not Status.RUNNING:
                model.move(Status.RUNNING)

    @precondition(has_runs)
    @rule(index=runs, age=ages, step=st.integers(0, 9))
    def heartbeat(self, index: int, age: int, step: int) -> None:
        run, model = self.pick(index)
        attempt = model.attempt - age
        if not model.is_held_by(attempt):
            with pytest.raises(FencedError):
                self.registry.heartbeat(run, attempt, progress(step))
        else:
            assert self.registry.heartbeat(run, attempt, progress(step)) is model.wanted
            model.furthest = max(model.furthest, step)

    @precondition(has_runs)
    @rule(
        index=runs,
        age=ages,
        status=st.sampled_from([Status.DONE, Status.FAILED, Status.CANCELLED, Status.PAUSED]),
    )
    def finish(self, index: int, age: int, status: Status) -> None:
        run, model = self.pick(index)
        attempt = model.attempt - age
        if not model.is_held_by(attempt):
            with pytest.raises(FencedError):
                finish(self.registry, run, status, attempt)
        else:
            finish(self.registry, run, status, attempt)
            ran = model.status is Status.RUNNING or status in ALLOWED[Status.STARTING]
            model.move(*([] if ran else [Status.RUNNING]), status)
            model.wanted = None
            if status in LOST:
                self.end_children(run)

    @precondition(has_runs)
    @rule(index=runs, age=ages, lost=st.booleans())
    def requeue(self, index: int, age: int, lost: bool) -> None:
        run, model = self.pick(index)
        attempt = model.attempt - age
        if not model.is_held_by(attempt):
            with pytest.raises(FencedError):
                requeue(self.registry, run, attempt, lost=lost)
            return
        requeue(self.registry, run, attempt, lost=lost)
        if lost:
            model.lost = 1 if model.furthest > model.furthest_before else model.lost + 1
        model.move(Status.QUEUED)
        if model.wanted is Wanted.CANCEL:
            model.wanted = None
            model.move(Status.CANCELLED)
            self.end_children(run)

    @precondition(has_runs)
    @rule(index=runs, wanted=st.sampled_from(Wanted))
    def want(self, index: int, wanted: Wanted) -> None:
        run, model = self.pick(index)
        if model.status in LIVE:
            self.registry.want(run, wanted, who="ada")
            model.events += [] if model.wanted is wanted else [model.status]
            model.wanted = wanted
        elif wanted is Wanted.CANCEL and Status.CANCELLED in ALLOWED[model.status]:
            self.registry.want(run, wanted, who="ada")
            model.wanted = None
            model.move(Status.CANCELLED)
            self.end_children(run)
        else:
            with pytest.raises(RefusedError):
                self.registry.want(run, wanted, who="ada")

    @precondition(has_runs)
    @rule(index=runs)
    def resume(self, index: int) -> None:
        run, model = self.pick(index)
        if model.wanted is Wanted.PAUSE:
            self.registry.resume(run, who="ada")
            model.wanted = None
            model.events.append(model.status)
        elif model.status is Status.PAUSED:
            self.registry.resume(run, who="ada")
            model.lost = 0
            model.move(Status.QUEUED)
        else:
            with pytest.raises(RefusedError):
                self.registry.resume(run, who="ada")

    @precondition(has_runs)
    @rule(index=runs)
    def retry(self, index: int) -> None:
        run, model = self.pick(index)
        if model.status is Status.FAILED:
            self.registry.retry(run, who="ada")
            model.lost = 0
            model.move(Status.QUEUED)
        else:
            with pytest.raises(RefusedError):
                self.registry.retry(run, who="ada")

    @precondition(has_runs)
    @rule(index=runs, priority=st.integers(-1, 1))
    def prioritise(self, index: int, priority: int) -> None:
        run, model = self.pick(index)
        if model.status in LOST | {Status.DONE}:
            with pytest.raises(RefusedError):
                self.registry.set_priority(run, priority, who="ada")
            return
        self.registry.set_priority(run, priority, who="ada")
        model.events += [] if priority == model.priority else [model.status]
        model.priority = priority

    @precondition(has_runs)
    @rule(index=runs)
    def remove(self, index: int) -> None:
        run, model = self.pick(index)
        waiting = (Status.QUEUED, Status.PAUSED)
        needed = model.status not in LOST | {Status.DONE} and any(
            run in other.after and other.status in waiting for other in self.models.values()
        )
        if model.status in LIVE or needed:
            with pytest.raises(RefusedError):
                self.registry.remove([run])
            return
        self.registry.remove([run])
        del self.models[run]
        for other in self.models.values():
            other.after = tuple(parent for parent in other.after if parent != run)

    @invariant()
    def agree(self) -> None:
        registry = self.registry
        found = {
            run.id: (
                run.status,
                run.attempt,
                run.wanted,
                run.attempts_lost,
                run.priority,
                run.after,
            )
            for run in registry.runs()
        }
        assert found == {
            run: (m.status, m.attempt, m.wanted, m.lost, m.priority, m.after)
            for run, m in self.models.items()
        }
        queue = [run.id for run in registry.waiting()]
        assert queue == sorted(
            (
                run
                for run, m in self.models.items()
                if m.status is Status.QUEUED and self.is_free(m)
            ),
            key=lambda run: (-self.models[run].priority, run),
        )
        for run, model in self.models.items():
            assert [event.status for event in registry.events(run=run)] == model.events
            ended = [attempt.finished_at is not None for attempt in registry.attempts(run)]
            assert ended.count(False) == (model.status in LIVE)


def live_through(fresh: Callable[[], Path | str], examples: int) -> None:
    run_state_machine_as_test(
        lambda: Lives(fresh()),
        settings=settings(max_examples=examples, stateful_step_count=30, deadline=None),
    )


def test_a_file_agrees_with_the_model(empty: Path):
    with tempfile.TemporaryDirectory() as folder:
        places = (Path(folder) / f"{number}.db" for number in range(10**9))
        live_through(lambda: Path(shutil.copy(empty, next(places))), 15)


@pytest.mark.server
def test_a_server_agrees_with_the_model(
    new_database: Callable[[str], str], empty_database: str
):  # fmt: skip
    live_through(lambda: new_database(empty_database), 10)
