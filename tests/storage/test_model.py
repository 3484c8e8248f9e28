"""The registry against a plain model: whatever is done in whatever order, they agree."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from storage.errors import FencedError, RefusedError
from storage.records import ALLOWED, LIVE, Status, Wanted
from storage.registry import Registry
from tests.storage.samples import finish, progress, requeue, submitted


@dataclass
class Model:
    status: Status = Status.QUEUED
    attempt: int = 0
    wanted: Wanted | None = None
    lost: int = 0
    furthest: int = 0
    furthest_before: int = 0

    def is_held_by(self, attempt: int) -> bool:
        return self.attempt == attempt and self.status in LIVE


@pytest.fixture(scope="module", autouse=True)
def _model_registry(empty: Path):
    Lives.template = empty
    yield
    del Lives.template


pytestmark = pytest.mark.slow

runs = st.integers(0, 4)
# How old the attempt is that acts: mostly the newest.
ages = st.sampled_from([0, 0, 0, 1])


class Lives(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = shutil.copy(self.template, Path(self.folder.name) / "registry.db")
        self.registry = Registry.open(Path(path))
        self.models: dict[int, Model] = {}

    def teardown(self) -> None:
        self.registry.close()
        self.folder.cleanup()

    def pick(self, index: int) -> tuple[int, Model]:
        return list(self.models.items())[index % len(self.models)]

    def has_runs(self) -> bool:
        return bool(self.models)

    @precondition(lambda self: len(self.models) < 5)
    @rule()
    def submit(self) -> None:
        self.models[submitted(self.registry)] = Model()

    @precondition(has_runs)
    @rule(index=runs)
    def claim(self, index: int) -> None:
        run, model = self.pick(index)
        attempt = self.registry.claim(run, "box")
        assert (attempt is not None) == (model.status is Status.QUEUED)
        if attempt is not None:
            model.status, model.attempt = Status.STARTING, model.attempt + 1
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
            model.status = Status.RUNNING

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
            model.status, model.wanted = status, None

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
        model.status = Status.QUEUED
        if model.wanted is Wanted.CANCEL:
            model.status, model.wanted = Status.CANCELLED, None

    @precondition(has_runs)
    @rule(index=runs, wanted=st.sampled_from(Wanted))
    def want(self, index: int, wanted: Wanted) -> None:
        run, model = self.pick(index)
        if model.status in LIVE:
            self.registry.want(run, wanted, who="ada")
            model.wanted = wanted
        elif wanted is Wanted.CANCEL and Status.CANCELLED in ALLOWED[model.status]:
            self.registry.want(run, wanted, who="ada")
            model.status, model.wanted = Status.CANCELLED, None
        else:
            with pytest.raises(RefusedError):
                self.registry.want(run, wanted, who="ada")

    @precondition(has_runs)
    @rule(index=runs, is_retry=st.booleans())
    def queue_again(self, index: int, is_retry: bool) -> None:
        run, model = self.pick(index)
        again = self.registry.retry if is_retry else self.registry.resume
        if model.status is (Status.FAILED if is_retry else Status.PAUSED):
            again(run, who="ada")
            model.status, model.lost = Status.QUEUED, 0
        else:
            with pytest.raises(RefusedError):
                again(run, who="ada")

    @invariant()
    def agree(self) -> None:
        found = {
            run.id: (run.status, run.attempt, run.wanted, run.attempts_lost)
            for run in self.registry.runs()
        }
        assert found == {
            run: (model.status, model.attempt, model.wanted, model.lost)
            for run, model in self.models.items()
        }
        for run, model in self.models.items():
            assert self.registry.events(run=run)[-1].status is model.status
            ended = [attempt.finished_at is not None for attempt in self.registry.attempts(run)]
            assert ended.count(False) == (model.status in LIVE)


class TestLives(Lives.TestCase):
    settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
