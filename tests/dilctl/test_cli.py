"""The commands over a real registry: what they print where, and how they leave."""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dilctl.cli.errors import exit_code_of, sentences
from dilctl.errors import ExitCode
from dilctl.lock import AgentLock
from dilctl.settings import Settings
from storage.errors import FullDiskError
from storage.records import Evaluation, ImageValue, Status
from storage.registry import Registry
from tests.dilctl.shell import Shell

SWEEP = ("denoise-small", "--sweep", "rule=erm,dil-sf", "--seeds", "1..2")
NASTY = "[red]x[/red]\x1b[31m\u202e"


def train(home: Path, run: int, *, unseen: float) -> None:
    """Let a queued run end well, with evaluations on six images."""
    with Registry.open(Settings(home).registry) as registry:
        attempt = registry.claim(run, "host")
        assert attempt is not None
        registry.running(run, attempt.number)
        evaluations = [
            Evaluation(
                run=run, step=10, suite="noise-levels", test_set="bundled", standing=standing,
                degradation=f"gaussian-noise sigma={sigma}",
                images=tuple(
                    ImageValue(image=f"{i}.png", psnr=quality + i / 10, ssim=0.9) for i in range(6)
                ),
            )
            for sigma, standing, quality in ((5, "seen", 35.0), (50, "unseen", unseen))
        ]  # fmt: skip
        registry.write(run, attempt.number, [], evaluations)
        registry.finish(
            run, attempt.number, Status.DONE, reason="", outcome="done", who="agent on host"
        )


def test_a_sweep_queues_every_combination_with_every_seed(shell: Shell) -> None:
    assert shell("submit", *SWEEP).count(": queued") == 4
    runs = json.loads(shell("runs", "--json"))
    assert [(run["rule"], run["seed"]) for run in runs] == [
        ("dil-sf", 2), ("dil-sf", 1), ("erm", 2), ("erm", 1),
    ]  # fmt: skip
    assert runs[0]["needs"] == {"device": "auto", "processes": 1, "threads": 1}
    assert {"commit", "diff", "packages", "code"} <= runs[0]["provenance"].keys()


def test_submit_says_that_no_agent_runs_and_how_to_start_one(shell: Shell) -> None:
    shell("submit", "denoise-small")
    assert "no agent runs" in shell.result.stderr
    assert "dilctl agent start" in shell.result.stderr


def test_what_is_there_already_is_queued_again_only_when_asked(shell: Shell) -> None:
    shell("submit", "denoise-small")
    assert "already there, queued" in shell(
        "submit", "denoise-small", "--set", "resources.threads=2"
    )
    assert "run 2: denoise-small, seed 1: queued" in shell("submit", "denoise-small", "--again")


def test_a_dry_run_tells_the_plan_and_writes_nothing(shell: Shell) -> None:
    plan = shell("submit", *SWEEP, "--dry-run", "--set", "train.budget=100 steps")
    assert "4 runs would be queued" in plan
    assert "bundled (8 images)" in plan
    assert "rule=erm · seed 1 · 100 gradient evaluations" in plan
    assert "rule=dil-sf · seed 2 · 400 gradient evaluations" in plan
    assert not shell.home.exists()


def test_paths_of_a_file_start_from_its_folder(
    shell: Shell, photographs: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text(
        'task = "denoise"\ntrain.patch = 32\nevaluate.crop = 32\n'
        'confounders = [{ kind = "gaussian-noise", sigma = 5 }]\n'
        f'data = {{ train = "{photographs.name}", test = ["tests"] }}\n'
    )
    shutil.copytree(photographs, tmp_path / "tests")
    shell("submit", str(recipe))
    (run,) = json.loads(shell("runs", "--json"))
    assert run["name"] == "mine"
    assert run["experiment"]["data"]["train"] == [str(photographs)]


def test_a_name_with_markup_and_escapes_is_shown_not_obeyed(shell: Shell) -> None:
    shell("submit", "denoise-small", "--name", NASTY)
    for words in (("runs",), ("show", "1"), ("submit", "denoise-small")):
        printed = shell(*words)
        assert "[red]x[/red]␛[31m\\u202e" in printed
        assert "\x1b" not in printed
    assert json.loads(shell("show", "1", "--json"))["name"] == NASTY


def test_a_log_is_shown_with_its_terminal_codes_made_visible(shell: Shell) -> None:
    shell("submit", "denoise-small")
    log = Settings(shell.home).run(1).log
    log.parent.mkdir(parents=True)
    log.write_bytes(
        b"".join(b"line %d\n" % number for number in range(20_000)) + b"\x1b]0;own\x07\n"
    )
    assert shell("logs", "1", "-n", "2") == "line 19999\n␛]0;own␇\n"
    log.write_bytes(b"")
    assert shell("logs", "1") == ""
    assert "run 1 has printed nothing" in shell.result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_standard_stream_may_be_closed(shell: Shell, closed: str) -> None:
    shell("submit", "denoise-small")
    dilctl = f'"{sys.executable}" -m dilctl --home "{shell.home}"'
    for words, code in (("runs", 0), ("rm 1 </dev/null", 2)):
        answer = subprocess.run(["sh", "-c", f"{dilctl} {words} {closed}"], check=False)
        assert answer.returncode == code


def test_cancel_ends_waiting_runs_and_refuses_ended_ones(shell: Shell) -> None:
    shell("submit", *SWEEP)
    assert shell("cancel", "2") == "run 2: cancelled\n"
    assert shell("cancel", "2") == "run 2: is cancelled already\n"
    train(shell.home, 1, unseen=20.0)
    assert "run 1 is done" in shell.error("cancel", "1", code=8)
    assert "--yes" in shell.error("cancel", "--all-queued", code=2)
    assert shell("cancel", "--all-queued", "--yes").count("cancelled") == 2
    assert len(json.loads(shell("runs", "--status", "cancelled", "--json"))) == 3


def test_the_board_says_seen_and_unseen_and_its_verdict(shell: Shell) -> None:
    shell("submit", *SWEEP)
    for run, unseen in ((1, 20.0), (2, 20.2), (3, 21.0), (4, 21.2)):
        train(shell.home, run, unseen=unseen)
    for columns in (80, 300):
        lines = shell("board", "denoise", columns=columns).splitlines()
        assert max(len(line) for line in lines) <= columns
        text = "\n".join(lines)
        for word in (
            "seen",
            "unseen",
            "σ50",
            "erm",
            "dil-sf",
            "baseline",
            "+1.00",
            "gain",
            "2 seeds",
        ):
            assert word in text
    (board,) = json.loads(shell("board", "denoise", "--json", "--set", "bundled"))
    assert {row["rule"]: row["verdict"] for row in board["rows"]} == {
        "dil-sf": "gain", "erm": "baseline",
    }  # fmt: skip
    assert shell("board", "denoise", "--csv").count("\n") == 3
    assert "bundled" in shell.error("board", "denoise", "--set", "CBSD68", code=6)


def test_a_board_of_nothing_is_empty_data_and_a_word_of_why(shell: Shell) -> None:
    for form, data in (("--json", "[]\n"), ("--csv", "")):
        assert shell("board", "denoise", form) == data
        assert "no run of denoise is done yet" in shell.result.stderr


def test_a_recipe_is_shown_with_every_default_and_can_be_submitted_so(
    shell: Shell, tmp_path: Path
) -> None:
    text = shell("recipes", "show", "denoise-small")
    assert "# rate of the virtual updates, constant\ninner_rate = 0.0001" in text
    copy = tmp_path / "copy.toml"
    copy.write_text(text)
    shell("submit", "denoise-small")
    assert "already there" in shell("submit", str(copy))


def test_the_doctor_warns_of_waiting_runs_and_names_the_cure(shell: Shell) -> None:
    assert "none yet" in shell("doctor")
    assert not shell.home.exists()
    shell("submit", "denoise-small")
    checks = {check["subject"]: check for check in json.loads(shell("doctor", "--json", code=1))}
    assert checks["agent"] == {
        "subject": "agent", "ok": False, "cure": "dilctl agent start",
        "finding": checks["agent"]["finding"],
    }  # fmt: skip
    assert checks["torch"]["ok"]


def test_a_second_agent_is_refused_and_told_who_works(shell: Shell) -> None:
    assert "no agent works" in shell("agent", "status")
    with AgentLock(Settings(shell.home).agent_lock(socket.gethostname())):
        assert json.loads(shell("agent", "status", "--json"))["pid"] == os.getpid()
        sentence = shell.error("agent", "run", code=7)
    assert str(os.getpid()) in sentence


def test_a_full_disk_has_its_own_code_and_a_fault_of_ours_has_none() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/home/x")
    assert exit_code_of(full) is ExitCode.NO_SPACE
    assert exit_code_of(FullDiskError("the registry's disk")) is ExitCode.NO_SPACE
    locked = OSError(errno.EROFS, "Read-only file system", "/home/x")
    assert exit_code_of(locked) is ExitCode.FAILED
    assert "choose another folder with --home" in sentences(locked)[0]
    assert sentences(full) == ("/home/x: No space left on device; free some space and try again",)
    assert exit_code_of(KeyboardInterrupt()) is ExitCode.INTERRUPTED
    assert exit_code_of(ValueError("a bug")) is None


@pytest.mark.slow
def test_a_reader_that_leaves_early_hears_no_complaint(shell: Shell) -> None:
    command = f'"{sys.executable}" -m dilctl --home "{shell.home}" recipes show denoise'
    answer = subprocess.run(
        ["bash", "-c", f"{command} | true; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.parametrize("words", [("runs",), ("runs", "--json")])
def test_a_terminal_without_unicode_is_served_as_well_as_it_can_be(
    shell: Shell, words: tuple[str, ...]
) -> None:
    shell("submit", "denoise-small", "--name", "käfer")
    answer = subprocess.run(
        [sys.executable, "-m", "dilctl", "--home", shell.home, *words],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    if "--json" in words:
        assert json.loads(answer.stdout)[0]["name"] == "käfer"
    else:
        assert b"k?fer" in answer.stdout


def test_every_command_ends_its_help_with_an_example(shell: Shell) -> None:
    commands = ("submit", "runs", "show", "logs", "cancel", "board", "dash", "demo", "doctor")
    for command in (*((one,) for one in commands), ("agent", "run"), ("recipes", "show")):
        assert f"Example: dilctl {' '.join(command)}" in shell(*command, "--help")
