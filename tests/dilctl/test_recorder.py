import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.estimate import seconds_left
from dilctl.order import Order
from dilctl.recorder import Recorder, Rhythm
from dilctl.spool import Rewind, Spool, deliver
from storage.errors import FencedError, RegistryUnavailableError
from storage.records import Points, Status
from storage.registry import Registry, utc_now
from tests.dilctl.stage import live_attempt, queue
from trainers.reporter import ImageScore, Position, Scores

QUICK = Rhythm(write=0.01, beat=0.02)


def at(step: int) -> Position:
    return Position(step=step, gradients=2 * step, seconds=float(step), fraction=step / 1000)


def points(step: int, loss: float) -> Points:
    return Points(step=step, gradients=2 * step, seconds=float(step), values={"loss": loss})


class Line:
    """The way to a registry, which can be cut."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.is_cut = False

    def connect(self) -> Registry:
        return Registry(_FarDatabase(self), utc_now)


class _FarDatabase:
    """The database of a registry at the end of a line; the test closes it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def reading(self):
        return self._reached().reading()

    def writing(self):
        return self._reached().writing()

    def changing(self):
        return self._reached().changing()

    def close(self) -> None:
        pass

    def _reached(self):
        if self._line.is_cut:
            raise RegistryUnavailableError("the disk it lies on is away")
        return self._line.registry._database


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(tmp_path / "registry.db") as registry:
        yield registry


@pytest.fixture
def line(registry: Registry) -> Line:
    return Line(registry)


@pytest.fixture
def run(registry: Registry) -> int:
    (run,) = queue(registry)
    registry.claim(run.id, "workstation")
    return run.id


def recorder(line: Line, run: int, spool: Path, attempt: int = 1) -> Recorder:
    return Recorder(line.connect, run=run, attempt=attempt, spool=spool, rhythm=QUICK)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_what_is_measured_arrives_and_the_run_counts_as_running(
    registry: Registry, line: Line, run: int, tmp_path: Path
):
    record = recorder(line, run, tmp_path / "spool.jsonl")
    record.resumed(at(0))
    for step in range(1, 2501):
        record.measured(at(step), {"loss": 1 / step, "lr": 0.1})
    scores = Scores(
        suite="noise-levels",
        weights="average",
        test_set="CBSD68",
        degradation="gaussian-noise sigma=30",
        standing="unseen",
        images=(ImageScore(image="a.png", psnr=30.5, ssim=0.9),),
    )
    record.evaluated(at(2500), scores)
    record.working(at(2500), "evaluating CBSD68 1/10")
    assert record.close() == 0
    assert registry.curve(run, "loss").steps == tuple(range(1, 2501))
    (evaluation,) = registry.evaluations([run])
    assert (evaluation.weights, evaluation.standing) == ("average", "unseen")
    assert evaluation.images[0].psnr == 30.5
    now = registry.run(run)
    assert (now.status, now.step, now.activity) == (Status.RUNNING, 2500, "evaluating CBSD68 1/10")
    assert not (tmp_path / "spool.jsonl").exists()


def test_a_resumed_run_forgets_what_it_measured_after_its_checkpoint(
    registry: Registry, line: Line, run: int, tmp_path: Path
):
    registry.write(run, 1, [points(step, 9.0) for step in range(1, 9)], [])
    record = recorder(line, run, tmp_path / "spool.jsonl")
    record.working(at(0), "reading images")  # before it knows where it goes on
    record.resumed(at(5))
    record.measured(at(6), {"loss": 1.0})
    record.close()
    assert registry.curve(run, "loss").values == (9.0, 9.0, 9.0, 9.0, 9.0, 1.0)


def test_what_a_run_takes_of_its_machine_has_a_curve_and_is_in_no_list(
    registry: Registry, line: Line, run: int, tmp_path: Path
):
    rhythm = Rhythm(write=0.01, beat=0.02, sample=0.02)
    spool = tmp_path / "spool.jsonl"
    sampled: list[int] = []

    def sample(position: Position) -> dict[str, float]:
        sampled.append(position.step)
        return {"system:cpu": 1.5}

    record = Recorder(line.connect, run=run, attempt=1, spool=spool, rhythm=rhythm, sample=sample)
    record.resumed(at(3))
    wait_until(lambda: "system:cpu" in registry.metric_names(run))
    record.measured(at(4), {"loss": 1.0})
    wait_until(lambda: 4 in sampled)
    record.close()
    curve = registry.curve(run, "system:cpu")
    assert (curve.steps, curve.seconds, curve.values) == ((3, 4), (3.0, 4.0), (1.5, 1.5))
    assert registry.run(run).latest == {"loss": 1.0}


def test_what_is_measured_arrives_though_the_machine_cannot_be_read(
    registry: Registry, line: Line, run: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    rhythm = Rhythm(write=0.01, beat=0.02, sample=0.02)
    spool = tmp_path / "spool.jsonl"

    def fails(_position: Position) -> dict[str, float]:
        raise RuntimeError("the driver is in a strange mood")

    record = Recorder(line.connect, run=run, attempt=1, spool=spool, rhythm=rhythm, sample=fails)
    record.resumed(at(3))
    wait_until(lambda: "strange mood" in caplog.text)
    record.measured(at(4), {"loss": 1.0})
    assert record.close() == 0
    assert registry.run(run).latest == {"loss": 1.0}
    assert caplog.text.count("noted no more") == 1


def test_a_run_does_not_seem_to_fall_back_while_it_reads_its_images(
    registry: Registry, line: Line, run: int, tmp_path: Path
):
    record = recorder(line, run, tmp_path / "spool.jsonl")
    record.working(at(0), "reading images")
    wait_until(lambda: registry.run(run).status is Status.RUNNING)
    record.close()
    assert registry.run(run).heartbeat_at is None


def test_while_the_registry_is_away_nothing_is_lost_and_nothing_doubled(
    registry: Registry, line: Line, run: int, tmp_path: Path
):
    spool = tmp_path / "spool.jsonl"
    record = recorder(line, run, spool)
    record.resumed(at(0))
    for step in range(1, 31):
        if step == 10:
            line.is_cut = True
        if step == 20:
            record.secure()
            assert spool.exists()
        record.measured(at(step), {"loss": float(step)})
        time.sleep(0.002)
    line.is_cut = False
    wait_until(lambda: registry.curve(run, "loss").steps == tuple(range(1, 31)))
    assert record.close() == 0
    assert registry.curve(run, "loss").values == tuple(float(step) for step in range(1, 31))
    assert not spool.exists()


def test_what_never_arrived_is_delivered_by_the_next_attempt(
    registry: Registry, line: Line, run: int, tmp_path: Path
):
    spool = tmp_path / "spool.jsonl"
    line.is_cut = True
    record = recorder(line, run, spool)
    record.resumed(at(0))
    for step in (1, 2, 3):
        record.measured(at(step), {"loss": 1.0})
    assert record.close() == 4  # the way back to step 0 counts as one
    line.is_cut = False
    registry.requeue(run, 1, reason="", outcome="lost", lost=True, who="test")
    assert live_attempt(registry, run=run) == 2
    again = recorder(line, run, spool, attempt=2)
    again.resumed(at(2))
    again.measured(at(3), {"loss": 2.0})
    assert again.close() == 0
    assert registry.curve(run, "loss").values == (1.0, 1.0, 2.0)


def test_how_far_a_run_came_arrives_though_the_registry_was_away_at_its_end(
    registry: Registry, line: Line, run: int, tmp_path: Path
):
    spool = tmp_path / "spool.jsonl"
    record = recorder(line, run, spool)
    record.resumed(at(0))
    record.measured(at(1), {"loss": 1.0})
    wait_until(lambda: registry.run(run).step == 1)
    line.is_cut = True
    record.working(at(900), "done")
    assert record.close() == 0  # measurements
    assert deliver(registry, spool, run=run, attempt=1) == 1
    now = registry.run(run)
    assert (now.step, now.gradients, now.seconds, now.fraction) == (900, 1800, 900.0, 0.9)


def test_a_checkpoint_is_not_written_beside_a_later_attempts_though_the_registry_is_away(
    line: Line, run: int, tmp_path: Path
):
    ordered = Order(run=run, attempt=1, home=tmp_path, seed=1, experiment={})
    ordered.write()
    line.is_cut = True
    record = Recorder(
        line.connect,
        run=run,
        attempt=1,
        spool=ordered.folder.spool,
        rhythm=QUICK,
        is_overtaken=ordered.is_overtaken,
    )
    record.resumed(at(0))
    record.secure()
    replace(ordered, attempt=2).write()  # by another machine's agent, in a folder that both see
    with pytest.raises(FencedError):
        record.secure()
    assert record.fenced
    ordered.folder.order.unlink()
    assert not ordered.is_overtaken()
    record.close()


def test_an_attempt_that_was_taken_over_drops_what_it_has_and_asks_to_end(
    registry: Registry, line: Line, run: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    record = recorder(line, run, tmp_path / "spool.jsonl")
    record.resumed(at(0))
    wait_until(lambda: registry.run(run).heartbeat_at is not None)
    line.is_cut = True
    record.measured(at(1), {"loss": 1.0})
    registry.requeue(run, 1, reason="", outcome="lost", lost=True, who="test")
    live_attempt(registry, run=run)
    line.is_cut = False
    wait_until(lambda: record.fenced)
    record.measured(at(2), {"loss": 1.0})
    with pytest.raises(FencedError, match=f"taken run {run} over"):
        record.secure()  # so that no checkpoint is written beside the other attempt's
    assert record.close() == 0
    assert registry.metric_names(run) == ()
    assert "1 measurements dropped" in caplog.text


def test_a_line_cut_short_by_a_full_disk_costs_only_itself(tmp_path: Path):
    spool = Spool(tmp_path / "spool.jsonl")
    spool.append([points(1, 1.0)], attempt=1)
    with spool.path.open("a") as file:
        file.write(json.dumps([1, "Points", {"step": 2}])[:-9])
    spool.append([points(3, float("nan"))], attempt=1)
    first, third = spool.read()
    assert first == points(1, 1.0)
    assert isinstance(third, Points)
    assert third.step == 3


def test_what_a_fenced_attempt_wrote_beside_its_successor_is_not_delivered(
    registry: Registry, run: int, tmp_path: Path
):
    spool = Spool(tmp_path / "spool.jsonl")
    spool.append([points(1, 1.0)], attempt=1)
    spool.append([Rewind(step=1), points(2, 2.0)], attempt=2)
    spool.append([points(2, 7.0)], attempt=1)
    assert deliver(registry, spool.path, run=run, attempt=1) == 3
    assert registry.curve(run, "loss").values == (1.0, 2.0)
    assert not spool.path.exists()


def test_the_time_left_is_told_from_this_attempts_pace():
    assert seconds_left(at(100), at(100)) is None
    assert seconds_left(at(100), at(500)) == pytest.approx(500)
    assert seconds_left(at(100), at(1000)) is None
