"""dilctl beside its peers, in one run: python -m tests.benchmarks.peers --bin FOLDER [--json FILE].

Each does the same work in a child process of its own, in turns; ``--bin`` is the folder of programs
of an environment with the peers in it (``make bench-peers`` makes one).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from tests.benchmarks import report
from tests.benchmarks.figures import Figure, Figures, amount, seconds
from tests.benchmarks.peers.workload import POINTS

_ROUNDS = 3
_LISTS = (1_000, 5_000)
_HELPED = ("mlflow", "trackio", "wandb")
_WRITERS = ("dilctl", "mlflow", "trackio", "tensorboardx", "wandb")
_LISTERS = ("dilctl", "mlflow", "trackio")
_TOPIC = "beside its peers"
# Lists are read from memory anyway; thousands of runs are made there in a fraction of the time.
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> None:
    """Measure, print each figure with its target, write the report."""
    asked = _asked()
    figures: list[Figure] = []
    for figure in measure(asked.bin):
        print(figure, flush=True)  # noqa: T201 (this is what it is for)
        figures.append(figure)
    print(report.summary(figures))  # noqa: T201
    if asked.json is not None:
        report.write(asked.json, "make bench-peers", figures)


def measure(bin: Path) -> Figures:
    """The same writes, the same lists, the start of each program."""
    yield from _writes(bin)
    for runs in _LISTS:
        for peer in _LISTERS:
            took = _child(bin, peer, "list", str(runs))["milliseconds"]
            name = f"{peer}, 100 of {runs:,} runs by a metric"
            yield Figure(topic=_TOPIC, name=name, value=took, unit="ms")
    yield from _starts(bin)


def _writes(bin: Path) -> Figures:
    rounds = [{peer: _child(bin, peer, "write") for peer in _WRITERS} for _ in range(_ROUNDS)]
    took = {peer: median(each[peer]["seconds"] for each in rounds) for peer in _WRITERS}
    for peer in _WRITERS:
        size = median(each[peer]["bytes"] for each in rounds)
        yield Figure(topic=_TOPIC, name=f"{peer}, points a second", value=POINTS / took[peer],
                     unit="points/s", note=f"{amount(size)} bytes a point")  # fmt: skip
    for peer, at_least in (("mlflow", 10), ("trackio", 1)):
        ratio = median(each[peer]["seconds"] / each["dilctl"]["seconds"] for each in rounds)
        yield Figure(topic=_TOPIC, name=f"writing, how many times as fast as {peer}", value=ratio,
                     unit="x", at_least=at_least)  # fmt: skip


def _starts(bin: Path) -> Figures:
    commands = {"dilctl": [sys.executable, "-m", "dilctl"]}
    commands |= {name: [str(bin / name)] for name in _HELPED}
    for name, command in commands.items():
        took = median(_times_of_help(command))
        yield Figure(topic=_TOPIC, name=f"{name} --help", value=took, unit="s")


def _times_of_help(command: list[str]) -> Iterator[float]:
    for number in range(_ROUNDS + 1):
        took = seconds(
            lambda: subprocess.run(
                [*command, "--help"], check=True, capture_output=True, env=_environment()
            )
        )
        if number:  # the first pays for reading the disk
            yield took


def _child(bin: Path, peer: str, task: str, *arguments: str) -> Mapping[str, float]:
    """What a child process answers, in a folder that is gone with it."""
    python = sys.executable if peer == "dilctl" else str(bin / "python")
    with tempfile.TemporaryDirectory(dir=_MEMORY if task == "list" else None) as folder:
        found = subprocess.run(
            [python, "-m", f"tests.benchmarks.peers.with_{peer}", task, folder, *arguments],
            check=True, capture_output=True, env=_environment(),
        )  # fmt: skip
    return json.loads(found.stdout.splitlines()[-1])


def _environment() -> dict[str, str]:
    """Without telemetry: nobody is told of a benchmark, and nobody waits for it."""
    return os.environ | {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "1",
        "WANDB_ERROR_REPORTING": "false",
        "HF_HUB_OFFLINE": "1",
        "GIT_PYTHON_REFRESH": "quiet",
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.peers", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--bin", type=Path, required=True, help="where the peers' programs are")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
