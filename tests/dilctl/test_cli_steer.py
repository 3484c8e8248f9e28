"""Steering from the command line: what can be done is, the rest is refused run by run."""

import json
from datetime import UTC, datetime

import pytest

from dilctl.settings import Settings
from storage.records import AgentBeat, Run, Status, Wanted
from storage.registry import Registry
from tests.dilctl.seeded import fill
from tests.dilctl.shell import Shell

pytestmark = pytest.mark.slow


@pytest.fixture
def seeded(shell: Shell) -> Shell:
    """Runs 1 to 4 are done, 5 failed, 6 is cancelled, 7 runs, 8 waits."""
    fill(Settings(shell.home))
    now = datetime.now(UTC)
    beat = AgentBeat(
        host="bench", pid=1, boot="", slots=4, gpus=(), started_at=now, heartbeat_at=now
    )
    with Registry.open(Settings(shell.home).registry) as registry:
        registry.beat(beat)
    return shell


def run_of(shell: Shell, number: int) -> Run:
    with Registry.open(Settings(shell.home).registry) as registry:
        return registry.run(number)


def test_what_waits_is_cancelled_and_what_runs_is_asked_to_stop(seeded: Shell) -> None:
    assert seeded("cancel", "7", "8", "--yes") == (
        "run 7: will stop as soon as its agent sees it\nrun 8: cancelled\n"
    )
    assert run_of(seeded, 7).wanted is Wanted.CANCEL
    assert seeded("cancel", "8") == "run 8: is cancelled already\n"


def test_what_cannot_be_done_is_said_of_each_run_and_the_others_are_done(seeded: Shell) -> None:
    printed = seeded("cancel", "1", "8", "5", "--yes", code=8)
    assert printed == "run 8: cancelled\n"
    assert seeded.result.stderr.splitlines() == [
        "error: run 1 is done: it cannot be cancelled",
        "error: run 5 is failed: it cannot be cancelled",
    ]


def test_a_run_is_paused_and_goes_on(seeded: Shell) -> None:
    assert "will write a checkpoint and pause" in seeded("pause", "7")
    assert run_of(seeded, 7).wanted is Wanted.PAUSE
    assert seeded("resume", "7") == "run 7: goes on\n"
    assert run_of(seeded, 7).wanted is None
    assert seeded("resume", "7") == "run 7: is running already\n"
    assert "cannot be paused" in seeded.error("pause", "8", code=8)


def test_a_paused_run_is_queued_again_and_pausing_it_twice_is_no_fault(seeded: Shell) -> None:
    seeded("pause", "7")
    with Registry.open(Settings(seeded.home).registry) as registry:
        registry.finish(7, 1, Status.PAUSED, reason="", outcome="paused", who="agent")
    assert seeded("pause", "7") == "run 7: is paused already\n"
    assert seeded("resume", "7") == "run 7: queued\n"


def test_failed_runs_are_tried_again_and_the_others_named(seeded: Shell) -> None:
    printed = seeded("retry", "4", "5", "6", "8", "--yes", code=8)
    assert printed == "run 5: queued\nrun 8: is queued already\n"
    assert seeded.result.stderr.splitlines() == [
        "error: run 4 is done, not failed",
        "error: run 6 is cancelled, not failed",
    ]


def test_a_priority_moves_runs_and_ended_ones_have_none(seeded: Shell) -> None:
    assert seeded("priority", "8", "--to", "-3") == "run 8: has priority -3 now\n"
    assert seeded("priority", "8", "--to", "-3") == "run 8: has priority -3 already\n"
    assert run_of(seeded, 8).priority == -3
    assert "no longer matters" in seeded.error("priority", "1", "--to", "1", code=8)


def test_many_runs_are_not_steered_where_nobody_can_be_asked(seeded: Shell) -> None:
    for words in (("cancel",), ("retry",), ("pause",), ("resume",), ("priority", "--to", "1")):
        assert "add --yes" in seeded.error(*words, "7", "8", code=2)
    assert run_of(seeded, 8).status is Status.QUEUED
    assert run_of(seeded, 7).wanted is None


def test_one_run_is_steered_without_a_question_but_never_removed_so(seeded: Shell) -> None:
    seeded("cancel", "8")
    assert "remove 1 run (8), 0 bytes of files" in seeded.error("rm", "8", code=2)


def test_removed_runs_leave_neither_record_nor_files(seeded: Shell) -> None:
    folder = Settings(seeded.home).run(5).path
    folder.mkdir(parents=True)
    (folder / "checkpoint.pt").write_bytes(bytes(1_234_567))
    assert "1 run (5), 1.2 MB of files" in seeded.error("rm", "5", code=2)
    assert seeded("rm", "5", "--yes") == "run 5: removed\n"
    assert not folder.exists()
    assert "no run 5" in seeded.error("show", "5", code=6)


def test_a_live_run_is_never_removed_whatever_is_removed_beside_it(seeded: Shell) -> None:
    printed = seeded("rm", "6", "7", "1", "--yes", code=8)
    assert printed == "run 6: removed\nrun 1: removed\n"
    assert "run 7 is running: cancel it before" in seeded.result.stderr
    assert Settings(seeded.home).run(7).log.exists()


def test_a_run_that_others_follow_goes_only_with_them(seeded: Shell) -> None:
    seeded("submit", "denoise-small", "--set", "rule=dil-ps", "--after", "8")
    assert "run 9 waits for run 8" in seeded.error("rm", "8", "--yes", code=8)
    assert seeded("rm", "8", "9", "--yes") == "run 8: removed\nrun 9: removed\n"


def test_an_answer_is_also_given_as_json(seeded: Shell) -> None:
    assert json.loads(seeded("cancel", "8", "1", "--yes", "--json", code=8)) == [
        {"run": 8, "done": True, "said": "cancelled"},
        {"run": 1, "done": False, "said": "run 1 is done: it cannot be cancelled"},
    ]
    assert json.loads(seeded("rm", "8", "--yes", "--json"))[0]["done"]


def test_a_run_whose_machine_has_gone_is_settled_before_it_is_steered(shell: Shell) -> None:
    fill(Settings(shell.home))
    assert shell("cancel", "7") == "run 7: cancelled\n"
    assert shell("rm", "7", "--yes") == "run 7: removed\n"


def test_all_that_waits_is_cancelled_at_once_and_nothing_is_no_fault(seeded: Shell) -> None:
    assert seeded("cancel", "--all-queued") == "run 8: cancelled\n"
    assert seeded("cancel", "--all-queued") == ""
    assert "no run waits" in seeded.result.stderr


@pytest.mark.parametrize("words", [("cancel",), ("pause",), ("resume",), ("retry",), ("rm",)])
def test_nothing_named_is_refused(shell: Shell, words: tuple[str, ...]) -> None:
    assert "name runs" in shell.error(*words, code=2)


def test_every_command_ends_its_help_with_an_example(shell: Shell) -> None:
    for command in ("cancel", "pause", "resume", "retry", "priority", "rm", "explain", "train"):
        assert f"Example: dilctl {command}" in shell(command, "--help")


def test_runs_are_meant_by_a_query_as_well(seeded: Shell) -> None:
    assert seeded("cancel", "status=queued or status=running", "--yes").count("\n") == 2
    assert "no run is meant" in seeded.error("cancel", "status=queued", code=6)


def test_what_a_query_finds_and_cannot_be_changed_stays_as_it_is(shell: Shell) -> None:
    fill(Settings(shell.home))
    said = shell("cancel", "rule=dil-sf or rule=erm", "--yes")
    assert "run 8: cancelled" in said
    assert "the others" in shell.result.stderr
    assert "stay as they are" in shell.result.stderr
    shell("cancel", "status=done", "--yes", code=8)
