"""The dashboard on 10,000 finished runs and eight live ones, in a real terminal."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import psutil

from storage.registry import Registry
from tests.benchmarks.dashboard_inside import MARKS
from tests.benchmarks.dashboard_training import progress
from tests.benchmarks.dashboard_window import Window, median, percentile
from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.seeding import Size, new_run, seed

_TOPIC = "dashboard"
_SIZE = Size(runs=10_000, points=1)
_LIVE = 8
_FIRST = f"live-{_LIVE}"
_ROUNDS = 5
_IDLE = 20.0
_KEYS = {
    "j": b"j", "k": b"k", "page down": b"\x1b[6~", "page up": b"\x1b[5~", "G": b"G", "g": b"g",
    "enter": b"\r",
    "escape": b"\x1b[27u",  # as terminals send it that speak the Kitty protocol
}  # fmt: skip
_WALK = (*repeat("j", 6), "page down", "page down", *repeat("k", 4), "page up", "G", "k", "g",
         "j", "enter", "escape")  # fmt: skip
_WALKS = 12


def measure(folder: Path) -> Figures:
    """All figures of the dashboard."""
    home = folder / "home"
    home.mkdir()
    _seed(home)
    yield from _first_paint(home, folder / "answer")
    yield from _keys(home)
    yield _idle(home)
    yield from _ticks(home, folder / "answer")
    yield _memory(folder)


def _seed(home: Path, size: Size = _SIZE) -> None:
    seed(home / "registry.db", size)
    with Registry.open(home / "registry.db") as registry:
        names = [new_run(f"live-{number}", seed=number) for number in range(1, _LIVE + 1)]
        for run in registry.submit(names, who="me@here"):
            attempt = registry.claim(run.id, "here")
            assert attempt is not None
            registry.running(run.id, attempt.number)


def _live_on(home: Path) -> None:
    """A sign of life of the live runs: whoever starts the dashboard settles what is long silent."""
    with Registry.open(home / "registry.db") as registry:
        for run, attempt in registry.held_by("here"):
            registry.heartbeat(run.id, attempt.number, progress(run.step + 1))


def _first_paint(home: Path, answer: Path) -> Figures:
    inside, outside = list[float](), list[float]()
    for _ in range(_ROUNDS):
        with _inside("paint", home, answer) as window:
            painted = window.until(_FIRST)
            inside.append(painted - json.loads(answer.read_text("utf-8")))
        with _dash(home) as window:
            outside.append(window.until(_FIRST) - window.began)
    for name, values, target in (
        ("first row painted, from the application object being up", inside, 0.3),
        ("first row painted, from the command", outside, 2),
    ):
        note = f"{_SIZE.runs:,} runs; median of {_ROUNDS}, longest {max(values):.2f} s"
        yield Figure(topic=_TOPIC, name=name, value=median(values), unit="s", at_most=target,
                     note=note)  # fmt: skip


def _keys(home: Path) -> Figures:
    took: dict[str, list[float]] = {name: [] for name in _KEYS}
    with _dash(home) as window:
        window.until(_FIRST)
        window.until_quiet(1)
        for name in chain.from_iterable(repeat(_WALK, _WALKS)):
            took[name].append(1000 * window.press(_KEYS[name]))
            window.until_quiet(0.06)
    every = list(chain.from_iterable(took.values()))
    each = ", ".join(f"{name} {percentile(values, 0.95):.0f}" for name, values in took.items())
    yield Figure(topic=_TOPIC, name="a key press to the painted answer, 95th percentile",
                 value=percentile(every, 0.95), unit="ms", at_most=50,
                 note=f"{len(every)} presses on {_SIZE.runs:,} runs; {each}")  # fmt: skip


def _idle(home: Path) -> Figure:
    with _dash(home) as window:
        window.until(_FIRST)
        window.until_quiet(1)
        process = psutil.Process(window.child.pid)
        before = sum(process.cpu_times()[:2])
        window.look_on(_IDLE)
        spent = sum(process.cpu_times()[:2]) - before
    return Figure(topic=_TOPIC, name="share of a core when nothing changes",
                  value=100 * spent / _IDLE, unit="%", at_most=5,
                  note=f"{_SIZE.runs:,} runs, {_IDLE:.0f} s")  # fmt: skip


def _ticks(home: Path, answer: Path) -> Figures:
    _live_on(home)
    trains = "tests.benchmarks.dashboard_training"
    with subprocess.Popen([sys.executable, "-m", trains, str(home)]) as training:
        try:
            with _inside("ticks", home, answer) as window:
                window.until_end(120)
        finally:
            training.kill()
    told: dict[str, list[dict[str, float]]] = json.loads(answer.read_text("utf-8"))
    for place, seconds in told.items():
        held = [1000 * second["held"] for second in seconds]
        longest = 1000 * max(second["longest"] for second in seconds)
        processor = median([1000 * second["processor"] for second in seconds])
        yield Figure(topic=_TOPIC, name=f"a tick's hold of the event loop, {place}, "
                     "95th percentile", value=percentile(held, 0.95), unit="ms", at_most=20,
                     note=f"{_LIVE} live runs; most {max(held):.1f}, longest hold {longest:.1f}, "
                     f"processor {processor:.1f}")  # fmt: skip


def _memory(folder: Path) -> Figure:
    home, answer = folder / "endless", folder / "answer"
    home.mkdir()
    _seed(home, Size(runs=50, points=100))
    with _inside("memory", home, answer) as window:
        window.until_end(400)
    sizes: list[int] = json.loads(answer.read_text("utf-8"))
    first, last = (size / 1_000_000 for size in sizes)
    counts = " and ".join(f"{mark // 1_000_000} million" for mark in MARKS)
    return Figure(topic=_TOPIC, name=f"memory after {MARKS[1]:,} events and points, against "
                  f"{MARKS[0]:,}", value=last / first, unit="x", at_most=1.05,
                  note=f"{first:.0f} MB and {last:.0f} MB after {counts}")  # fmt: skip


def _dash(home: Path) -> Window:
    """The command itself, as somebody starts it who was never there."""
    _live_on(home)
    (home / "dash.json").unlink(missing_ok=True)
    return Window("-m", "dilctl", "dash", home=home)


@contextmanager
def _inside(job: str, home: Path, answer: Path) -> Iterator[Any]:
    with Window(
        "-m", "tests.benchmarks.dashboard_inside", job, str(home), str(answer), home=home
    ) as window:
        yield window
