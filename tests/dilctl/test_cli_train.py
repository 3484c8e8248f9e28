"""Training in the foreground, and at a terminal: with real processes."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dilctl.settings import Settings
from storage.records import Status
from storage.registry import Registry
from tests.dilctl.terminal import INTERRUPT, at_terminal
from tests.dilctl.test_end_to_end import EXPERIMENT, write_images

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_images(tmp_path / "train", count=4, side=64)
    write_images(tmp_path / "test", count=2, side=40)
    (tmp_path / "tiny.toml").write_text(EXPERIMENT)
    return tmp_path


def command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "dilctl", "--home", str(folder / "home"), *words]


def status_of(folder: Path, run: int) -> Status:
    with Registry.open(Settings(folder / "home").registry) as registry:
        return registry.run(run).status


def test_a_run_is_trained_to_its_end_and_again_is_there_already(folder: Path) -> None:
    words = command(folder, "train", "tiny.toml", "--set", "train.budget=20 steps")
    first = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
    assert first.stdout == "run 1: tiny, seed 1: queued\n"
    assert "run 1: done" in first.stderr
    assert status_of(folder, 1) is Status.DONE
    again = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
    assert again.stdout == "run 1: tiny, seed 1: already there, done\n"


def test_an_interrupt_leaves_a_checkpoint_and_says_how_to_go_on(folder: Path) -> None:
    words = command(folder, "train", "tiny.toml", "--set", "train.budget=90000 steps")
    with subprocess.Popen(words, cwd=folder, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        said = ""
        while "· training" not in said:
            said = child.stderr.readline()
        child.send_signal(signal.SIGINT)
        rest = child.stderr.read()
    assert child.returncode == 130
    assert "To go on: dilctl train tiny.toml --set 'train.budget=90000 steps'" in rest
    assert status_of(folder, 1) is Status.QUEUED
    assert Settings(folder / "home").run(1).checkpoint.exists()


def test_a_run_that_can_never_start_here_is_not_waited_for(folder: Path) -> None:
    words = command(folder, "train", "tiny.toml", "--gpus", "4")
    answer = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "run 1 cannot run here: needs 4 GPUs" in answer.stderr
    assert status_of(folder, 1) is Status.QUEUED


def test_at_a_terminal_many_runs_take_one_line_and_a_question_is_asked(folder: Path) -> None:
    home = folder / "home"
    seen = at_terminal(home, "submit", "denoise-small", "--seeds", "1..500")
    assert seen.code == 0
    assert "500 runs queued: 1..500\r\n" in seen.text
    assert "run 7" not in seen.text
    for answer, status in (("\n", Status.QUEUED), ("y\n", Status.CANCELLED)):
        seen = at_terminal(home, "cancel", "1", "2", "3", after="[y/N]", press=answer)
        assert "Cancel 3 runs (1..3: denoise-small, ...)? [y/N]" in seen.text
        assert seen.code == (130 if status is Status.QUEUED else 0)
        assert ("nothing was done" in seen.text) is (status is Status.QUEUED)
        assert status_of(folder, 3) is status
    seen = at_terminal(home, "rm", "1", after="[y/N]", press=INTERRUPT)
    assert seen.code == 130
    assert "Remove 1 run (1), 0 bytes of files? [y/N]" in seen.text
    assert status_of(folder, 1) is Status.CANCELLED
