"""Readers ask for what is shown and for what is new, no more."""

from dataclasses import replace

import pytest

from dilctl.dash.reading import (
    PAGE,
    BoardReader,
    RunReader,
    RunsReader,
    Wish,
    settings_that_differ,
)
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.errors import RegistryUnavailableError
from storage.records import Status
from tests.dilctl.dash.fakes import FakeJobs, a_curve, a_run, typical
from tests.dilctl.seeded import fill


def test_live_runs_come_first_even_when_200_newer_ones_have_ended():
    old = a_run(1, Status.RUNNING)
    jobs = FakeJobs([old, *(a_run(n, Status.DONE) for n in range(2, 400))])

    page = RunsReader(jobs).read()

    assert [run.id for run in page.runs[:3]] == [1, 399, 398]
    assert len(page.runs) == PAGE


def test_without_news_only_the_runs_that_have_not_ended_are_read_again():
    jobs = typical()
    reader = RunsReader(jobs)
    reader.read()
    jobs.all[4] = replace(jobs.all[4], fraction=0.5)
    jobs.all[1] = replace(jobs.all[1], name="no event tells of this")
    asked = jobs.asked["runs"]

    page = reader.read()

    assert jobs.asked["runs"] == asked + 1
    assert {run.id: run.fraction for run in page.runs}[4] == 0.5
    assert "no event tells of this" not in {run.name for run in page.runs}


def test_an_event_brings_new_runs_and_no_history_is_ever_read():
    jobs = typical()
    reader = RunsReader(jobs)
    reader.read()

    jobs.change(a_run(7, Status.QUEUED))

    assert 7 in {run.id for run in reader.read().runs}
    assert jobs.asked["events"] == 0


def test_a_reader_that_failed_half_way_reads_the_whole_page_when_it_can_again():
    jobs = typical()
    reader = RunsReader(jobs)
    reader.read()
    jobs.change(a_run(7, Status.QUEUED))
    jobs.trouble = "the disk is gone"
    with pytest.raises(RegistryUnavailableError):
        reader.read()
    jobs.trouble = ""

    assert 7 in {run.id for run in reader.read().runs}


def test_curves_are_read_again_only_when_the_run_has_moved_or_another_plot_is_asked_for():
    jobs = typical()
    reader = RunReader(jobs, 4)
    first = reader.read(None)
    assert [curve.metric for curve in first.curves] == ["psnr@crops:seen", "psnr@crops:unseen"]

    reader.read(None)
    assert jobs.asked["curve"] == 2

    jobs.all[4] = replace(jobs.all[4], step=900)
    jobs.curves[4, "psnr@crops:seen"] = a_curve(4, "psnr@crops:seen", start=1, end=2)
    assert reader.read(None).curves[0].values[-1] < 2
    assert jobs.asked["curve"] == 4

    assert [curve.metric for curve in reader.read("loss").curves] == ["loss"]


def test_a_query_is_asked_at_every_look_and_counted_only_where_the_page_is_full():
    jobs = FakeJobs([a_run(n, Status.DONE) for n in range(1, 2 * PAGE + 3)])
    few, many = (RunsReader(jobs, Wish(query=query)) for query in ("1..3", "rule=erm"))
    few.read()
    jobs.all[2] = replace(jobs.all[2], name="no event tells of this")

    page = few.read()
    assert [run.name for run in page.runs][1] == "no event tells of this"
    assert (page.meant, page.total, jobs.asked["count"]) == (3, 2 * PAGE + 2, 0)

    page = many.read()
    assert (len(page.runs), page.meant, jobs.asked["count"]) == (PAGE, PAGE + 1, 1)


def test_live_runs_come_first_under_a_query_too():
    jobs = FakeJobs([a_run(1, Status.RUNNING), *(a_run(n, Status.DONE) for n in range(2, 10))])

    page = RunsReader(jobs, Wish(query="rule=erm")).read()

    assert [run.id for run in page.runs] == [1, 9, 7, 5, 3]


def test_a_removed_run_leaves_the_page_and_the_boards_are_computed_again():
    jobs = typical()
    runs, boards = RunsReader(jobs), BoardReader(jobs)
    runs.read()
    boards.read()

    jobs.remove([6])

    assert [run.id for run in runs.read().runs] == [4, 5, 3, 2, 1]
    boards.read()
    assert jobs.asked["boards"] == 2


def test_boards_are_computed_once_until_something_happens():
    jobs = typical()
    reader = BoardReader(jobs)
    assert [board.test_set for board, _ in reader.read().boards] == ["CBSD68", "Kodak24"]

    reader.read()
    assert jobs.asked["boards"] == 1

    jobs.change(a_run(7, Status.DONE))
    reader.read()
    assert jobs.asked["boards"] == 2


def test_settings_are_those_that_differ_from_the_defaults():
    settings = dict(settings_that_differ(a_run(2, Status.DONE)))

    assert settings["confounders"] == "σ5 σ10 σ15 σ20"
    assert settings["rule"] == "dil-sf"
    assert settings["train.budget"] == "3200 gradients"
    assert "train.halve_at" not in settings


def test_settings_that_are_refused_today_are_all_shown():
    run = a_run(2, Status.DONE, experiment={"task": "denoise", "train": {"momentum": 0.9}})

    assert settings_that_differ(run) == (("task", "denoise"), ("train.momentum", "0.9"))


@pytest.mark.slow
def test_a_real_registry_gives_every_screen_what_it_shows(tmp_path):
    settings = Settings(home=tmp_path)
    fill(settings)
    jobs = Jobs(settings)

    runs = RunsReader(jobs).read()
    run = RunReader(jobs, 7).read(None)
    boards = BoardReader(jobs).read().boards
    jobs.close()

    assert [r.id for r in runs.runs] == [7, 8, 6, 5, 4, 3, 2, 1]
    assert not runs.agent.running
    assert [chart.title for chart in run.charts][:1] == ["psnr@crops"]
    assert run.log[-1].startswith("step 400")
    assert len(run.attempts) == 1
    assert [board.test_set for board, _ in boards] == ["CBSD68", "Kodak24"]
    assert all("unseen" in sentence for _, sentence in boards)
