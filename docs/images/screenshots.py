"""The pictures of the pages, of a real registry: python docs/images/screenshots.py HOME."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

from textual.pilot import Pilot

from dilctl.dash.app import DashApp
from dilctl.dash.places import Go, Place, Subject
from dilctl.jobs import Jobs
from dilctl.settings import Settings

HERE = Path(__file__).parent
SIZE = (110, 34)
_CALM, _PATIENCE = 1.5, 20.0
"""Seconds for which a screen must stay as it is, and which it is given to become so."""


async def take(home: Path) -> None:
    """Save every place, the keys, the palette and the form."""
    with Jobs(Settings(home)) as jobs:
        if not (chosen := some_runs(jobs)):
            sys.exit(f"{home} holds no run that is done; to make some: dilctl demo")
        for place in Place:
            async with dashboard(jobs) as pilot:
                several = place in {Place.COMPARE, Place.GALLERY}
                pilot.app.screen.post_message(Go(place, subject(chosen if several else chosen[:1])))
                await save(pilot, place)
        for name, keys in (("help", ["question_mark"]), ("palette", ["ctrl+p"])):
            async with dashboard(jobs) as pilot:
                await pilot.press(*keys)
                await save(pilot, name)
        async with dashboard(jobs) as pilot:
            await pilot.press(key_of(pilot, "runs.submit"))
            await save(pilot, "submit")


def some_runs(jobs: Jobs) -> Sequence[int]:
    """The newest run that is done, and two of other rules on the same task and seed."""
    done = list(jobs.runs("status:done", limit=1000))
    of_rule: dict[str, int] = {}
    for run in done:
        if (run.task, run.seed) == (done[0].task, done[0].seed):
            of_rule.setdefault(run.rule, run.id)
    return tuple(islice(of_rule.values(), 3))


def subject(runs: Sequence[int]) -> Subject:
    """What is looked at."""
    return Subject(runs=tuple(runs))


def key_of(pilot: Pilot[None], binding: str) -> str:
    """The key by which something is done on the screen in front."""
    bindings = pilot.app.screen.active_bindings.values()
    return next(active.binding.key for active in bindings if active.binding.id == binding)


@asynccontextmanager
async def dashboard(jobs: Jobs) -> AsyncIterator[Pilot[None]]:
    """The dashboard, its list of runs in front."""
    app = DashApp(jobs)
    async with app.run_test(size=SIZE) as pilot:
        await calm(pilot)
        yield pilot
        await app.workers.wait_for_complete()


async def save(pilot: Pilot[None], name: str) -> None:
    """Wait until what was asked for is on the screen, and save it."""
    await calm(pilot)
    pilot.app.save_screenshot(f"{name}.svg", path=str(HERE))


async def calm(pilot: Pilot[None]) -> None:
    """Wait until nothing changes any more."""
    loop = asyncio.get_running_loop()
    end, seen, since = loop.time() + _PATIENCE, "", loop.time()
    while loop.time() < end and loop.time() - since < _CALM:
        await pilot.pause(0.1)
        if seen != (seen := pilot.app.export_screenshot()):
            since = loop.time()


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
