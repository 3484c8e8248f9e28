"""The use cases: runs queued once, followed to their end, and stopped without loss."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dilctl import connect
from dilctl.cli.live import PlainLines
from dilctl.demo import REQUEST, numbers, queue
from dilctl.errors import BusyError, NotFoundError
from dilctl.follow import AgentHere, follow
from dilctl.jobs import Jobs
from dilctl.request import Request, parse_seeds, split_values
from dilctl.settings import Settings
from storage.errors import StorageError
from storage.records import Progress, Run, Status, Wanted
from tests.dilctl.seeded import fill


class FakeAgent:
    """Serves until told otherwise, and remembers what was asked of it."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.story: list[str] = []
        self.has_begun = threading.Event()

    def serve(self, until: Callable[[], bool]) -> None:
        self.story.append("serving")
        self.has_begun.set()
        if self.failure is not None:
            raise self.failure
        while not until():
            threading.Event().wait(0.001)
        self.story.append("served")

    def stop_workers(self) -> None:
        self.story.append("workers stopped")


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    opened = Jobs(Settings(tmp_path / "home"))
    yield opened
    opened.close()


def test_following_ends_when_every_run_has_ended(jobs: Jobs) -> None:
    runs = numbers(jobs.submit(Request(recipe="denoise-small", seeds=(1, 2))))
    shown: list[tuple[Status, ...]] = []

    def cancel_one(_seconds: float) -> None:
        jobs.cancel([runs[len(shown) - 1]], who="me")

    ended = follow(
        jobs, runs, show=lambda found: shown.append(tuple(run.status for run in found)),
        check=lambda: None, pause=cancel_one,
    )  # fmt: skip
    assert [run.status for run in ended] == [Status.CANCELLED, Status.CANCELLED]
    assert shown == [
        (Status.QUEUED, Status.QUEUED),
        (Status.CANCELLED, Status.QUEUED),
        (Status.CANCELLED, Status.CANCELLED),
    ]


def test_an_interrupt_lets_the_agent_finish_and_then_stops_the_workers() -> None:
    agent = FakeAgent()

    def interrupted() -> None:
        with AgentHere(agent):
            agent.has_begun.wait(5)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert agent.story == ["serving", "served", "workers stopped"]


def test_an_agent_that_dies_is_noticed_by_those_who_follow() -> None:
    agent = FakeAgent(StorageError("the disk is gone"))

    def watch() -> None:
        with AgentHere(agent) as here:
            while True:
                here.check()

    with pytest.raises(StorageError, match="the disk is gone"):
        watch()


def test_a_demo_started_again_finds_its_runs_and_repeats_nothing(jobs: Jobs) -> None:
    first = queue(jobs)
    assert [(run.rule, run.seed) for run in first.queued] == [
        ("erm", 1), ("erm", 2), ("dil-sf", 1), ("dil-sf", 2),
    ]  # fmt: skip
    second = queue(jobs)
    assert not second.queued
    assert numbers(second) == numbers(first)


def test_the_rules_of_the_demo_spend_equal_gradient_evaluations(jobs: Jobs) -> None:
    assert len({entry.gradients for entry in jobs.plan(REQUEST).runs}) == 1


def test_plain_lines_tell_each_change_at_once_and_progress_every_ten_seconds(jobs: Jobs) -> None:
    (number,) = numbers(jobs.submit(Request(recipe="denoise-small", name="\x1b[31m")))
    said: list[str] = []
    clock = [0.0]
    lines = PlainLines(said.append, lambda: clock[0])

    def look(seconds: float) -> Run:
        clock[0] = seconds
        run = jobs.run(number)
        lines((run,))
        return run

    look(0)
    attempt = jobs.registry.claim(number, "host")
    assert attempt is not None
    jobs.registry.running(number, attempt.number)
    look(1)
    progress = Progress(
        step=5, gradients=20, seconds=3, fraction=0.5, seconds_left=3, activity="\x1b[2Jtraining"
    )
    assert jobs.registry.heartbeat(number, attempt.number, progress) is None
    look(2)
    look(11)
    assert said == [
        "run 1 · dil-sf seed 1 · queued",
        "run 1 · dil-sf seed 1 · running · 0 %",
        "run 1 · dil-sf seed 1 · running · 50 % · 3s left · ␛[2Jtraining",
    ]


def test_a_live_run_is_asked_to_stop_not_cancelled_at_once(jobs: Jobs) -> None:
    (number,) = numbers(jobs.submit(Request(recipe="denoise-small")))
    jobs.registry.claim(number, "host")
    (run,) = jobs.cancel([number], who="me")
    assert (run.status, run.wanted) == (Status.STARTING, Wanted.CANCEL)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("erm,dil-sf", ["erm", "dil-sf"]),
        ("[1, 2],[3]", ["[1, 2]", "[3]"]),
        ('"a,b", c', ['"a,b"', "c"]),
        ("{ kind = 'x,y', z = [1, 2] },w", ["{ kind = 'x,y', z = [1, 2] }", "w"]),
    ],
)
def test_values_part_at_commas_outside_brackets_and_quotes(text: str, values: list[str]) -> None:
    assert split_values(text) == values


def test_seeds_are_ranges_and_lists_each_once() -> None:
    assert parse_seeds("1..3, 7,2") == (1, 2, 3, 7)


def test_looks_are_read_for_the_runs_and_the_degradations_of_a_board(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "seeded")
    fill(settings)
    jobs = Jobs(settings)
    (board, _) = jobs.boards("denoise")
    assert [row.last_looks and row.last_looks.looks for row in board.rows] == [5, 5]
    assert [(each.run, len(each.steps)) for each in jobs.looks(board)] == [
        (number, 16) for number in (1, 2, 3, 4)
    ]
    unknown = (*board.degradations, ("jpeg quality=1", "unseen"))
    assert jobs.looks(replace(board, degradations=unknown)) == ()
    (name, _), *_ = board.degradations
    alone = replace(board, degradations=((name, "unseen"),))
    assert jobs.looks(alone)[0].unseen == jobs.curve(1, f"psnr@crops:{name}").values
    jobs.close()


def test_a_home_of_a_file_takes_no_runs_of_a_database(tmp_path: Path) -> None:
    fill(Settings(tmp_path))
    elsewhere = Settings(tmp_path, database="postgresql://me@host/runs")
    with pytest.raises(BusyError, match=r"holds the runs of .*registry.db; .*dilctl db move"):
        Jobs(elsewhere).require_own_home()
    Jobs(Settings(tmp_path)).require_own_home()
    Jobs(Settings(tmp_path / "new", database=elsewhere.database)).require_own_home()


def test_runs_are_plain_columns_and_an_unknown_name_is_said(tmp_path: Path) -> None:
    fill(Settings(tmp_path))
    with connect(tmp_path) as opened:
        found = opened.runs("rule=erm", sort="id")
        columns = found.columns("id", "status", "config.train.batch", "psnr@crops:unseen")
        with pytest.raises(NotFoundError, match="nope: no field of a run"):
            found.columns("nope")
    assert columns["id"] == [1, 3, 5]
    assert columns["status"] == ["done", "done", "failed"]
    assert columns["config.train.batch"] == [8, 8, 8]
    assert all(isinstance(value, float) for value in columns["psnr@crops:unseen"])
    assert found[0].rule == "erm"
