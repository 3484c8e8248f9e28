"""Several runs beside each other, as a person sees them."""

import pytest

from dilctl.dash.app import DashApp
from dilctl.dash.memory import Memory
from dilctl.dash.places import Go, Place, Subject
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from tests.dilctl.dash.screen import Viewer
from tests.dilctl.seeded import NOW, fill

pytestmark = pytest.mark.slow


@pytest.fixture
def jobs(tmp_path):
    settings = Settings(home=tmp_path)
    fill(settings)
    with Jobs(settings) as opened:
        yield opened


def at_compare(jobs: Jobs, **state) -> DashApp:
    memory = Memory()
    memory.keep("app", {"place": "compare"})
    memory.keep("compare", state)
    return DashApp(jobs, clock=lambda: NOW, memory=memory)


async def test_plain_training_and_the_newest_other_rule_are_compared_at_first(jobs):
    app = at_compare(jobs)
    async with app.run_test(size=(80, 24)) as pilot:
        someone = Viewer(app, pilot)
        await someone.sees("run 3 erm seed 2  against  4 dil-sf seed 2", "psnr@crops:unseen")
        await someone.press("tab")
        text = await someone.sees("setting", "rule ")
        assert "erm" in text
        await someone.press("tab")
        # Seed 2 of dil-sf lies 0.3 dB above ERM's under every degradation.
        await someone.sees("CBSD68 seen (4)", "+0.30 +0.30…+0.30")
        await someone.press("enter")
        await someone.sees("▸images", "astronaut.png", "mean +0.30 (+0.30 to")
        await app.workers.wait_for_complete()


async def test_runs_are_added_made_the_first_and_left_out(jobs):
    app = at_compare(jobs, runs=[1, 2], part="settings")
    async with app.run_test(size=(120, 30)) as pilot:
        someone = Viewer(app, pilot)
        await someone.sees("run 1 erm seed 1  against  2 dil-sf seed 1")
        await someone.press("a", *"seed=", "enter")
        await someone.sees("seed=")
        assert app.screen.query_one("RunsLine .fault").render().plain
        await someone.press("2", "enter")
        await someone.sees("against  2 dil-sf seed 1, 3 erm seed 2, 4 dil-sf seed 2")
        await someone.press("right", "right", "space")
        await someone.sees("run 2 dil-sf seed 1  against  1 erm seed 1")
        await someone.press("right", "d")
        await someone.until(lambda text: "4 dil-sf" not in text or "3 erm" not in text)
        await app.workers.wait_for_complete()


async def test_runs_that_are_removed_are_dropped_with_a_sentence(jobs):
    app = at_compare(jobs, runs=[1, 2, 3])
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        someone = Viewer(app, pilot)
        await someone.sees("run 1 erm seed 1  against  2 dil-sf seed 1, 3 erm")
        jobs.remove([2])
        await someone.press("r")
        await someone.sees("run 2 is no longer there", "run 1 erm seed 1  against  3 erm seed 2")
        await app.workers.wait_for_complete()


async def test_an_image_leads_to_its_pictures_and_what_is_shown_is_copied(jobs):
    app = at_compare(jobs, runs=[1, 2], part="images")
    async with app.run_test(size=(80, 24)) as pilot:
        someone = Viewer(app, pilot)
        await someone.sees("astronaut.png")
        await someone.press("m")
        await someone.sees("0.8000")
        await someone.press("m", "o", "o")
        await someone.sees("by name")
        await someone.press("y")
        assert app.clipboard.startswith("image\t1 erm s1\t2 dil-sf s1\nastronaut.png\t")
        await someone.press("enter")
        assert app.current_mode == "gallery"
        await app.workers.wait_for_complete()


async def test_nothing_to_compare_teaches_how_to_begin(tmp_path):
    with Jobs(Settings(home=tmp_path)) as jobs:
        app = at_compare(jobs)
        async with app.run_test(size=(80, 24)) as pilot:
            someone = Viewer(app, pilot)
            await someone.sees("There is nothing to compare yet.", "press x there")
            app.screen.post_message(Go(Place.COMPARE, Subject(runs=(99,))))
            await someone.sees("There is nothing to compare yet.")
            await app.workers.wait_for_complete()
