"""The pictures of the README, of a real registry: python docs/images/screenshots.py HOME RUN."""

import asyncio
import sys
from pathlib import Path

from dilctl.dash.app import DashApp
from dilctl.jobs import Jobs
from dilctl.settings import Settings

HERE = Path(__file__).parent


async def take(home: Path, run: int) -> None:
    """Save the list of runs, one run's curves, and the leaderboard, each at 100 x 30."""
    app = DashApp(Jobs(Settings(home)))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.save_screenshot("dash.svg", path=str(HERE))
        newest = max(each.id for each in Jobs(Settings(home)).runs())
        await pilot.press(*["down"] * (newest - run), "enter")
        await settle(app, pilot)
        app.save_screenshot("run.svg", path=str(HERE))
        await pilot.press("escape", "b")
        await settle(app, pilot)
        app.save_screenshot("board.svg", path=str(HERE))


async def settle(app: DashApp, pilot: object) -> None:
    """Wait until what was asked for is on the screen."""
    await asyncio.sleep(2.5)
    await app.workers.wait_for_complete()
    await pilot.pause()


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1]), int(sys.argv[2])))
