"""The list of runs, as a person sees and uses it."""

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from dilctl.dash.widgets.runs_table import RunsTable
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Status
from tests.dilctl.dash.fakes import FakeJobs, a_run, typical
from tests.dilctl.dash.screen import LARGE, Viewer, viewer
from tests.dilctl.seeded import fill

pytestmark = pytest.mark.slow


def table(someone: Viewer) -> RunsTable:
    return someone.app.screen.query_one(RunsTable)


def row_on_screen(someone: Viewer) -> int:
    return table(someone).cursor_row - table(someone).scroll_offset.y


async def test_80_columns_hold_all_that_is_needed_to_judge_a_run():
    async with viewer(typical()) as someone:
        text = await someone.sees("4 ▶ running")

        assert "denoise-small dil-sf  dil-sf    2 ━━──  45%  2m10s 31.20  25.71" in text
        assert "6 · queued" in text
        assert "training" in text.splitlines()[-2]
        assert not table(someone).show_horizontal_scrollbar
        assert max(map(cell_len, someone.lines())) <= 80


async def test_a_wide_terminal_shows_network_age_and_host_too():
    async with viewer(typical(), LARGE) as someone:
        text = await someone.sees("4 ▶ running")

        assert {"network", "host", "age"} <= set(text.split())
        assert "46m00s bench" in text
        assert not table(someone).show_horizontal_scrollbar


async def test_the_line_below_says_why_the_run_under_the_cursor_waits_or_failed():
    async with viewer(typical()) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("j", "j")
        await someone.sees("queued: waits for 2 CPU slots: 1 of 2 is free")
        await someone.press("G", "k")
        await someone.sees("failed: the loss is no longer a number")


@pytest.mark.slow
async def test_names_with_markup_and_escape_codes_are_shown_not_obeyed(tmp_path):
    settings = Settings(home=tmp_path)
    fill(settings)
    jobs = Jobs(settings)
    async with viewer(jobs, LARGE) as someone:
        await someone.sees("8 · queued    [bold red]not bold[/] ␛[31mnot r")
        await someone.press("j", "enter")
        await someone.sees("run 8  [bold red]not bold[/] ␛[31mnot red")
    jobs.close()


async def test_an_empty_registry_teaches_the_first_commands_and_runs_replace_them():
    jobs = FakeJobs()
    async with viewer(jobs) as someone:
        await someone.sees("There are no runs yet.", "dilctl demo", "dilctl submit denoise-small")
        await someone.press("c", "enter")

        jobs.change(a_run(1, Status.QUEUED))
        await someone.press("r")

        assert "There are no runs yet." not in await someone.sees("1 · queued")


async def test_the_first_runs_of_a_registry_are_moved_in_with_the_keys():
    jobs = FakeJobs()
    async with viewer(jobs) as someone:
        await someone.sees("There are no runs yet.")
        jobs.change(a_run(1, Status.DONE))
        jobs.change(a_run(2, Status.DONE))
        await someone.press("r")
        await someone.sees("2 ✓ done")

        await someone.press("j")

        await someone.sees("run 1  denoise-small")


async def test_a_banner_says_that_no_agent_runs_until_one_does():
    jobs = typical(has_agent=False)
    async with viewer(jobs) as someone:
        await someone.sees("No agent works on bench.", "dilctl agent start")

        jobs.has_agent = True
        await someone.press("r")

        await someone.until(lambda text: "No agent" not in text)


@pytest.mark.slow
async def test_a_registry_that_fails_is_said_and_what_was_shown_stays_until_it_comes_back():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        jobs.trouble = "The registry cannot be read: [b]disk\x1b gone."

        await someone.sees("The registry cannot be read: [b]disk␛ gone.", "4 ▶ running")

        jobs.trouble = ""
        await someone.until(lambda text: "cannot be read" not in text)


@pytest.mark.slow
async def test_progress_appears_by_itself():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("45%")
        jobs.all[4] = replace(jobs.all[4], fraction=0.46)
        await someone.sees("46%")


async def test_a_new_run_at_the_top_leaves_the_cursor_on_its_run_and_where_the_eye_is():
    jobs = FakeJobs([a_run(n, Status.DONE) for n in range(1, 81)])
    async with viewer(jobs) as someone:
        await someone.sees("80 ✓ done")
        table(someone).move_cursor(row=30)
        await someone.until(lambda _: table(someone).scroll_offset.y > 0)
        under, row = table(someone).highlighted, row_on_screen(someone)
        assert under is not None

        jobs.change(a_run(99, Status.RUNNING))
        await someone.press("r")
        await someone.sees("1 running")
        await someone.pilot.pause()

        after = table(someone).highlighted
        assert after is not None
        assert after.id == under.id
        assert row_on_screen(someone) == row


async def test_another_width_brings_other_columns_and_keeps_cursor_and_page():
    jobs = FakeJobs([a_run(n, Status.DONE) for n in range(1, 81)])
    async with viewer(jobs) as someone:
        await someone.sees("80 ✓ done")
        table(someone).move_cursor(row=30)
        await someone.until(lambda _: table(someone).scroll_offset.y > 0)

        await someone.pilot.resize_terminal(120, 24)
        await someone.sees("age", "50 ✓ done")

        after = table(someone).highlighted
        assert after is not None
        assert after.id == 50
        assert table(someone).scroll_offset.y > 0


async def test_a_refresh_draws_only_the_cells_that_changed():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("45%")
        cells = {key: table(someone).get_row(key) for key in table(someone).rows}
        jobs.all[4] = replace(jobs.all[4], fraction=0.5)
        await someone.press("r")
        await someone.sees("50%")

        after = {key: table(someone).get_row(key) for key in table(someone).rows}
        redrawn = [
            (key.value, index)
            for key in cells
            for index, cell in enumerate(after[key])
            if cell is not cells[key][index]
        ]
        assert redrawn == [("4", 5)]


async def test_cancelling_asks_first_and_no_means_no():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("c")
        await someone.sees("Cancel run 4, denoise-small dil-sf?")
        await someone.press("enter")
        await someone.until(lambda text: "Cancel run 4" not in text)

        await someone.press("c", "escape")

        assert jobs.cancelled == []


async def test_yes_asks_a_live_run_to_stop_and_says_so():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("c", "y")
        await someone.sees("Run 4 is asked to stop.", "4 ▶ stopping")

        assert jobs.cancelled == [4]


async def test_a_run_that_has_ended_is_not_offered_for_cancelling():
    async with viewer(typical()) as someone:
        await someone.sees("1 ✓ done")
        await someone.press("G", "c")

        await someone.sees("Run 1 has ended: it is done.")


async def test_a_refused_cancellation_is_said_in_its_own_words():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("c")
        await someone.sees("Cancel run 4")
        jobs.trouble = "The registry may only be read."
        await someone.press("y")

        await someone.sees("The registry may only be read.")


@pytest.mark.parametrize("opened_by", ["", "enter", "b"])
async def test_help_names_each_key_once(opened_by):
    async with viewer(typical(), LARGE) as someone:
        await someone.sees("4 ▶ running")
        await someone.press(*filter(None, [opened_by]))
        await someone.press("question_mark")
        text = await someone.sees("Keys", "Queries")

        keys = text.split("Keys")[1].split("Queries")[0]
        named = re.findall(r"│    (\S.{13})\S", keys)
        assert "q" in [name.strip() for name in named]
        assert len(named) == len(set(named))


async def test_help_names_the_keys_and_the_words_and_q_quits():
    async with viewer(typical(), LARGE) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("question_mark")
        await someone.sees("Cancel run", "Quit", "unseen", "▶ running")
        await someone.press("escape", "q")

        assert someone.app.return_code == 0
