"""The list of runs under a query and in another order, as a person asks for it."""

from dataclasses import replace

import pytest
from rich.cells import cell_len
from textual import events

from dilctl.dash.reading import PAGE
from dilctl.dash.widgets.runs_table import RunsTable
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Status
from tests.dilctl.dash.fakes import FakeJobs, a_run, typical
from tests.dilctl.dash.screen import LARGE, Viewer, viewer
from tests.dilctl.seeded import fill

pytestmark = pytest.mark.slow


async def ask(someone: Viewer, query: str, *ending: str) -> None:
    """Open the line, replace what stands there, press what ends it."""
    await someone.press("slash", "backspace")
    if query:
        someone.app.post_message(events.Paste(query))  # as quick as no hand types
    await someone.press(*(ending or ("enter",)))


def listed(someone: Viewer) -> list[int]:
    table = someone.app.screen.query_one(RunsTable)
    return [int(table.get_row_at(row)[0].plain) for row in range(table.row_count)]


async def test_a_query_shows_the_runs_it_means_and_the_head_says_how_many_of_how_many():
    async with viewer(typical()) as someone:
        await someone.sees("4 ▶ running")

        await ask(someone, "rule=dil-sf and not status=failed")
        text = await someone.sees("2 of 6 runs  rule=dil-sf and not status=failed  · 1 queued")

        assert listed(someone) == [4, 6]
        assert max(map(cell_len, text.splitlines())) <= 80


async def test_an_empty_query_shows_all_runs_again():
    async with viewer(typical()) as someone:
        await ask(someone, "rule=erm")
        await someone.sees("3 of 6 runs")

        await ask(someone, "")

        await someone.until(lambda text: "of 6 runs" not in text and "4 ▶ running" in text)
        assert listed(someone) == [4, 5, 6, 3, 2, 1]


async def test_a_fault_is_pictured_under_the_line_which_stays_open_until_it_is_mended():
    async with viewer(typical()) as someone:
        await someone.sees("4 ▶ running")
        await ask(someone, "rule=erm and sed<3")

        lines = (await someone.sees("there is no field `sed`; did you mean seed?")).splitlines()
        caret = next(index for index, line in enumerate(lines) if line.strip() == "^")
        assert lines[caret][lines[caret - 1].index("sed") :] == "^"
        assert listed(someone) == [4, 5, 6, 3, 2, 1]

        # The cursor stands at the fault: here two letters into it, the third is put in.
        await someone.press("right", "right", "e")
        assert "there is no field" not in someone.text()
        await someone.press("enter")
        await someone.sees("2 of 6 runs  rule=erm and seed<3")


async def test_escape_leaves_the_filter_as_it_was():
    async with viewer(typical()) as someone:
        await ask(someone, "rule=erm")
        await someone.sees("3 of 6 runs")

        await ask(someone, "status=nonsense", "enter")
        await someone.sees("status is never `nonsense`")
        await someone.press("escape")

        await someone.until(lambda text: "nonsense" not in text and "3 of 6 runs" in text)
        await someone.press("slash")
        await someone.sees("/ rule=erm")


async def test_the_footer_names_the_keys_of_the_moment():
    async with viewer(typical()) as someone:
        await someone.sees("4 ▶ running")
        keys = someone.lines()[-1]
        assert "/ Filter" in keys
        assert "s Sort" in keys
        assert "q Quit" in keys
        assert "esc" not in keys

        await someone.press("slash")
        keys = await someone.until(lambda text: "Leave the filter" in text)
        assert "Quit" not in keys.splitlines()[-1]
        assert "/ Filter" not in keys.splitlines()[-1]

        await someone.press("escape")
        await someone.until(lambda text: "q Quit" in text.splitlines()[-1])


async def test_keys_typed_in_one_go_all_belong_to_the_query():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        for key in ("slash", "q", "slash", "c", "s", "b"):
            someone.app.post_message(events.Key(key, "/" if key == "slash" else key))

        await someone.sees("/ q/csb")


@pytest.mark.slow
async def test_runs_come_and_go_by_themselves_as_they_meet_the_query_though_no_event_tells_of_it():
    jobs = typical()
    async with viewer(jobs) as someone:
        await ask(someone, "psnr@crops:unseen > 25.7")
        await someone.sees("2 of 6 runs")
        assert listed(someone) == [4, 1]

        better = {**jobs.all[5].latest, "psnr@crops:unseen": 26.0}
        jobs.all[5] = replace(jobs.all[5], latest=better)
        jobs.all[4] = replace(jobs.all[4], latest={"psnr@crops:unseen": 25.0})

        await someone.until(lambda _: listed(someone) == [5, 1])


@pytest.mark.slow
async def test_the_list_lives_on_while_a_query_is_typed():
    jobs = typical()
    async with viewer(jobs) as someone:
        await ask(someone, "half a query", "left")
        jobs.change(a_run(7, Status.QUEUED))
        await someone.sees("7 · queued", "/ half a query")


@pytest.mark.slow
async def test_a_query_that_means_no_run_says_so_and_the_first_that_meets_it_can_be_opened():
    jobs = typical()
    async with viewer(jobs) as someone:
        await ask(someone, "status=paused")
        await someone.sees("No run meets this query just now", "0 of 6 runs  status=paused")
        await someone.press("enter", "c")

        jobs.change(a_run(5, Status.PAUSED))
        await someone.until(lambda _: listed(someone) == [5])
        await someone.press("enter")

        await someone.sees("dilctl › run 5")


@pytest.mark.slow
@pytest.mark.parametrize("query", ["", "rule=erm"])
async def test_a_removed_run_vanishes_from_the_list_though_no_event_tells_of_it(query):
    jobs = typical()
    async with viewer(jobs) as someone:
        await ask(someone, query)
        await someone.until(lambda _: listed(someone)[-2:] == [3, 1] if query else True)
        await someone.press("G")

        jobs.remove([1])

        await someone.until(lambda _: 1 not in listed(someone) and 3 in listed(someone))
        await someone.sees("run 3" if query else "run 2")


async def test_s_sorts_by_the_psnr_that_is_shown_and_comes_back_to_the_newest():
    jobs = typical()
    jobs.all[2] = replace(jobs.all[2], latest={"psnr@crops:unseen": 27.0})
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")

        await someone.press("s")
        await someone.sees("by unseen PSNR")
        assert listed(someone)[:3] == [2, 1, 4]
        await someone.sees("run 2")  # the list is read from its top

        await someone.press("s")
        await someone.sees("by seen PSNR")
        assert listed(someone)[:2] == [1, 4]

        await someone.press("s")
        await someone.until(lambda text: "PSNR" not in text)
        assert listed(someone)[:2] == [4, 5]


async def test_the_order_holds_under_a_query_and_the_head_says_both():
    async with viewer(typical()) as someone:
        await someone.press("s")
        await ask(someone, "status=done,running")

        await someone.sees("2 of 6 runs  by unseen PSNR  status=done,running")
        assert listed(someone) == [1, 4]


async def test_the_head_tells_how_many_of_thousands_are_shown():
    jobs = FakeJobs([a_run(n, Status.DONE) for n in range(1, 1201)])
    async with viewer(jobs) as someone:
        await someone.sees(f"the first {PAGE} shown  ✓ 1,200 done")
        await ask(someone, "rule=erm")
        await someone.sees(f"600 of 1,200 runs  the first {PAGE} shown  rule=erm")


async def test_a_registry_that_fails_as_a_query_is_asked_is_said_under_the_line():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        jobs.trouble = "The registry cannot be read."
        await ask(someone, "rule=erm")
        await someone.sees("  The registry cannot be read.", "/ rule=erm")

        jobs.trouble = ""
        await someone.press("enter")
        await someone.sees("3 of 6 runs")


async def test_what_is_pasted_is_shown_not_obeyed():
    async with viewer(typical(), LARGE) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("slash")
        someone.app.post_message(events.Paste('"\x1b[31m[b]漢\x00\u202e" and\nthe second line'))
        await someone.sees('/ "␛[31m[b]漢␀\\u202e" and')

        await someone.press("enter")
        await someone.sees("a condition is missing here")
        await someone.press(*" 漢", "enter")
        await someone.sees('0 of 6 runs  "␛[31m[b]漢␀\\u202e" and 漢')


@pytest.mark.slow
async def test_a_real_registry_is_asked_sorted_and_followed(tmp_path):
    settings = Settings(home=tmp_path)
    fill(settings)
    jobs = Jobs(settings)
    async with viewer(jobs) as someone:
        await ask(someone, "status=done config.rule=erm psnr@CBSD68:unseen > 25")
        await someone.sees("2 of 8 runs")
        assert listed(someone) == [3, 1]

        await someone.press("s")
        await someone.sees("by unseen PSNR")
        assert listed(someone) == [1, 3]

        jobs.remove([1])
        await someone.sees("1 of 7 runs")
        jobs.tag([5], add=["best"])
        await ask(someone, "tag:best or name~'^.bold' (")
        await someone.sees("a condition is missing here")
        await someone.press("backspace", "enter")
        await someone.sees("2 of 7 runs")
        assert listed(someone) == [5, 8]
    jobs.close()
