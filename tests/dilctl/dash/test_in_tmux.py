import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dilctl.jobs import Jobs
from dilctl.launch.processes import send
from dilctl.request import Request
from dilctl.settings import Settings
from storage.records import Status
from tests.dilctl.dash.tmux import Terminal, terminal
from tests.dilctl.test_end_to_end import EXPERIMENT, write_images

pytestmark = pytest.mark.server

DILCTL = (sys.executable, "-P", "-m", "dilctl", "--home")
STATE = ("alternate_on", "cursor_flag", "mouse_any_flag")


class Laboratory:
    """Two runs that take their time: the first ends soon, the second would not."""

    def __init__(self, folder: Path) -> None:
        write_images(folder / "train", count=4, side=64)
        write_images(folder / "test", count=2, side=40)
        (folder / "tiny.toml").write_text(EXPERIMENT)
        self.home = folder / "home"
        self.jobs = Jobs(Settings(self.home))
        for rule, budget in (("erm", "15 seconds"), ("dil-sf", "200 seconds")):
            assignments = (f"rule={rule}", f"train.budget={budget}")
            request = Request(recipe=str(folder / "tiny.toml"), assignments=assignments)
            self.jobs.submit(request, here=folder)

    @contextmanager
    def agent(self) -> "Iterator[subprocess.Popen[bytes]]":
        """A real agent; killed, so that its workers go on alone."""
        agent = subprocess.Popen(
            [*DILCTL, self.home, "agent", "run", "--slots", "2"], stderr=subprocess.DEVNULL
        )
        try:
            yield agent
        finally:
            agent.kill()
            agent.wait()

    def close(self) -> None:
        for run in self.jobs.runs():
            for attempt in self.jobs.registry.attempts(run.id):
                for process in attempt.processes:
                    send(process, 9)
        self.jobs.close()


def row(screen: str, run: int) -> str:
    """The line of a run in the list: its number, a sign, its status, and so on."""
    found = re.search(rf"^[ >]*{run} \S \w+.*$", screen, re.MULTILINE)
    return found.group() if found else ""


def percent(screen: str, run: int) -> int:
    found = re.search(r"(\d+) ?%", row(screen, run))
    return int(found.group(1)) if found else 0


@pytest.fixture
def laboratory(tmp_path: Path) -> Iterator[Laboratory]:
    laboratory = Laboratory(tmp_path)
    yield laboratory
    laboratory.close()


@pytest.fixture
def screen() -> Iterator[Terminal]:
    with TemporaryDirectory() as folder, terminal(Path(folder) / "tmux") as opened:
        yield opened


def test_two_runs_are_watched_steered_and_ranked_while_they_train(
    laboratory: Laboratory, screen: Terminal
):
    program = shlex.join([*DILCTL, str(laboratory.home), "dash"])
    screen.type(f"clear; {program}; echo it ended with $?")
    before = screen.state(*STATE)
    screen.press("Enter")

    with laboratory.agent():
        shown = screen.until(lambda text: all("running" in row(text, run) for run in (1, 2)))
        assert "No agent" not in shown
        begun = {run: percent(shown, run) for run in (1, 2)}
        screen.until(lambda text: all(percent(text, run) > begun[run] for run in (1, 2)))

        screen.press("g", "Enter")
        screen.sees("run 2", "psnr")
        screen.resize(160, 50)
        wide = screen.until(lambda text: max(map(len, text.splitlines())) > 100)
        assert "psnr" in wide
        screen.press("Escape")
        screen.until(lambda text: bool(row(text, 1) and row(text, 2)))
        screen.resize(80, 24)

        screen.press("/")
        screen.type("rule=dil-sf")
        screen.press("Enter")
        screen.until(lambda text: bool(row(text, 2)) and not row(text, 1))
        screen.press("c")
        screen.sees("Cancel", "(y)")
        screen.press("y")
        screen.until(lambda text: "cancelled" in row(text, 2))
        assert laboratory.jobs.run(2).status is Status.CANCELLED
        screen.press("/", "C-u", "Enter")
        screen.until(lambda text: bool(row(text, 1)))

    screen.sees("No agent works on")
    with laboratory.agent():
        screen.until(lambda text: "done" in row(text, 1))
        assert "No agent works on" not in screen.screen()
        screen.press("3")
        screen.sees("erm", "seen")
        screen.press("q")
        shown = screen.sees("it ended with")
    assert "it ended with 0" in shown
    assert screen.state(*STATE) == before
    screen.type("stty -a")
    screen.press("Enter")
    shown = screen.sees("-echoprt")
    assert re.search(r"(?<!-)\bicanon\b", shown)
    assert re.search(r"(?<!-)\becho\b", shown)
