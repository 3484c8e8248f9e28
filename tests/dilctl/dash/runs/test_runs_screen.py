"""The list of runs as a person sees and moves in it, over a real registry."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events
from textual.widgets import Input

from dilctl.dash.places import Place
from dilctl.dash.runs.screen import RunsScreen
from dilctl.dash.runs.table import RunsTable
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.registry import Registry
from tests.dilctl.dash.screen import LARGE, Viewer, viewer
from tests.dilctl.seeded import fill, new_run

IN_ORDER = [7, 8, 6, 5, 4, 3, 2, 1]
"""Of the seeded runs: the one that runs, the one that waits, then the newest."""


@pytest.fixture
def jobs(tmp_path) -> Iterator[Jobs]:
    settings = Settings(home=tmp_path)
    fill(settings)
    with Jobs(settings) as door:
        yield door


@pytest.fixture
def bare(tmp_path) -> Iterator[Jobs]:
    with Jobs(Settings(home=tmp_path)) as door:
        yield door


def screen(someone: Viewer) -> RunsScreen:
    (found,) = (one for one in someone.app.screen_stack if isinstance(one, RunsScreen))
    return found


def table(someone: Viewer) -> RunsTable:
    return screen(someone).query_one(RunsTable)


def listed(someone: Viewer) -> list[int]:
    return table(someone).listed


def line_of(someone: Viewer, run: int) -> str:
    """The row of a run, wherever it is in sight."""
    return next(line for line in someone.lines()[2:] if line[1:].lstrip().startswith(f"{run} "))


async def at(someone: Viewer, holds: Callable[[], bool]) -> None:
    await someone.until(lambda _: holds())


async def ask(someone: Viewer, query: str, *ending: str) -> None:
    """Open the line, replace what stands there, press what ends it."""
    await someone.press("slash", "backspace")
    if query:
        someone.app.post_message(events.Paste(query))  # as quick as no hand types
    await someone.press(*(ending or ("enter",)))


def submit(home: Path, count: int) -> None:
    """So many runs wait."""
    with Registry.open(home / "registry.db") as registry:
        one = new_run("erm", 0)
        registry.submit([replace(one, seed=seed) for seed in range(count)], who="ada@bench")


async def test_the_list_says_all_that_is_needed_in_80_cells_and_obeys_no_name(jobs):
    async with viewer(jobs) as someone:
        text = await someone.sees("8 runs", "✓ 4 done", "[bold red]not")

        assert "28.12  22.88" in line_of(someone, 7)
        assert "100%" in line_of(someone, 1)
        assert line_of(someone, 7).startswith("> 7 ▶ running")
        assert max(map(cell_len, text.splitlines())) <= 80
        await someone.press("j")
        await someone.sees("> 8 · queued", "queued: waits for 2 CPU slots")
        assert "q Quit" in someone.lines()[-1]

        await someone.press("down", "k", "enter")
        await at(someone, lambda: someone.app.current_mode == Place.RUN)
        await someone.sees("run 8")


@pytest.mark.slow
async def test_an_empty_registry_teaches_the_first_command_until_there_is_a_run(bare, tmp_path):
    async with viewer(bare) as someone:
        await someone.sees("There are no runs yet", "dilctl demo")
        await someone.press("enter", "space", "G", "v", "a", "s", "x", "y", "escape")

        submit(tmp_path, 1)
        await someone.press("r")
        await at(someone, lambda: listed(someone) == [1])
        await someone.press("enter")
        await at(someone, lambda: someone.app.current_mode == Place.RUN)


@pytest.mark.slow
async def test_a_query_is_followed_while_it_is_typed_and_escape_leaves_all_as_it_was(jobs):
    async with viewer(jobs) as someone:
        await someone.sees("8 runs")
        await someone.press("a", "j", "j")
        await ask(someone, "rule=erm", "right")
        await at(someone, lambda: listed(someone) == [5, 3, 1])
        assert table(someone).under == 5
        await someone.press(" ", *"sed<3")
        lines = (await someone.sees("there is no field `sed`", "● 8 marked")).splitlines()
        caret = next(index for index, line in enumerate(lines) if line.strip() == "^")
        assert lines[caret][lines[caret - 1].index("sed") :] == "^"
        assert listed(someone) == [5, 3, 1]
        await someone.press("escape")
        await at(someone, lambda: listed(someone) == IN_ORDER and table(someone).under == 6)

        await ask(someone, "rule=erm and sed<3")
        await at(someone, lambda: someone.app.screen.query_one(Input).cursor_position == 13)
        await someone.press("right", "right", "e", "enter")
        # Marks on runs that are not listed any more are taken off.
        await someone.sees("2 of 8 runs  ● 2 marked  rule=erm and seed<3")
        assert isinstance(someone.app.focused, RunsTable)


@pytest.mark.slow
async def test_what_is_typed_in_one_go_or_pasted_is_part_of_the_query_and_shown_not_obeyed(jobs):
    async with viewer(jobs, LARGE) as someone:
        await someone.sees("8 runs")
        for key in ("slash", "q", "slash", "c", "space", "s", "t", "a", "t", "u"):
            someone.app.post_message(events.Key(key, {"slash": "/", "space": " "}.get(key, key)))
        await someone.sees("/ q/c status=")
        await someone.press("tab", *"fa", "tab", "enter")
        await someone.sees("0 of 8 runs  q/c status=failed", "No run meets this query just now")
        await someone.press("enter", "space", "G")

        await ask(someone, '"\x1b[31m[b]漢\x00\u202e"\nthe second line')
        await someone.sees('0 of 8 runs  "␛[31m[b]漢␀\\u202e"')
        await ask(someone, "")
        await at(someone, lambda: listed(someone) == IN_ORDER)
        assert isinstance(someone.app.focused, RunsTable)


@pytest.mark.slow
async def test_groups_fold_count_their_states_and_name_their_best_run(jobs):
    async with viewer(jobs) as someone:
        await someone.sees("8 runs")
        await someone.press("w", *"rule", "enter")
        await someone.sees("2 groups by rule", "▾ dil-sf  5 runs  best unseen 24.84 by run 2  · 1")
        await someone.sees("▾ erm  3 runs  best unseen 24.84 by run 1  ✓ 2 done  ✗ 1 failed")

        assert table(someone).under == 7
        await someone.press("g")
        await someone.pilot.resize_terminal(*LARGE)
        await someone.sees(
            "│ dil-sf  5 runs", "seen   27.18 dB  17.78 to 31.41, 4 runs", "run 2 24.84"
        )
        await someone.pilot.resize_terminal(80, 24)

        await someone.press("j", "left")
        await someone.until(lambda text: ">▸ dil-sf" in text)
        assert len(table(someone).rows) == 5
        await someone.press("z")
        await at(someone, lambda: len(table(someone).rows) == 2)
        await someone.press("z", "G", "space", "g", "right")
        await at(someone, lambda: len(table(someone).rows) == 10)
        assert len(table(someone).chosen) == 1

        await someone.press("w", *"no such", "enter")
        await someone.sees("there is no field no such")
        await someone.press("escape", "w", *"config.rul", "tab", "enter")
        await someone.sees("2 groups by config.rule")
        await someone.press("w", "enter")  # the first line is: no groups
        await someone.until(lambda text: "groups" not in text and "8 runs" in text)


@pytest.mark.slow
async def test_marks_are_set_one_by_one_by_stretches_and_all_at_once_and_escape_takes_them(jobs):
    async with viewer(jobs) as someone:
        await someone.sees("8 runs")
        await someone.press("space", "j", "j", "v", "j", "j", "v", "j")
        await someone.sees("● 4 marked")
        assert [run.id for run in screen(someone).chosen_runs()] == [7, 6, 5, 4]
        assert line_of(someone, 6)[0] == "●"
        await someone.press("shift+up", "shift+up", "y")
        assert someone.app.clipboard == "7 6 5 4 3"

        await someone.press("escape")
        await someone.until(lambda text: "marked" not in text)
        await someone.press("Y")
        assert someone.app.clipboard == "dilctl show 5"
        assert [run.id for run in screen(someone).chosen_runs()] == [5]

        await someone.press("a")
        jobs.remove([1])
        await someone.press("r")
        await at(someone, lambda: listed(someone) == IN_ORDER[:-1])
        await someone.sees("● 7 marked")
        await someone.press("x")
        await at(someone, lambda: someone.app.current_mode == Place.COMPARE)


@pytest.mark.slow
async def test_the_pane_follows_the_cursor_and_o_takes_it_away(jobs):
    async with viewer(jobs, LARGE) as someone:
        await someone.sees("│ run 7  ▶ running: tr", "PSNR of crops, dB", "step 400: loss 0.0010")
        await someone.press("j")
        await someone.sees(
            "│ run 8  · queued: waits for 2 CPU", "│ [bold red]", "no measurement yet"
        )
        await someone.press("k")
        await someone.sees("step 400: loss 0.0010")
        await someone.press("o")
        await someone.until(lambda text: "step 400" not in text)

        await someone.pilot.resize_terminal(80, 24)
        await someone.sees("o: less", "PSNR of crops, dB", "step 400: loss 0.0010")
        await someone.press("o")
        await someone.sees(" run 7  ▶ running: training", "o: more")
        await someone.press("o")
        await someone.sees("step 400: loss 0.0010")


@pytest.mark.slow
async def test_columns_order_and_groups_are_chosen_and_there_again_in_the_next_sitting(jobs):
    async with viewer(jobs) as someone:
        await someone.sees("8 runs")
        await someone.press("C")
        await someone.until(lambda text: "[x]  1 id" in text)
        await someone.press("slash", *"train.lr", "enter", "space")
        await someone.until(lambda text: "[x] 10 config.train.lr" in text)
        await someone.press(*["K"] * 8)
        await someone.until(lambda text: "[x]  2 config.train.lr" in text)
        await someone.press("enter")
        await someone.sees("id▾train.lr state")

        await someone.press("S")
        await someone.sees("8 runs, by unseen PSNR", "unseen▾")
        assert listed(someone) == [1, 2, 3, 4, 7, 5, 6, 8]
        await someone.press("I")
        await someone.sees("by unseen PSNR, lowest first", "unseen▴")
        assert listed(someone)[0] == 6
        assert table(someone).under == 7
        kept = screen(someone).remembered()

        screen(someone).recall({})
        await someone.press("r")
        await at(someone, lambda: listed(someone) == IN_ORDER)
        screen(someone).recall(kept)
        await someone.press("r")
        await someone.sees("by unseen PSNR, lowest first", "id train.lr state")
        await someone.press("s")
        await someone.sees("Sort by", "▴ unseen")
        await someone.press("g", "enter", "C", "f")
        await someone.until(lambda text: "train.lr" not in text and "by" not in text[80:160])


@pytest.mark.slow
async def test_the_mouse_moves_marks_opens_and_sorts(jobs):
    async with viewer(jobs) as someone:
        await someone.sees("8 runs", "No agent works on")
        head = next(y for y, line in enumerate(someone.lines()) if line.startswith(" id"))
        unseen = someone.lines()[head].index("unseen")

        await someone.pilot.click(offset=(20, head + 3))
        assert table(someone).under == 6
        await someone.pilot.click(offset=(0, head + 2))
        assert table(someone).marks.ids == {8}
        await someone.pilot.click(offset=(20, head + 4), shift=True)
        assert table(someone).marks.ids == {8, 6, 5}

        await someone.pilot.click(offset=(unseen, head))
        await someone.sees("by unseen PSNR")
        await someone.pilot.click(offset=(unseen, head))
        await someone.sees("by unseen PSNR, lowest first")
        await someone.pilot.click(offset=(20, head + 1), times=2)
        await at(someone, lambda: someone.app.current_mode == Place.RUN)
        await someone.sees("run 6")


@pytest.mark.slow
async def test_a_long_list_is_read_where_it_is_seen_and_stays_where_the_eye_is(bare, tmp_path):
    submit(tmp_path, 400)
    async with viewer(bare) as someone:
        await someone.sees("400 runs")
        await someone.press("G")
        await someone.until(lambda text: ">  1 · queued    denoise-small" in text)
        assert len(table(someone).known) < 200
        await someone.press("pageup")
        run = table(someone).under
        assert isinstance(run, int)
        await someone.until(lambda text: f">{run:>3} · queued    denoise" in text)
        row = someone.lines().index(line_of(someone, run))

        submit(tmp_path, 1)
        await someone.press("r")
        await someone.sees("401 runs")
        assert table(someone).under == run
        await someone.until(lambda _: someone.lines().index(line_of(someone, run)) == row)
        await someone.press("g")
        await someone.until(lambda text: ">401 · queued    denoise-small" in text)
