"""What the screen of a run keeps from one sitting to the next."""

from datetime import UTC, datetime

import pytest

from dilctl.dash.live import Seat
from dilctl.dash.news import Pulse
from dilctl.dash.run.grid import Grid, fitting, remembered
from dilctl.dash.run.screen import RunScreen
from dilctl.jobs import Jobs
from dilctl.settings import Settings


@pytest.fixture
def screen(tmp_path):
    jobs = Jobs(Settings(tmp_path))
    clock = lambda: datetime(2026, 1, 1, tzinfo=UTC)  # noqa: E731 -- a clock that stands still
    return RunScreen(Seat(jobs=jobs, clock=clock, pulse=Pulse(jobs)))


def test_what_was_kept_comes_back(screen):
    curves = {"axis": "time", "smoothing": 0.9, "rows": 2, "columns": 3}

    screen.recall({"part": "log", "parts": {"curves": curves}})

    assert screen.remembered()["part"] == "log"
    assert screen.remembered()["parts"]["curves"] == curves


@pytest.mark.parametrize(
    "state",
    [
        {"part": 7, "parts": []},
        {"part": "nosuch", "parts": {"curves": 3, "nosuch": {}}},
        {"parts": {"curves": {"axis": [], "smoothing": {}, "rows": "2", "columns": None}}},
    ],
)
def test_what_is_ill_formed_is_ignored(screen, state):
    before = screen.remembered()

    screen.recall(state)

    assert screen.remembered() == before


def test_a_grid_suits_the_terminal_and_is_never_too_large():
    assert fitting(80, 18) == Grid(rows=2, columns=1)
    assert fitting(160, 44) == Grid(rows=2, columns=2)
    assert fitting(250, 64) == Grid(rows=3, columns=3)
    assert fitting(20, 3) == Grid(rows=1, columns=1)
    assert remembered({"rows": -5, "columns": 10**9}) == Grid(rows=1, columns=6)
