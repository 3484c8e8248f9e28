"""What a person sees of machines, queue and events, and where the keys lead."""

from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.dash.machines.screen import MachinesScreen
from dilctl.settings import Settings
from storage.registry import Registry
from tests.dilctl.dash.machines.workshop import (
    GIB,
    OURS,
    VITALS,
    Workshop,
    beat,
    fill,
    gpu,
    start_here,
)
from tests.dilctl.dash.screen import Viewer, viewer
from tests.dilctl.seeded import new_run

pytestmark = pytest.mark.slow

LARGE = (160, 50)


async def at_machines(seen: Viewer) -> str:
    await seen.press("6")
    return await seen.sees("machines  ", "events")


def line(text: str, *words: str) -> str:
    """The one line that has all these words."""
    (found,) = [each for each in text.splitlines() if all(word in each for word in words)]
    return found


async def test_gpus_tell_how_they_fare_and_who_holds_what(tmp_path: Path):
    fill(tmp_path, beat("workshop", gpus=({"index": 0}, {"index": 1})))
    start_here(tmp_path, gpus=[0])
    held = {OURS.pid: 30 * GIB, 7: 9 * GIB, 8: GIB}
    silent = gpu(1, utilisation=None, temperature=None, power=None, held=None)
    with Workshop(tmp_path, gpu(0, held=held), silent) as jobs:
        async with viewer(jobs, LARGE) as seen:
            await at_machines(seen)
            text = await seen.sees("jupyter")
    assert "83%" in line(text, "GPU 0")
    assert "61 °C · 350 of 700 W · H200" in line(text, "GPU 0")
    assert "–" in line(text, "GPU 1")
    assert "40.0 of 140.0 GiB" in text
    assert "30.0 GiB" in line(text, "run 8", "dil-sf seed 5")
    assert "9.0 GiB" in line(text, "[bold]jupyter␛ (pid 7) of ada")
    assert "1.0 GiB" in line(text, "a process (pid 8)")
    assert "95% 5.0 GB free" in line(text, "disk")
    assert "25% 4.0 of 16 cores · load 5.2" in line(text, "  CPU ")


@pytest.mark.parametrize("size", [(80, 24), LARGE])
async def test_all_parts_are_there_whatever_the_room(tmp_path: Path, size: tuple[int, int]):
    fill(tmp_path, beat("workshop"))
    with Workshop(tmp_path, gpu(0), gpu(1)) as jobs:
        async with viewer(jobs, size) as seen:
            text = await at_machines(seen)
            assert "● agent works, heard 3s ago · 0 of 16 CPU slots · for 2h00m" in text
            assert "GPU 1" in text
            assert "queue: 1 waits" in text
            assert "1. run 8  dil-sf seed 5  waits for 2 CPU slots: 1 of 2 is free" in text
            assert "run 7 ▶ running: started  (worker)" in text
            assert max(map(len, seen.lines())) <= size[0]


async def test_a_machine_without_gpus_says_so_in_one_line(tmp_path: Path):
    with Workshop(tmp_path, has_agent=False) as jobs:
        async with viewer(jobs) as seen:
            text = await at_machines(seen)
    assert [each for each in text.splitlines() if "GPU" in each] == ["  no GPU"]
    assert "○ no agent; to start one: dilctl agent start" in line(text, "workshop")
    assert "Nothing waits. To queue a run: dilctl submit" in text
    assert "Nothing has happened yet." in text


async def test_where_runs_were_removed_with_their_events_it_is_not_said_that_none_happened(
    tmp_path: Path,
):
    settings = Settings(tmp_path)
    with Registry.open(settings.registry) as registry:
        registry.submit([new_run("erm", 1)], who="ada")
    with Workshop(tmp_path) as jobs:
        jobs.cancel([1], who="ada")
        jobs.remove([1])
        async with viewer(jobs) as seen:
            await at_machines(seen)
            await seen.sees("Nothing since runs were removed.")


async def test_gpus_that_cannot_be_read_are_told_of(tmp_path: Path):
    with Workshop(tmp_path, trouble="GPU 1 cannot be read and counts as absent: lost") as jobs:
        async with viewer(jobs) as seen:
            text = await at_machines(seen)
    assert "GPU 1 cannot be read and counts as absent: lost" in text
    assert "no GPU" not in text


async def test_other_machines_are_as_their_agents_last_said(tmp_path: Path):
    vitals = replace(VITALS, busy=8.0).as_json()
    fill(
        tmp_path,
        beat("bench", vitals=vitals, draining=True),
        beat("old\x1b", gpus=({"index": 3, "name": "A100", "memory_free": 1, "memory_total": 4},)),
        beat("quiet", ago=300, vitals=vitals),
    )
    with Workshop(tmp_path, has_agent=False) as jobs:
        async with viewer(jobs, LARGE) as seen:
            text = await at_machines(seen)
    assert "◐ agent drains, heard 3s ago · 0 of 16 CPU slots" in line(text, "  bench  ◐")
    assert "○ agent silent for 5m00s; what follows is as of then" in line(text, "  quiet  ○")
    assert "old␛" in text
    assert "75% 0.0 of 0.0 GiB" in text
    assert "50% 8.0 of 16 cores" in text
    assert "run 7  dil-sf seed 4  50%, 30s left" in text


async def test_a_live_run_is_shown_although_no_agent_speaks_for_it(tmp_path: Path):
    fill(tmp_path)
    with Workshop(tmp_path) as jobs:
        async with viewer(jobs, LARGE) as seen:
            text = await at_machines(seen)
    assert text.index("nobody says how it fares") > text.index("bench  ○ no agent")
    assert "run 7  dil-sf seed 4  50%" in text
    assert "Nothing of the queue starts: no agent works. On workshop, for one: dilctl" in text


async def test_enter_opens_the_run_of_a_line(tmp_path: Path):
    fill(tmp_path, beat("workshop"))
    with Workshop(tmp_path) as jobs:
        async with viewer(jobs) as seen:
            await at_machines(seen)
            screen = seen.app.screen
            assert isinstance(screen, MachinesScreen)
            assert screen.chosen_runs() == ()
            await seen.press("tab")
            assert [run.id for run in screen.chosen_runs()] == [8]
            await seen.press("tab", "G", "k", "g")
            assert [run.id for run in screen.chosen_runs()] == [jobs.events()[-1].run]
            await seen.press("shift+tab", "enter")
            await seen.until(lambda _: seen.app.current_mode == "run")


async def test_the_queue_changes_in_place_and_the_cursor_stays_on_its_run(tmp_path: Path):
    fill(tmp_path, beat("workshop"))
    with Workshop(tmp_path) as jobs, Registry.open(Settings(tmp_path).registry) as registry:
        async with viewer(jobs) as seen:
            await at_machines(seen)
            await seen.press("tab")
            (first,) = registry.submit([new_run("erm", 9)], who="ada")
            await seen.sees("queue: 2 wait", f"2. run {first.id}")
            registry.set_priority(first.id, 5, who="ada")
            await seen.press("r")
            text = await seen.sees(f"1. run {first.id}  priority +5", "2. run 8")
            assert "no agent has looked at it yet" in text
            screen = seen.app.screen
            assert isinstance(screen, MachinesScreen)
            assert [run.id for run in screen.chosen_runs()] == [8]
