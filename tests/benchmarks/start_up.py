"""Starting up: what a command costs before it answers, beside importing its libraries alone."""

import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figures import Figure, Figures, Work, compared
from tests.benchmarks.seeding import Size, seed

_TOPIC = "starting up"
_ROUNDS = 9


def measure(folder: Path) -> Figures:
    """All figures of starting up."""
    size = Size(runs=10_000, points=1)
    seed(folder / "registry.db", size)

    def child(*arguments: str) -> Work:
        environment = os.environ | {"DILCTL_HOME": str(folder)}
        return lambda: subprocess.run(
            [sys.executable, *arguments], check=True, capture_output=True, env=environment
        )

    helped = compared(
        child("-m", "dilctl", "--help"), child("-c", "import typer"), rounds=_ROUNDS
    )  # fmt: skip
    yield Figure(topic=_TOPIC, name="dilctl --help, against importing typer", value=helped.ratio,
                 unit="x", at_most=2.5, note=str(helped))  # fmt: skip
    listed = compared(
        child("-m", "dilctl", "runs"), child("-c", "import sqlalchemy.orm, typer"), rounds=_ROUNDS
    )
    yield Figure(topic=_TOPIC, name=f"dilctl runs on {size.runs:,} runs, against importing "
                 "sqlalchemy.orm, typer", value=listed.ratio, unit="x", at_most=1.5,
                 note=str(listed))  # fmt: skip
