"""The pictures of the README, of a real registry: python docs/images/screenshots.py HOME."""

import asyncio
import sys
from pathlib import Path

from textual.pilot import Pilot

from dilctl.dash.app import DashApp
from dilctl.jobs import Jobs
from dilctl.settings import Settings

HERE = Path(__file__).parent


async def take(home: Path) -> None:
    """Save the list of runs, the first run's curves, and the leaderboard."""
    app = DashApp(Jobs(Settings(home)))
    async with app.run_test(size=(100, 28)) as pilot:
        await save(app, pilot, "dash.svg")
        await pilot.press("enter")
        await save(app, pilot, "run.svg")
        await pilot.press("escape", "b")
        await save(app, pilot, "board.svg")


async def save(app: DashApp, pilot: Pilot[None], name: str) -> None:
    """Wait until what was asked for is on the screen, and save it."""
    await asyncio.sleep(2.5)
    await pilot.pause()
    app.save_screenshot(name, path=str(HERE))


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
