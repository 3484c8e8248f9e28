import errno
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from dilctl.order import Ended, Order, Outcome, read_outcome
from dilctl.settings import Settings
from dilctl.worker import carry_out, outcome_of
from storage.records import Status
from storage.registry import Registry
from tests.dilctl.stage import live_attempt, new_run, queue
from trainers.errors import DataError, DivergedError, PeerLostError
from trainers.experiment import Experiment
from trainers.reporter import Position, Reporter

START = Position(step=0, gradients=0, seconds=0.0, fraction=0.0)


@pytest.fixture
def order(tmp_path: Path) -> Order:
    settings = Settings(tmp_path)
    with Registry.open(settings.registry) as registry:
        (run,) = queue(registry)
        attempt = live_attempt(registry, run=run.id)
    order = Order(
        run=run.id, attempt=attempt, home=tmp_path, seed=1, experiment=new_run().experiment
    )
    order.write()
    return order


def trained(
    experiment: Experiment,
    order: Order,
    reporter: Reporter | None,
    should_stop: Callable[[], bool],
) -> str:
    if reporter is not None:
        reporter.resumed(START)
        reporter.measured(START, {"loss": float(len(experiment.confounders))})
    return "interrupted" if should_stop() else "done"


def test_an_order_is_read_as_it_was_written(order: Order):
    assert Order.read(order.folder.order) == order
    assert [path.name for path in order.folder.path.iterdir()] == ["order.json"]


@pytest.mark.parametrize("is_stopped", [False, True])
def test_the_first_rank_reports_and_leaves_a_word_on_how_it_ended(order: Order, is_stopped: bool):
    stopping = threading.Event()
    if is_stopped:
        stopping.set()
    carry_out(order, rank=0, stopping=stopping, train=trained)
    ended = Ended.INTERRUPTED if is_stopped else Ended.DONE
    assert read_outcome(order.folder, order.attempt) == Outcome(attempt=1, ended=ended)
    with Registry.open(Settings(order.home).registry) as registry:
        assert registry.run(order.run).status is Status.RUNNING
        assert registry.curve(order.run, "loss").values == (2.0,)


def test_other_ranks_report_nothing(order: Order):
    carry_out(order, rank=1, stopping=threading.Event(), train=trained)
    assert read_outcome(order.folder, order.attempt) is None
    with Registry.open(Settings(order.home).registry) as registry:
        assert registry.metric_names(order.run) == ()


def test_whatever_goes_wrong_is_recorded_and_raised_again(order: Order):
    def fails(*_: object) -> str:
        raise ZeroDivisionError("division by zero\nand more")

    with pytest.raises(ZeroDivisionError):
        carry_out(order, rank=1, stopping=threading.Event(), train=fails)
    outcome = read_outcome(order.folder, order.attempt)
    assert outcome is not None
    assert (outcome.ended, outcome.reason) == (
        Ended.FAILED,
        "ZeroDivisionError: division by zero",
    )


def test_a_rank_whose_neighbour_has_gone_leaves_the_word_to_it(order: Order):
    def fails(*_: object) -> str:
        raise PeerLostError("another process of this run has gone")

    with pytest.raises(PeerLostError):
        carry_out(order, rank=0, stopping=threading.Event(), train=fails)
    assert read_outcome(order.folder, order.attempt) is None


def test_a_word_that_a_power_failure_has_emptied_is_none(order: Order):
    order.folder.outcome.write_text("")
    assert read_outcome(order.folder, order.attempt) is None
    outcome = Outcome(attempt=1, ended=Ended.DONE)
    outcome.leave(order.folder)
    assert read_outcome(order.folder, order.attempt) == outcome


def test_the_first_rank_to_fail_has_the_word_and_a_later_attempt_keeps_its_own(order: Order):
    first = Outcome(attempt=2, ended=Ended.OUT_OF_MEMORY, reason="out of memory")
    for outcome in (
        first,
        Outcome(attempt=2, ended=Ended.FAILED, reason="connection closed by peer"),
        Outcome(attempt=1, ended=Ended.INTERRUPTED),
    ):
        outcome.leave(order.folder)
    assert read_outcome(order.folder, 2) == first
    assert read_outcome(order.folder, 1) is None


class OutOfMemoryError(RuntimeError):
    """Named as PyTorch's own."""


@pytest.mark.parametrize(
    ("error", "ended", "reason"),
    [
        (DivergedError("the loss is nan"), Ended.DIVERGED, "the loss is nan"),
        (DataError("a.png: truncated"), Ended.FAILED, "a.png: truncated"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            Ended.FAILED,
            "no space left on the disk; free some, then submit again",
        ),
        (
            OutOfMemoryError("CUDA out of memory.\nTried"),
            Ended.OUT_OF_MEMORY,
            "out of memory: CUDA out of memory.",
        ),
        (MemoryError(), Ended.OUT_OF_MEMORY, "out of memory: no message"),
        (KeyError("x"), Ended.FAILED, "KeyError: 'x'"),
    ],
)
def test_each_error_has_its_word_and_its_sentence(error: Exception, ended: Ended, reason: str):
    assert outcome_of(error, 3) == Outcome(attempt=3, ended=ended, reason=reason)


@pytest.mark.slow
def test_a_worker_whose_torchrun_died_before_it_could_ask_ends_at_once(order: Order):
    # This test's process is the parent, and was not given the order.
    ran = subprocess.run(
        [sys.executable, "-m", "dilctl.worker", str(order.folder.order)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, "torchrun is gone\n")
    assert read_outcome(order.folder, order.attempt) is None
