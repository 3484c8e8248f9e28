"""The leaderboard, as a person sees and uses it."""

from dataclasses import replace

import pytest

from dilctl.dash.widgets.board_table import BoardTable
from dilctl.jobs import Jobs
from dilctl.leaderboard import Estimate
from dilctl.settings import Settings
from storage.records import Status
from tests.dilctl.dash.fake_boards import a_board, an_estimate
from tests.dilctl.dash.fakes import FakeJobs, a_run, typical
from tests.dilctl.dash.screen import LARGE, SMALL, viewer
from tests.dilctl.seeded import fill

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_board_shows_means_intervals_verdicts_and_every_unseen_level(size):
    async with viewer(typical(), size) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("b")
        text = await someone.sees("CBSD68, 68 images", "trained on σ5 σ10 σ15 σ20")

        for words in (
            "+0.12",
            "−0.02…+0.26",
            "undecided",
            "25.37…26.27",
            "25.72…25.92",
            "baseline",
        ):
            assert words in text
        assert "σ25   σ30   σ35   σ40   σ45   σ50" in text
        assert "cannot be told apart" in text
        assert "no interval over seeds is shown" in text
        table = someone.app.screen.query_one(BoardTable)
        assert not table.show_horizontal_scrollbar


async def test_tab_and_arrows_turn_test_sets_and_escape_goes_back():
    async with viewer(typical()) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("b")
        await someone.sees("CBSD68, 68 images")
        await someone.press("tab")
        await someone.sees("Kodak24, 68 images")
        await someone.press("left")
        await someone.sees("CBSD68, 68 images")
        await someone.press("escape")
        await someone.sees("6 · queued")


async def test_a_board_that_changes_keeps_the_test_set_that_is_looked_at():
    jobs = typical()
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("b")
        await someone.sees("CBSD68, 68 images")
        await someone.press("tab")
        await someone.sees("Kodak24, 68 images")
        jobs.all_boards = (a_board("CBSD68"), replace(a_board("Kodak24"), images=24))
        jobs.change(a_run(9, Status.DONE))
        await someone.press("r")

        await someone.sees("Kodak24, 24 images")


async def test_without_a_finished_run_the_board_says_when_one_appears():
    async with viewer(FakeJobs([a_run(1, Status.QUEUED)])) as someone:
        await someone.sees("1 · queued")
        await someone.press("b")

        await someone.sees("No run has finished yet.")


async def test_a_name_of_a_test_set_is_shown_not_obeyed():
    jobs = typical()
    jobs.all_boards = (a_board("[red]Set\x1b5"), a_board("Kodak24"))
    async with viewer(jobs) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("b")

        await someone.sees("[red]Set␛5, 68 images", " [red]Set␛5  Kodak24")


@pytest.mark.slow
async def test_the_board_of_a_real_registry(tmp_path):
    settings = Settings(home=tmp_path)
    fill(settings)
    jobs = Jobs(settings)
    async with viewer(jobs) as someone:
        await someone.sees("7 ▶ running")
        await someone.press("b")

        await someone.sees("CBSD68, 6 images", "dil-sf", "erm", "gain", "baseline")
    jobs.close()


async def test_price_share_of_the_gap_and_seeds_are_shown_where_there_are_any():
    jobs = typical()
    board = a_board("CBSD68")
    dil, erm = board.rows
    dil = replace(
        dil,
        label=f"{dil.label} weights=average",
        weights="average",
        seen_price=an_estimate(-0.25, 0.1),
        gap_closed=an_estimate(0.34, 0.1),
        seed_interval=an_estimate(25.8, 0.3),
    )
    oracle = replace(erm, label=f"{erm.label} oracle", verdict="oracle")
    types = replace(board, suite="noise-types")
    jobs.all_boards = (replace(board, rows=(dil, erm, oracle)), types)
    async with viewer(jobs, LARGE) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("b")
        text = await someone.sees("CBSD68 noise-levels  CBSD68 noise-types")

        for words in ("−0.25", "gap 34 %", "24…44 %", "25.50…26.10", "oracle", "weights=average"):
            assert words in text


async def test_an_interval_that_almost_reaches_zero_is_shown_whole_and_not_as_zero():
    jobs = typical()
    board = a_board("CBSD68")
    dil, erm = board.rows
    gain = Estimate(mean=0.12, low=0.0004, high=12.5)
    jobs.all_boards = (replace(board, rows=(replace(dil, gain=gain, verdict="gain"), erm)),)
    async with viewer(jobs, SMALL) as someone:
        await someone.sees("4 ▶ running")
        await someone.press("b")

        await someone.sees("+0.0004…+12.50", "gain")
