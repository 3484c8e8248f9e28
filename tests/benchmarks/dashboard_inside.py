"""The dashboard with a stopwatch inside: python -m tests.benchmarks.dashboard_inside JOB HOME FILE.

Three jobs: ``paint`` notes when the application object is up; ``ticks`` how long the event loop is
held in each second; ``memory`` how large the process is after so many events and points.
"""

import asyncio
import gc
import json
import selectors
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import psutil

from dilctl.dash.app import DashApp
from dilctl.dash.places import Go, Place, Subject
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from tests.benchmarks.dashboard_endless import EndlessJobs

SECONDS = 15
"""So many ticks are measured on each screen."""

LIVE_RUN = 10_001
MARKS = (2_000_000, 10_000_000)


class Stopwatch(selectors.DefaultSelector):
    """Notes how long a loop works between two looks at what is ready."""

    def __init__(self) -> None:
        super().__init__()
        self.holds: list[float] = []
        self._left = time.perf_counter()

    def select(self, timeout: float | None = None) -> Any:
        """Look at what is ready."""
        self.holds.append(time.perf_counter() - self._left)
        ready = super().select(timeout)
        self._left = time.perf_counter()
        return ready


async def _paint(app: DashApp, _: Stopwatch, answer: Path) -> None:
    answer.write_text(json.dumps(time.perf_counter()), "utf-8")
    await app.run_async()


async def _ticks(app: DashApp, watch: Stopwatch, answer: Path) -> None:
    async def measure() -> None:
        told: dict[str, list[dict[str, float]]] = {}
        for place in (Place.RUNS, Place.RUN):
            if place is not Place.RUNS:
                app.screen.post_message(Go(place, Subject(runs=(LIVE_RUN,))))
            await asyncio.sleep(3)
            told[place] = [await _second(watch) for _ in range(SECONDS)]
        answer.write_text(json.dumps(told), "utf-8")

    await _beside(app, measure)


async def _second(watch: Stopwatch) -> dict[str, float]:
    watch.holds.clear()
    spent = time.thread_time()
    await asyncio.sleep(1)
    return {
        "held": sum(watch.holds),
        "longest": max(watch.holds),
        "processor": time.thread_time() - spent,
    }


async def _memory(app: DashApp, _: Stopwatch, answer: Path) -> None:
    jobs = app.seat.jobs
    assert isinstance(jobs, EndlessJobs)

    async def measure() -> None:
        told: list[int] = []
        for mark in MARKS:
            while jobs.handed_out < mark:
                here = Place.RUN if app.current_mode == Place.RUNS else Place.RUNS
                app.screen.post_message(Go(here, Subject(runs=(jobs.live,))))
                for _ in range(50):
                    await _look(app, jobs)
            gc.collect()
            told.append(psutil.Process().memory_info().rss)
        answer.write_text(json.dumps(told), "utf-8")

    await _beside(app, measure)


async def _look(app: DashApp, jobs: EndlessJobs) -> None:
    before = jobs.looks
    app.screen.look(again=True)  # type: ignore[attr-defined] # every screen here is a live one
    while jobs.looks == before:
        await asyncio.sleep(0.001)


async def _beside(app: DashApp, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Work while the app runs; it ends with the work."""

    async def then_leave() -> None:
        await asyncio.sleep(2)
        try:
            await work()
        finally:
            app.exit()

    await asyncio.gather(app.run_async(), then_leave())


def main() -> None:
    """Do one job."""
    name, home, answer = sys.argv[1], Settings(Path(sys.argv[2])), Path(sys.argv[3])
    job = {"paint": _paint, "ticks": _ticks, "memory": _memory}[name]
    watch = Stopwatch()
    with EndlessJobs(home) if name == "memory" else Jobs(home) as jobs:
        app = DashApp(jobs)
        app.calm = gc.freeze
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(watch)) as runner:
            runner.run(job(app, watch, answer))


if __name__ == "__main__":
    main()
