"""One run, as a person sees and uses it."""

from collections.abc import Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dilctl.dash.app import DashApp
from dilctl.dash.memory import Memory
from dilctl.dash.places import Go, Place, Subject
from dilctl.dash.run.screen import RunScreen
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Points, Progress
from storage.registry import Registry
from tests.dilctl.dash.screen import LARGE, SMALL, Viewer, viewer
from tests.dilctl.seeded import fill, new_run

pytestmark = pytest.mark.slow

LIVE = 7


@asynccontextmanager
async def looking_at(home: Path, *runs: int, size: tuple[int, int] = SMALL):
    settings = Settings(home)
    fill(settings)
    async with viewer(Jobs(settings), size) as someone:
        await someone.sees("8 · queued")
        someone.app.post_message(Go(Place.RUN, Subject(runs=runs)))
        await someone.sees(f"run {runs[0]} ", "curves")
        yield someone


def measure(home: Path, step: int, values: Mapping[str, Any], *, seconds: float = 1.0) -> None:
    """As the worker of the live run does."""
    gradients = 4 * step
    with Registry.open(home / "registry.db") as registry:
        points = Points(step=step, gradients=gradients, seconds=seconds, values=values)
        registry.write(LIVE, 1, [points], [])
        progress = Progress(
            step=step, gradients=gradients, seconds=seconds, fraction=0.5,
            seconds_left=30.0, activity="training",
        )  # fmt: skip
        registry.heartbeat(LIVE, 1, progress)


async def test_new_points_are_drawn_and_those_that_were_taken_back_are_not(tmp_path):
    async with looking_at(tmp_path, LIVE) as someone:
        text = await someone.sees("▸psnr@crops", "highest seen", "unseen", "plots 1–2 of 3")
        assert "▶ running" in text
        assert "30s left" in text
        assert text.splitlines()[-1].rstrip().endswith("q Quit")
        measure(tmp_path, 500, {"psnr@crops:seen": 77.0})
        await someone.press("r")
        await someone.sees("highest seen 77 at 2,000")
        with Registry.open(tmp_path / "registry.db") as registry:
            registry.rewind(LIVE, 1, 400)
        measure(tmp_path, 410, {"psnr@crops:seen": 44.0})
        await someone.press("r")
        await someone.sees("highest seen 44 at 1,640")


async def test_enter_fills_the_screen_and_its_keys_zoom_read_smooth_and_stretch(tmp_path):
    async with looking_at(tmp_path, 1) as someone:
        await someone.sees("▸psnr@crops")
        await someone.press("enter")
        await someone.sees("newest", "best: highest", "minimum", " 3000")
        await someone.press("right", "right")
        await someone.sees("│ gradients", "●")
        await someone.press("plus", "plus")
        await someone.until(lambda text: " 3000" not in text.splitlines()[-6])
        await someone.press("escape", "escape", "s", "l", "x")
        await someone.sees("smoothed 0.6, log", "time")
        await someone.press("j")
        await someone.sees("psnr@crops, each degradation", "σ20", "and 6 more")
        await someone.press("escape")
        await someone.sees("▸psnr@crops, each degradation", "plots 1–2 of 3")


async def test_rows_and_columns_pages_and_a_filter_choose_what_is_drawn(tmp_path):
    async with looking_at(tmp_path, 1) as someone:
        await someone.sees("plots 1–2 of 3")
        await someone.press("left_curly_bracket")
        await someone.sees("plots 1–1 of 3")
        await someone.press("right_square_bracket", "right_curly_bracket")
        await someone.sees("plots 1–3 of 3", " loss ")
        await someone.press("slash", *"loss", "enter")
        await someone.sees("plots 1–1 of 1", "/ loss")
        await someone.press("y")
        await someone.sees("copied: the numbers of loss")
        first, second, *_ = someone.app.clipboard.splitlines()
        assert first == "gradients\tloss"
        assert second.startswith("200\t0.")
        await someone.press("slash", *"nosuch")
        await someone.sees("no plot is meant by nosuch")
        await someone.press("escape")
        await someone.sees("plots 1–3 of 3")


async def test_tab_turns_the_parts_and_each_says_what_it_knows(tmp_path):
    async with looking_at(tmp_path, 1) as someone:
        await someone.sees("▸curves")
        await someone.press("tab")
        await someone.sees("▸evaluations", "▸CBSD68  Kodak24", "gaussian-noise sigma", "█")
        await someone.press("d", "m")
        await someone.sees("▸Kodak24", "0.8000")
        await someone.press("tab")
        await someone.sees("Differs from the recipe denoise-small", "erm   recipe: dil-sf")
        await someone.press("tab")
        await someone.sees("The log lies on the machine bench, not here.")
        await someone.press("tab")
        await someone.sees("Attempts, in local time", "done", "on bench")
        await someone.press("tab")
        await someone.sees("No record: it trained for less than ten seconds")
        await someone.press("shift+tab", "shift+tab")
        await someone.sees("The log lies on the machine bench, not here.")


async def test_the_log_is_followed_searched_and_left_alone_by_who_reads_further_up(tmp_path):
    log = Settings(tmp_path).run(LIVE).log
    async with looking_at(tmp_path, LIVE) as someone:
        await someone.press("tab", "tab", "tab")
        await someone.sees("step 400: loss", "following its end", "40 lines")
        with log.open("a", encoding="utf-8") as file:
            file.write("\nstep 410 [red]\x1b[31m\nhalf")
        await someone.press("r")
        await someone.sees("step 410 [red]␛[31m", "half")
        with log.open("a", encoding="utf-8") as file:
            file.write(" a line\n")
        await someone.press("r")
        await someone.sees("half a line")
        await someone.press("slash", *"STEP 20:", "enter")
        await someone.sees("step 20: loss", "f: follow its end")
        with log.open("a", encoding="utf-8") as file:
            file.write("step 420\n")
        await someone.press("r")
        await someone.sees("43 lines", "step 20: loss")
        await someone.press("f")
        await someone.sees("step 420")
        log.write_text("another\n", encoding="utf-8")
        await someone.press("r")
        await someone.sees("another", "1 line ")


async def test_a_comma_and_a_full_stop_lead_to_other_runs_whose_names_are_shown_not_obeyed(
    tmp_path,
):
    async with looking_at(tmp_path, 2, 5, size=LARGE) as someone:
        await someone.sees("run 2 (1 of 2)")
        await someone.press("full_stop")
        await someone.sees("run 5 (2 of 2)", "no longer a number")
        await someone.press("full_stop")
        await someone.sees("run 2 (1 of 2)")
        someone.app.post_message(Go(Place.RUN, Subject(runs=(6,))))
        await someone.sees("run 6 ")
        await someone.press("full_stop", "full_stop")
        text = await someone.sees("run 8 ", "waits for 2 CPU slots", "curves appear with")
        assert "[bold red]not bold[/] ␛[31mnot red" in text
        await someone.press("comma")
        await someone.sees("run 7 ")


async def test_without_any_run_it_teaches_how_one_comes_to_be_and_shows_the_first(tmp_path):
    with Jobs(Settings(tmp_path)) as jobs:
        async with viewer(jobs) as someone:
            await someone.press("2")
            text = await someone.sees("There are no runs yet.", "dilctl demo", "n opens a form")
            assert "reading" not in text
            await someone.press("enter", "slash", "tab", "full_stop", "c", "y", "escape", "2")
            with Registry.open(tmp_path / "registry.db") as registry:
                registry.submit([new_run("erm", 1)], who="ada")
            await someone.press("r")
            await someone.sees("run 1 ", "queued", "curves")


async def test_the_run_of_the_last_sitting_is_shown_again_as_long_as_there_is_one(tmp_path):
    settings = Settings(tmp_path)
    fill(settings)
    with Jobs(settings) as jobs:
        for kept, shown in ((5, "run 5 "), (99, "run 8 "), (True, "run 8 "), (1 << 80, "run 8 ")):
            memory = Memory()
            memory.keep("app", {"place": "run"})
            memory.keep("run", {"run": kept})
            app = DashApp(jobs, memory=memory)
            async with app.run_test(size=SMALL) as pilot:
                await Viewer(app, pilot).sees(shown, "curves")
                screen = app.screen
                assert isinstance(screen, RunScreen)
                assert f"run {screen.remembered()['run']} " == shown
