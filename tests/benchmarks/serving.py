"""Standing by: what an agent with nothing to do and an open dashboard ask for again and again."""

from collections.abc import Callable
from pathlib import Path

from storage.records import LIVE
from storage.registry import Registry
from tests.benchmarks.figures import Figure, Figures, milliseconds
from tests.benchmarks.seeding import Size, new_run, seed

_TOPIC = "standing by"
_QUEUED = 1_000
_POLLS = 2


def measure(folder: Path) -> Figures:
    """What is asked of a registry of 10,000 runs; information, without targets."""
    size = Size(runs=10_000, points=1)
    seed(folder / "registry.db", size)
    with Registry.open(folder / "registry.db") as registry:
        questions: dict[str, Callable[[], object]] = {
            "an idle agent's pass: what it holds, the last event": lambda: (
                registry.held_by("here"),
                registry.last_event(),
            ),
            "the dashboard's list: live runs and the newest 200": lambda: (
                registry.runs(statuses=sorted(LIVE)),
                registry.runs(limit=200),
            ),
            "the dashboard, when nothing has happened": lambda: registry.events(
                after=registry.last_event()
            ),
        }
        for name, ask in questions.items():
            took = milliseconds(ask, rounds=30)
            yield Figure(topic=_TOPIC, name=name, value=took, unit="ms", note=_share(name, took))
        runs = [new_run(f"queued {number}") for number in range(_QUEUED)]
        registry.submit(runs, who="me@here")
        yield Figure(topic=_TOPIC, name=f"a look at {_QUEUED:,} waiting runs, after an event",
                     value=milliseconds(registry.waiting), unit="ms")  # fmt: skip


def _share(name: str, took: float) -> str:
    is_agent = "agent" in name
    return f"{took * _POLLS / 10:.2f} % of a core at two passes a second" if is_agent else ""
