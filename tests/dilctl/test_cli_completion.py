"""What the shell offers at the Tab key, asked in a child process as shells ask."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dilctl.cli import completion
from dilctl.settings import Settings
from storage.registry import Registry
from tests.dilctl.seeded import fill
from trainers.errors import ExperimentError
from trainers.recipe import apply_assignment, parse_experiment, read_settings

HEAVY = ("torch", "textual", "numpy")
SCRIPT = f"""
import sys
from dilctl.cli.app import app
try:
    app(prog_name="dilctl")
finally:
    print("loaded:", *(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)
"""


def offered(home: Path | str, *words: str, shell: str = "bash") -> list[str]:
    line = ["dilctl", *words]
    environment = {
        "_DILCTL_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": " ".join(line),
        "COMP_CWORD": str(len(line) - 1),
        "_TYPER_COMPLETE_ARGS": " ".join(line),
        "DILCTL_HOME": str(home),
    }
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr == "loaded:\n"
    return [line for line in answer.stdout.splitlines() if line]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion") / "home"
    fill(Settings(folder))
    with Registry.open(Settings(folder).registry) as registry:
        registry.tag([1, 2], add=["best"])
        registry.tag([3], add=["b$(touch evil)"])
    return folder


@pytest.mark.slow
def test_a_shell_is_offered_runs_recipes_settings_and_tags(home: Path) -> None:
    assert offered(home, "explain", "")[:2] == ["8", "7"]
    assert offered(home, "submit", "den") == ["denoise", "denoise-small"]
    assert "train.batch=" in offered(home, "submit", "denoise-small", "--set", "tr")
    assert "rule=" in offered(home, "train", "denoise-small", "--sweep", "ru")
    assert offered(home, "submit", "denoise-small", "--tag", "") == ["best"]
    assert "status=" in offered(home, "cancel", "st")


@pytest.mark.slow
def test_a_shell_that_shows_help_is_told_the_names_of_runs(home: Path) -> None:
    (told,) = offered(home, "explain", "5", shell="zsh")[:1]
    assert "denoise-small dil-sf, seed 3" in told or "denoise-small erm, seed 3" in told
    nasty = "\n".join(offered(home, "explain", "8", shell="zsh"))
    assert "\x1b" not in nasty
    assert "(bold red)not bold(/)" in nasty


@pytest.mark.slow
def test_where_there_is_no_registry_or_a_broken_one_nothing_is_offered_nor_made(
    tmp_path: Path,
) -> None:
    absent = tmp_path / "absent"
    assert offered(absent, "explain", "") == []
    assert offered(absent, "submit", "denoise-small", "--tag", "") == []
    assert not absent.exists()
    (tmp_path / "registry.db").write_text("my shopping list")
    assert offered(tmp_path, "explain", "") == []
    file = tmp_path / "registry.db"
    assert offered(file, "explain", "") == []


def offers(incomplete: str) -> list[str]:
    return [word for word, _ in completion.settings(incomplete)]


def test_settings_are_offered_with_the_words_that_they_may_have() -> None:
    assert offers("train.ba") == ["train.batch="]
    assert offers("rule=dil-") == ["rule=dil-sf", "rule=dil-pf", "rule=dil-ss", "rule=dil-ps"]
    assert offers("rule=erm,dil-p") == ["rule=erm,dil-pf", "rule=erm,dil-ps"]
    assert offers("resources.device=c") == ["resources.device=cpu", "resources.device=cuda"]
    assert offers("train.shared_content=") == [
        "train.shared_content=true", "train.shared_content=false",
    ]  # fmt: skip
    assert offers("train.lr=") == []
    assert offers("nothing.") == []
    assert "rule.inner_rate=" in offers("rule.")


def test_every_setting_offered_is_one_that_an_experiment_has() -> None:
    foreign = {"rule.", "network.", "train.average."}  # of kinds that the recipe has not
    for key in offers(""):
        settings = read_settings("denoise-small")
        apply_assignment(settings, f"{key}[[[")
        try:
            parse_experiment(settings)
        except ExperimentError as error:
            is_unknown = any("unknown key" in fault for fault in error.faults)
            assert not is_unknown or key.startswith(tuple(foreign))


def test_recipes_are_offered_with_their_purposes() -> None:
    ((name, purpose),) = completion.recipes("denoise-s")
    assert name == "denoise-small"
    assert purpose.startswith("Gaussian denoising that a laptop's CPU")
