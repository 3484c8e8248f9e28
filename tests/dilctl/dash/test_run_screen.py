"""One run, as a person sees and uses it."""

from dataclasses import replace

import pytest

from tests.dilctl.dash.fakes import FakeJobs, typical
from tests.dilctl.dash.screen import LARGE, viewer

pytestmark = pytest.mark.slow


async def test_a_run_shows_its_curves_its_log_and_how_far_it_is():
    async with viewer(typical()) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("enter")
        text = await someone.sees("psnr@crops  1 of 3", "step 800 loss 0.0013")

        assert "seen 30.75" in text
        assert "unseen 25.36" in text
        assert "2m10s left  3,200 gradients" in text
        assert text.splitlines()[-1].rstrip().endswith("q Quit")


async def test_keys_turn_plots_axes_and_panels_and_escape_goes_back():
    async with viewer(typical()) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("enter")
        await someone.sees("1 of 3", "gradients")
        await someone.press("m")
        await someone.sees("each degradation  2 of 3", "σ5 ", "σ50 ")
        await someone.press("M", "M")
        await someone.sees("loss  3 of 3")
        await someone.press("x")
        await someone.until(lambda text: " step\n" in text)
        await someone.press("tab")
        await someone.sees("confounders", "σ5 σ10 σ15 σ20")
        await someone.press("tab")
        await someone.sees("goes on, 4m00s on bench, 2026-11-23 11:56 UTC")
        await someone.press("escape")
        await someone.sees("6 · queued")


async def test_a_wide_terminal_shows_log_settings_and_attempts_at_once():
    async with viewer(typical(), LARGE) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("enter")

        await someone.sees("step 800", "3200 gradients", "goes on, 4m00s")


async def test_a_run_that_has_not_started_says_so():
    async with viewer(typical()) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("j", "j", "enter")

        await someone.sees("no metric yet", "waits for 2 CPU slots", "The log is empty")


async def test_the_log_follows_its_end_unless_someone_reads_further_up():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("enter")
        await someone.sees("step 800 loss")
        jobs.logs[4] += ("step 810 [red]\x1b[31m",)
        await someone.press("r")
        await someone.sees("step 810 [red]␛[31m")

        await someone.press("k", "k", "k", "k")
        await someone.until(lambda text: "step 810" not in text)
        jobs.logs[4] += ("step 820",)
        jobs.all[4] = replace(jobs.all[4], gradients=3280)
        await someone.press("r")
        assert "step 820" not in await someone.sees("3,280 gradients")


async def test_while_a_run_is_looked_at_the_list_is_not_read():
    jobs: FakeJobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("enter")
        await someone.sees("step 800")
        before = jobs.asked["runs"]
        await someone.press("r", "r")
        await someone.until(lambda _: jobs.asked["run"] >= 2)

        assert jobs.asked["runs"] == before
