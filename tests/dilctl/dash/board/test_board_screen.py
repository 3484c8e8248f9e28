"""The leaderboard, as a person sees and uses it."""

import json
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from dilctl.dash.app import DashApp
from dilctl.dash.memory import Memory
from dilctl.dash.places import Go, Place, Subject
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from tests.dilctl.dash.screen import LARGE, SMALL, Viewer
from tests.dilctl.seeded import NOW, fill

pytestmark = pytest.mark.slow


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    settings = Settings(home=tmp_path / "home")
    fill(settings)
    with Jobs(settings) as opened:
        yield opened


@asynccontextmanager
async def at_board(jobs: Jobs, size: tuple[int, int] = SMALL, **state):
    memory = Memory()
    memory.keep("app", {"place": "board"})
    memory.keep("board", state)
    app = DashApp(jobs, clock=lambda: NOW, memory=memory)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Viewer(app, pilot)
        await app.workers.wait_for_complete()


async def test_bars_numbers_and_verdicts_stand_beside_each_other_and_views_turn_by_key_and_click(
    jobs,
):
    async with at_board(jobs, LARGE) as someone:
        text = await someone.sees("task: denoise", "▲ gain")
        assert "dilctl › board › denoise  CBSD68, 6 images, PSNR in dB" in text
        assert "+0.30 +0.30…+0.30" in text
        assert "├" in text
        assert "●" in text
        assert "runs 2, 4 · seeds 1, 2 from 28.35 to 28.40 · worst σ50: 24.88" in text
        assert "is ahead of ERM by 0.30 dB" in text
        await someone.press("j")
        await someone.sees("runs 1, 3 · seeds 1, 2", "▸erm · 2 seeds")
        await someone.press("v")
        await someone.sees(
            "PSNR in dB, upwards, against σ", "━ the range trained on: 5, 10, 15, 20."
        )
        await someone.press("v")
        await someone.sees("unseen PSNR in dB, upwards, against seen", "A dil-sf")
        await someone.press("b")
        await someone.sees("equal: gradients", "looks at", "ERM, seed 1")
        await someone.press("b")
        await someone.sees("equal: steps")
        await someone.pilot.click("#views", offset=(4, 0))
        await someone.sees("▲ gain")


async def test_what_is_looked_at_is_chosen_by_keys_and_remembered_as_plain_json(jobs):
    async with at_board(jobs) as someone:
        await someone.sees("set: CBSD68", "▲ gain")
        await someone.press("p")
        await someone.sees("erm rrdb, paper")
        await someone.press("G")
        await someone.press("m")
        await someone.sees("metric: SSIM", "0.800")
        await someone.press("w", "down", "enter")
        await someone.sees("by: rule", "rule: dil-sf", "rule: erm")
        await someone.press("n")
        await someone.sees("set: Kodak24")
        await someone.press("d")
        await someone.sees("Test set", "noise-levels")
        await someone.press(*"cbsd", "enter")
        await someone.sees("set: CBSD68", "CBSD68, 6 images")
        state = json.loads(json.dumps(someone.app.screen.remembered()))
        assert (state["test_set"], state["by"], state["has_paper"]) == ("CBSD68", "rule", True)


async def test_a_query_narrows_the_board_and_a_fault_is_pointed_at(jobs):
    async with at_board(jobs) as someone:
        await someone.sees("seeds 1, 2")
        await someone.press("slash", *"sed=1")
        await someone.sees("^")
        await someone.press("ctrl+u", *"seed=1", "enter")
        await someone.sees("filter: seed=1", "run 2 · seed 1")
        await someone.press("slash", *"seed=77", "enter")
        await someone.sees("No run of denoise that the query means is done yet")
        someone.app.screen.post_message(Go(Place.BOARD, Subject(runs=(3,), test_set="Kodak24")))
        await someone.sees("task: denoise", "set: Kodak24", "▸erm · 2 seeds")


async def test_a_row_leads_to_its_runs_and_those_of_its_erm(jobs):
    async with at_board(jobs) as someone:
        await someone.sees("▲ gain")
        await someone.press("enter")
        await someone.until(lambda _: someone.app.current_mode == Place.COMPARE)
        await someone.press("escape")
        await someone.sees("▲ gain")
        await someone.press("o")
        await someone.sees("run 2")


async def test_an_export_is_written_refuses_to_overwrite_and_goes_to_the_clipboard(jobs, tmp_path):
    file = tmp_path / "table.md"
    async with at_board(jobs) as someone:
        await someone.sees("▲ gain")
        await someone.press("L")
        await someone.sees("copied: latex")
        assert r"\begin{tabular}" in someone.app.clipboard
        await someone.press("y")
        await someone.until(lambda _: someone.app.clipboard.startswith("denoise, CBSD68"))
        await someone.press("e")
        await someone.sees("Export the board", "board-denoise-CBSD68-noise-levels.tex")
        await someone.press("down", "enter")
        await someone.sees("board-denoise-CBSD68-noise-levels.md")
        field = someone.app.screen.query_one("#file")
        field.value = str(file)
        await someone.press("ctrl+s")
        await someone.until(lambda _: file.exists() and file.read_text().startswith("### denoise"))
        await someone.press("e")
        await someone.sees("Export the board")
        someone.app.screen.query_one("#file").value = str(file)
        await someone.press("ctrl+s")
        await someone.sees("is there already")


async def test_without_a_finished_run_the_board_teaches_how_one_appears(tmp_path):
    with Jobs(Settings(home=tmp_path)) as jobs:
        async with at_board(jobs, view=7, suite=["?"], by="\x1b") as someone:
            await someone.sees("No run has finished yet.", "dilctl demo")
            await someone.press("v", "j", "enter", "e", "t", "d", "y", "n", "p", "i", "L")
