"""What a retry can cure, and what it cannot."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.order import Ended, Outcome
from dilctl.settlement import Circumstances, Settlement, adjusted, settlement
from storage.records import Run, Status, Wanted
from storage.registry import Registry
from tests.dilctl.stage import new_run, queue

FRESH = Circumstances(has_checkpoint=False)
OUT_OF_MEMORY = Outcome(attempt=1, ended=Ended.OUT_OF_MEMORY, reason="out of memory: 2 GiB")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(tmp_path / "registry.db") as registry:
        yield registry


@pytest.fixture
def run(registry: Registry) -> Run:
    return queue(registry, new_run(retries=2))[0]


def with_settings(run: Run, **settings: object) -> Run:
    return replace(run, experiment={**run.experiment, **settings})


def out_of_memory(run: Run) -> Settlement:
    return settlement(run, OUT_OF_MEMORY, FRESH)


@pytest.mark.parametrize(
    ("train", "resources", "adjustments", "micro_batch", "words"),
    [
        ({}, {}, {}, 16, "a batch of 32"),
        ({"batch": 33}, {"processes": 2}, {}, 9, "a batch of 17 a process"),
        ({"batch": 7}, {}, {"micro_batch": 3}, 2, "a micro-batch of 3"),
        ({"batch": 8}, {"micro_batch": 4}, {}, 2, "a micro-batch of 4"),
        ({"batch": 8}, {"micro_batch": 100}, {}, 4, "a batch of 8"),
    ],
)
def test_out_of_memory_halves_what_goes_through_the_network_at_once(
    run: Run, train: dict, resources: dict, adjustments: dict, micro_batch: int, words: str
):
    asked = with_settings(run, train=train, resources=resources)
    settled = out_of_memory(replace(asked, adjustments=adjustments))
    assert settled.status is Status.QUEUED
    assert settled.lost
    assert settled.adjustments == {"micro_batch": micro_batch}
    assert settled.reason == (
        f"out of memory at {words}; tried again with a micro-batch of {micro_batch}, "
        "and starts again"
    )


def test_one_image_at_a_time_is_the_end_of_it(run: Run):
    settled = out_of_memory(replace(run, adjustments={"micro_batch": 1}))
    assert settled.status is Status.FAILED
    assert settled.reason == (
        "out of memory at a micro-batch of 1: use a smaller train.patch or network, "
        "or a device with more memory"
    )


def test_an_experiment_that_is_no_longer_understood_fails_with_its_fault(run: Run):
    settled = out_of_memory(with_settings(run, rule="of long ago"))
    assert settled.status is Status.FAILED
    assert settled.reason.startswith("out of memory; rule")


def test_what_retries_changed_is_part_of_the_order_and_of_nothing_else(run: Run):
    asked = {"task": "denoise", "resources": {"threads": 3}}
    assert adjusted(asked, {"micro_batch": 4}) == {
        "task": "denoise", "resources": {"threads": 3, "micro_batch": 4},
    }  # fmt: skip
    assert asked == {"task": "denoise", "resources": {"threads": 3}}
    assert adjusted({"task": "denoise"}, {}) == {"task": "denoise"}


@pytest.mark.parametrize("ended", [Ended.DIVERGED, Ended.FAILED])
def test_what_a_retry_cannot_cure_fails_in_the_workers_own_words(run: Run, ended: Ended):
    settled = settlement(run, Outcome(attempt=1, ended=ended, reason="the loss is nan"), FRESH)
    assert (settled.status, settled.reason) == (Status.FAILED, "the loss is nan")
    assert not settled.lost


def test_a_worker_interrupted_by_others_is_tried_again_and_not_counted(run: Run):
    interrupted = Outcome(attempt=1, ended=Ended.INTERRUPTED)
    settled = settlement(run, interrupted, Circumstances(has_checkpoint=True))
    assert settled.status is Status.QUEUED
    assert not settled.lost
    assert settled.reason == (
        "interrupted: its worker was asked to end; goes on from its newest checkpoint"
    )


@pytest.mark.parametrize("outcome", [None, Outcome(attempt=1, ended=Ended.INTERRUPTED)])
def test_a_run_that_was_to_pause_pauses_however_its_worker_ended(run: Run, outcome: Outcome | None):
    settled = settlement(replace(run, wanted=Wanted.PAUSE), outcome, FRESH)
    assert (settled.status, settled.reason) == (Status.PAUSED, "paused; starts again")


def test_a_run_to_be_cancelled_is_not_tried_again_for_want_of_memory(run: Run):
    settled = out_of_memory(replace(run, wanted=Wanted.CANCEL))
    assert settled.status is Status.CANCELLED


def test_without_retries_nothing_is_tried_again(run: Run):
    once = replace(run, retries=0)
    for outcome in (None, OUT_OF_MEMORY):
        settled = settlement(once, outcome, FRESH)
        assert settled.status is Status.FAILED
        assert settled.reason.endswith("and it may not be retried")
