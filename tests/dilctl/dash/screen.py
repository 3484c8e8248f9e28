"""Reading what a person sees on the dashboard, and waiting for it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from dilctl.dash.app import DashApp
from dilctl.jobs import Jobs
from tests.dilctl.seeded import NOW

SMALL = (80, 24)
LARGE = (120, 40)


class Viewer:
    """A person at the dashboard: looks, presses keys, waits for something to appear."""

    def __init__(self, app: DashApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    def lines(self) -> list[str]:
        # Textual offers pictures of a screen, not its text, except here.
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    def text(self) -> str:
        return "\n".join(self.lines())

    async def until(self, holds: Callable[[str], bool]) -> str:
        """The screen's text as soon as something holds of it."""
        deadline = time.monotonic() + 10
        while not holds(self.text()):
            if fault := self.app._exception:  # told only when the app ends
                raise fault
            assert time.monotonic() < deadline, f"never came:\n{self.text()}"
            await asyncio.sleep(0.01)
            await self.pilot.pause()
        return self.text()

    async def sees(self, *words: str) -> str:
        return await self.until(lambda text: all(word in text for word in words))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()


@asynccontextmanager
async def viewer(jobs: Jobs, size: tuple[int, int] = SMALL) -> AsyncGenerator[Viewer]:
    """The dashboard in a terminal of this size, its clock standing still."""
    app = DashApp(jobs, clock=lambda: NOW)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Viewer(app, pilot)
        # A read that is under way ends before its loop does.
        await app.workers.wait_for_complete()
