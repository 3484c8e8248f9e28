"""Why runs wait or ended: in words that name the reason and what can be done."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dilctl.explanation import Situation, explain, lack
from dilctl.settings import Settings
from storage.records import AgentBeat, Attempt, Run, Status, Wanted
from storage.registry import Registry
from tests.dilctl.seeded import NASTY, fill
from tests.dilctl.shell import Shell
from tests.dilctl.stage import new_run, queue

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GIB = 2**30


@pytest.fixture
def run(registry: Registry) -> Run:
    return queue(registry)[0]


@pytest.fixture
def registry(tmp_path: Any) -> Any:
    with Registry.open(tmp_path / "registry.db") as opened:
        yield opened


def agent(host: str = "bench", **changes: Any) -> AgentBeat:
    beat = AgentBeat(
        host=host, pid=7, boot="boot", slots=4, gpus=(), started_at=NOW, heartbeat_at=NOW
    )
    return replace(beat, **changes)


def gpu(index: int, memory: int = 24 * GIB) -> dict[str, Any]:
    return {"index": index, "name": "H200", "memory_total": memory, "memory_free": memory}


def attempt(number: int, reason: str = "its worker vanished") -> Attempt:
    return Attempt(
        run=1, number=number, host="bench", processes=(), devices={}, started_at=NOW,
        finished_at=NOW, outcome="lost", reason=reason,
    )  # fmt: skip


def said(run: Run, **others: Any) -> str:
    return "\n".join(explain(Situation(run=run, now=NOW, **others)))


def test_where_a_run_stands_in_the_queue_is_counted(run: Run) -> None:
    assert "it is the first in the queue" in said(run)
    assert "number 2 in the queue: run 4 goes before it" in said(run, ahead=(4,))
    many = said(run, ahead=tuple(range(10, 1210)))
    assert "number 1,201 in the queue: runs 10, 11, 12, 13, 14 and 1,195 more go" in many


def test_without_an_agent_nothing_starts_and_the_cure_is_named(run: Run) -> None:
    assert "no agent works on this registry" in said(run)
    assert "dilctl agent start" in said(run)
    assert "no agent works" not in said(run, agents=(agent(),))


def test_agents_that_drain_are_silent_or_were_killed_do_not_count(run: Run) -> None:
    draining = said(run, agents=(agent(draining=True),))
    assert "bench starts nothing more: it was asked to drain" in draining
    assert "no agent works" in draining
    assert "once it has left, start one" in draining
    silent = said(run, agents=(agent(heartbeat_at=NOW - timedelta(minutes=5)),))
    assert "no sign of life for 5m00s" in silent
    assert "no agent works" in silent
    assert "no agent works" in said(run, agents=(agent(),), gone=frozenset({"bench"}))
    lonely = replace(run, status=Status.RUNNING, host="bench")
    assert "no agent watches over it" in said(lonely, gone=frozenset({"bench"}))
    assert "no agent watches" not in said(lonely)


def test_what_the_agent_said_is_repeated(run: Run) -> None:
    waits = replace(run, reason="waits for 1 GPU: 0 of 2 free")
    assert "waits for 1 GPU: 0 of 2 free" in said(waits, agents=(agent(),))


def test_a_machine_that_never_has_enough_is_named(run: Run) -> None:
    needs = {"processes": 2, "threads": 1, "device": "cuda", "gpu_memory": 40 * GIB}
    big = replace(run, needs=needs)
    small = agent("small", gpus=(gpu(0), gpu(1)))
    large = agent("large", gpus=(gpu(0, 80 * GIB), gpu(1, 80 * GIB)))
    assert lack(big, large) is None
    assert "this machine has 0 of that size" in str(lack(big, small))
    alone = said(big, agents=(small,))
    assert "small cannot run it, now or later" in alone
    assert "no machine with an agent has what it needs" in alone
    both = said(big, agents=(small, large))
    assert "small cannot" in both
    assert "no machine" not in both


def test_parents_are_named_with_how_far_they_are(run: Run) -> None:
    parent = replace(run, id=7, status=Status.RUNNING, fraction=0.4, seconds_left=90.0)
    child = replace(run, after=(7,))
    words = said(child, parents=(parent,))
    assert "it follows run 7, which is running (40 %, 1m30s left)" in words
    assert "if it ends well; else this one is cancelled" in words
    paused = replace(parent, id=8, status=Status.PAUSED)
    words = said(replace(child, after_any=True), parents=(parent, paused))
    assert "`dilctl resume 8` goes on with it" in words
    assert "however they end" in words
    assert "in the queue" not in words


def test_what_was_tried_before_and_what_is_left_is_told(run: Run) -> None:
    tried = replace(
        run, attempt=2, attempts_lost=2, retries=3, adjustments={"micro_batch": 4},
        reason="out of memory",
    )  # fmt: skip
    words = said(tried, attempts=(attempt(1), attempt(2, "out of memory")), agents=(agent(),))
    assert "it was started 2 times before" in words
    assert "attempt 1 on bench ended: its worker vanished" in words
    assert words.count("out of memory\n") == 1
    assert "1 of 3 retries are left" in words
    assert "resources.micro_batch=4" in words


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": Status.RUNNING, "host": "bench", "fraction": 0.5}, "running on bench"),
        ({"status": Status.RUNNING, "wanted": Wanted.CANCEL}, "to be cancelled"),
        ({"status": Status.RUNNING, "wanted": Wanted.PAUSE}, "writes a checkpoint first"),
        ({"status": Status.STARTING, "heartbeat_at": NOW - timedelta(hours=2)}, "for 2h00m"),
        ({"status": Status.PAUSED}, "`dilctl resume 1`"),
        ({"status": Status.DONE, "attempt": 1, "seconds": 65.0}, "started once and trained 1m05s"),
        ({"status": Status.FAILED, "reason": "it diverged"}, "it failed at 0 %: it diverged"),
        ({"status": Status.FAILED}, "`dilctl retry 1`"),
        ({"status": Status.CANCELLED}, "cancelled before it started"),
        ({"wanted": Wanted.PAUSE}, "to be paused once it has started"),
    ],
)
def test_each_status_has_its_words(run: Run, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in said(replace(run, **changes))


def test_the_command_tells_of_a_run_that_waits(shell: Shell) -> None:
    shell("submit", "denoise-small", "--seeds", "1..2")
    shell("submit", "denoise-small", "--set", "rule=erm", "--after", "2")
    assert "number 2 in the queue: run 1 goes before it" in shell("explain", "2")
    assert "it follows run 2, which is queued" in shell("explain", "last")
    told = json.loads(shell("explain", "2", "--json"))
    assert (told["position"], told["ahead"], told["retries_left"]) == (2, [1], 2)
    told = json.loads(shell("explain", "3", "--json"))
    assert (told["position"], told["follows"]) == (None, [{"run": 2, "status": "queued"}])


def test_the_command_tells_of_every_run_of_a_registry_and_obeys_no_name(shell: Shell) -> None:
    fill(Settings(shell.home))
    for number in range(1, 9):
        assert shell("explain", str(number)).startswith(f"run {number}, ")
    assert "\x1b" not in shell("explain", "8")
    assert "␛" in shell("explain", "8")
    assert NASTY.partition("\x1b")[0] in shell("explain", "8")


def test_there_is_nothing_to_explain_of_a_run_that_is_not_there(shell: Shell) -> None:
    assert "no run" in shell.error("explain", "7", code=6)
    with Registry.open(Settings(shell.home).registry) as registry:
        queue(registry, new_run(), new_run())
    assert "means 2 runs" in shell.error("explain", "1", "2", code=2)
