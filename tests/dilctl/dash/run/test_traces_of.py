"""Curves of a live run are read once, and anew where points were taken back."""

import pytest

from dilctl.dash.run.curves import charts
from dilctl.dash.run.traces_of import Detail, TracesOf
from dilctl.dash.traces import MOST, Axis
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Points, Progress
from storage.registry import Registry
from tests.dilctl.seeded import new_run

LOSS = charts(["loss"])


@pytest.fixture
def jobs(tmp_path):
    jobs = Jobs(Settings(tmp_path))
    jobs.registry.submit([new_run("erm", 1)], who="ada@bench")
    begin(jobs.registry)
    yield jobs
    jobs.close()


def begin(registry: Registry) -> None:
    attempt = registry.claim(1, "bench")
    assert attempt is not None
    registry.running(1, attempt.number)


def write(registry: Registry, attempt: int, first: int, beyond: int) -> None:
    points = [
        Points(step=step, gradients=4 * step, seconds=step / 10, values={"loss": float(step)})
        for step in range(first, beyond)
    ]
    registry.write(1, attempt, points, [])
    step = beyond - 1
    progress = Progress(
        step=step, gradients=4 * step, seconds=step / 10, fraction=0.1,
        seconds_left=None, activity="training",
    )  # fmt: skip
    registry.heartbeat(1, attempt, progress)


def drawn(jobs: Jobs, traces: TracesOf, detail: Detail | None = None):
    traces.follow(jobs.run(1))
    return traces.drawn(LOSS, Axis.STEP, detail)[0]


def test_what_is_new_is_added_and_what_is_not_is_the_same_drawing(jobs):
    traces = TracesOf(jobs, 1)
    write(jobs.registry, 1, 0, 10)
    first = drawn(jobs, traces).curves[0]
    again = drawn(jobs, traces).curves[0]
    write(jobs.registry, 1, 10, 12)
    more = drawn(jobs, traces).curves[0]

    assert again is first
    assert more.series.xs == tuple(range(12))
    assert more.newest is not None
    assert more.newest.value == 11.0


def test_a_resumed_run_loses_what_was_taken_back_and_shows_where_it_went_on(jobs):
    traces = TracesOf(jobs, 1)
    write(jobs.registry, 1, 0, 10)
    drawn(jobs, traces)
    jobs.registry.requeue(1, 1, reason="lost", outcome="lost", lost=True, who="agent on bench")
    begin(jobs.registry)
    drawn(jobs, traces)
    jobs.registry.rewind(1, 2, 5)
    write(jobs.registry, 2, 6, 8)
    found = drawn(jobs, traces)
    write(jobs.registry, 2, 8, 14)
    later = drawn(jobs, traces)

    assert found.curves[0].series.xs == tuple(range(8))
    assert later.curves[0].series.xs == tuple(range(14))
    assert later.marks == (9,)


def test_a_part_is_read_as_fine_as_it_was_measured(jobs):
    traces = TracesOf(jobs, 1)
    write(jobs.registry, 1, 0, MOST + 1000)

    coarse = drawn(jobs, traces).curves[0].series
    fine = drawn(jobs, traces, Detail(title="loss", left=100.0, right=120.0)).curves[0].series

    assert len(coarse.xs) <= MOST
    assert set(range(100, 121)) <= set(fine.xs)
    assert list(fine.xs) == sorted(fine.xs)
