"""The way from screen to screen, and what goes along."""

import json

import pytest

from dilctl.configuration import Dash
from dilctl.dash.app import DashApp
from dilctl.dash.keys import names, require_known
from dilctl.dash.memory import Memory
from dilctl.dash.places import Go, Place, Subject
from dilctl.errors import UsageError
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Status
from tests.dilctl.dash.screen import Viewer
from tests.dilctl.seeded import NOW, fill

pytestmark = pytest.mark.slow


@pytest.fixture
def jobs(tmp_path):
    settings = Settings(home=tmp_path / "home")
    fill(settings)
    with Jobs(settings) as opened:
        yield opened


def an_app(jobs: Jobs, **more) -> DashApp:
    return DashApp(jobs, clock=lambda: NOW, **more)


def here(app: DashApp) -> str:
    return app.current_mode


async def test_number_keys_lead_to_every_place_and_escape_leads_back(jobs):
    app = an_app(jobs)
    async with app.run_test(size=(80, 24)) as pilot:
        someone = Viewer(app, pilot)
        for place in (*list(Place)[1:], Place.RUNS):
            await someone.press(place.key)
            assert here(app) == place
            assert f"{place.key} {place.capitalize()}" in someone.lines()[0]
        await someone.press("3", "6", "escape")
        assert here(app) == "board"
        await someone.press("escape")
        assert here(app) == "runs"
        await app.workers.wait_for_complete()


async def test_a_click_on_the_bar_leads_there_and_a_wish_to_go_takes_its_subject_along(jobs):
    app = an_app(jobs)
    async with app.run_test(size=(80, 24)) as pilot:
        someone = Viewer(app, pilot)
        await pilot.click("PlacesBar", offset=(18, 0))
        assert here(app) == "board"
        app.screen.post_message(Go(Place.RUN, Subject(runs=(7,))))
        await someone.sees("run 7", "2 Run")
        await app.workers.wait_for_complete()


async def test_ends_of_runs_are_told_wherever_one_is(jobs):
    app = an_app(jobs)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        someone = Viewer(app, pilot)
        await someone.press("6")
        await someone.sees("6 Machines", "▶1")
        jobs.registry.finish(
            7, 1, Status.FAILED, reason="no memory", outcome="oom", who="agent on bench"
        )
        await someone.sees("✗ run 7 failed: no memory")
        await app.workers.wait_for_complete()


async def test_a_key_is_moved_by_its_name_and_help_says_so(jobs):
    app = an_app(jobs, wishes=Dash(keys={"everywhere.board": "f9"}))
    async with app.run_test(size=(100, 90)) as pilot:
        someone = Viewer(app, pilot)
        await someone.press("3")
        assert here(app) == "runs"
        await someone.press("f9")
        await someone.until(lambda _: here(app) == "board")
        await someone.press("question_mark")
        assert "f9" in await someone.sees("everywhere.board")
        await app.workers.wait_for_complete()


def test_a_key_of_no_name_is_refused_with_the_name_that_was_meant():
    with pytest.raises(
        UsageError, match=r"dash\.keys\.runs\.cancle: no such key; did you mean runs\.cancel\?"
    ):
        require_known(Dash(keys={"runs.cancle": "x"}))


def test_every_key_has_a_name_of_its_own_and_words_for_it():
    for name, binding in names().items():
        assert name.partition(".")[2], name
        assert binding.description, name


async def test_theme_and_screens_are_remembered_by_the_next_sitting(jobs, tmp_path):
    file = tmp_path / "dash.json"
    app = an_app(jobs, memory=Memory(file))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.theme = "dilctl-colour-blind"
        await pilot.press("3")
        await pilot.press("q")
    assert json.loads(file.read_text())["app"] == {
        "theme": "dilctl-colour-blind",
        "place": "board",
    }

    again = an_app(jobs, memory=Memory(file))
    async with again.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert again.theme == "dilctl-colour-blind"
        assert here(again) == "board"
        await again.workers.wait_for_complete()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"app": 3}', "\x00", "[" * 100_000])
def test_a_broken_memory_is_as_none(tmp_path, text):
    file = tmp_path / "dash.json"
    file.write_text(text)
    assert Memory(file).of("app") == {}


async def test_nonsense_in_the_memory_stops_nobody(jobs, tmp_path):
    file = tmp_path / "dash.json"
    nonsense = {
        "sort": {"x": 1},
        "runs": "all",
        "part": [7],
        "query": ["("],
        "columns": 3,
        "axis": {},
        "theme": [],
    }
    file.write_text(json.dumps({place: nonsense for place in ("app", *Place)}))
    app = an_app(jobs, memory=Memory(file))
    async with app.run_test(size=(80, 24)) as pilot:
        someone = Viewer(app, pilot)
        for place in Place:
            await someone.press(place.key)
        await someone.sees("6 Machines")
        await app.workers.wait_for_complete()


async def test_of_two_keys_that_stand_together_the_help_tells_once_what_both_do(jobs):
    app = an_app(jobs)
    async with app.run_test(size=(100, 60)) as pilot:
        someone = Viewer(app, pilot)
        await someone.press("2")
        await someone.sees("run 8 ", "Open")
        await someone.press("question_mark")
        text = await someone.sees("[ ]", "Fewer or more columns", "The run before or after")
        assert "run.more_columns" not in text
        assert "run.run_before" not in text
        await app.workers.wait_for_complete()


async def test_the_palette_offers_the_keys_of_the_screen_and_finds_runs(jobs):
    app = an_app(jobs)
    async with app.run_test(size=(80, 24)) as pilot:
        someone = Viewer(app, pilot)
        await someone.press("ctrl+p", *"board")
        await someone.sees("Board  (3)")
        await someone.press(*["backspace"] * 5, *"cancel")
        await someone.sees("Cancel  (c)")
        await someone.press(*["backspace"] * 6, *"run 7")
        await someone.sees("Open run 7")
        await someone.press("enter")
        await someone.sees("run 7")
        assert here(app) == "run"
        await app.workers.wait_for_complete()
