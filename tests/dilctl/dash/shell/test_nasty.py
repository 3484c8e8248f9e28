"""Keys pressed too often, names that look like commands, and a file of wishes with slips."""

from datetime import timedelta

import pytest
from textual import events

from dilctl.configuration import Dash
from dilctl.dash.announcements import announcement
from dilctl.dash.app import DashApp
from dilctl.dash.keys import names, require_known
from dilctl.deeds import size_of
from dilctl.errors import UsageError
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Event, Status
from tests.dilctl.dash.screen import Viewer
from tests.dilctl.seeded import NOW, fill


@pytest.fixture
def jobs(tmp_path):
    settings = Settings(home=tmp_path / "home")
    fill(settings)
    with Jobs(settings) as opened:
        yield opened


async def test_enter_that_is_pressed_twice_answers_once_and_closes_nothing_beneath(jobs):
    app = DashApp(jobs, clock=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        someone = Viewer(app, pilot)
        await someone.sees("▶ running")
        await someone.press("N")
        await someone.sees("Note on run")
        await someone.press(*"slow")
        for _ in range(2):  # as they arrive from a terminal: none waits for what the first does
            app.post_message(events.Key("enter", "\r"))
        await someone.until(lambda text: "Note on run" not in text)
        await app.workers.wait_for_complete()
        assert sum(len(jobs.notes(run.id)) for run in jobs.runs()) == 1


async def test_the_palette_shows_what_a_run_is_called_and_does_not_obey_it(jobs):
    app = DashApp(jobs, clock=lambda: NOW)
    async with app.run_test(size=(100, 30)) as pilot:
        someone = Viewer(app, pilot)
        await someone.press("ctrl+p", *"name~bold")
        await someone.sees("Open run 8: [bold red]not bold[/] ␛[31mnot red, queued")
        await app.workers.wait_for_complete()


@pytest.mark.parametrize("key", ["crtl+k", "[/x]", "ctrl+", "a,,b", " "])
def test_a_wish_for_what_is_no_key_is_refused(key):
    with pytest.raises(UsageError, match=r"dash\.keys\.runs\.cancel: .* is no key"):
        require_known(Dash(keys={"runs.cancel": key}))


def test_all_that_keys_are_now_can_be_wished_for():
    require_known(Dash(keys={name: binding.key for name, binding in names().items()}))
    require_known(Dash(keys={"runs.cancel": "ctrl+k,f5,?,+,é"}))


def test_a_test_after_the_end_is_no_second_end():
    def event(why: str) -> Event:
        at = NOW - timedelta(seconds=1)
        return Event(id=1, run=7, at=at, status=Status.DONE, who="ada", why=why)

    told = announcement([event("")])
    assert told is not None
    assert told.sentence == "✓ run 7 done"
    assert announcement([event("tested on CBSD68")]) is None


def test_the_size_of_a_folder_counts_files_at_every_depth_and_nothing_where_there_is_none(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "weights").write_bytes(b"x" * 700)
    (tmp_path / "log").write_bytes(b"x" * 30)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert 730 <= size_of(tmp_path) < 1500
    assert size_of(tmp_path / "gone") == 0
