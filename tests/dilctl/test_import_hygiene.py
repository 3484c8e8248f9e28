"""What a command loads, proved in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import json, sys
from dilctl.__main__ import main
sys.argv = ["dilctl", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded(*words: str) -> set[str]:
    """Names of the packages that a command loads."""
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, *words], capture_output=True, text=True, check=True
    )
    return set(json.loads(answer.stdout.splitlines()[-1]))


def test_help_loads_nothing_heavy() -> None:
    assert not loaded("--help") & {"torch", "numpy", "sqlalchemy", "textual", "pydantic"}


def test_listing_runs_loads_neither_pytorch_nor_numpy_nor_textual(tmp_path: Path) -> None:
    packages = loaded("--home", str(tmp_path), "runs")
    assert "sqlalchemy" in packages
    assert not packages & {"torch", "numpy", "textual"}


@pytest.mark.slow
def test_submitting_does_not_load_pytorch(tmp_path: Path) -> None:
    assert "torch" not in loaded("--home", str(tmp_path), "submit", "denoise-small")


def test_the_module_runs_as_the_command_does() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "dilctl", "--help"], capture_output=True, text=True, check=True
    )
    assert answer.stdout.startswith("Usage: dilctl [OPTIONS]")
