"""A run executes the rules as they were when it was submitted, whatever is edited later."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dilctl.settings import Settings
from storage.records import Status
from storage.registry import Registry
from tests.dilctl.test_end_to_end import EXPERIMENT, write_images

pytestmark = pytest.mark.slow

BOXES = ("dilctl", "trainers", "storage")


class Checkout:
    """A copy of the source that may be edited, and a home whose runs it carries out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "source"
        root = Path(__file__).parents[2]
        for box in BOXES:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / box, self.source / box, ignore=ignored)
        write_images(folder / "train", count=4, side=64)
        write_images(folder / "test", count=2, side=40)
        (folder / "tiny.toml").write_text(EXPERIMENT)

    def __call__(self, *words: str) -> str:
        answer = subprocess.run(
            [sys.executable, "-m", "dilctl", "--home", str(self.folder / "home"), *words],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.source)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def edit_rule(self) -> None:
        """Have the rule say in the log that it is the new one."""
        rule = self.source / "trainers" / "rules" / "dil_sf.py"
        rule.write_text(rule.read_text() + '\nprint("THE NEW RULE", flush=True)\n')

    def log(self, run: int) -> str:
        return Settings(self.folder / "home").run(run).log.read_text()


def test_a_rule_edited_after_submission_does_not_change_the_run(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout("submit", "tiny.toml", "--set", "train.budget=10 steps")
    checkout.edit_rule()
    checkout("submit", "tiny.toml", "--set", "train.budget=10 steps", "--again")
    checkout("agent", "run", "--until-empty")
    with Registry.open(Settings(tmp_path / "home").registry) as registry:
        old, new = registry.run(1), registry.run(2)
    assert (old.status, new.status) == (Status.DONE, Status.DONE)
    assert old.signature == new.signature
    assert old.provenance["code"] != new.provenance["code"]
    assert "THE NEW RULE" not in checkout.log(1)
    assert "THE NEW RULE" in checkout.log(2)
