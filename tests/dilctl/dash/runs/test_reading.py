"""What the list of runs reads, and what it does not read again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from dilctl.dash.news import News, Pulse
from dilctl.dash.runs.glance import Glance, Room
from dilctl.dash.runs.group_glance import GroupGlance
from dilctl.dash.runs.reading import RunsReader, Sight
from dilctl.dash.runs.telling import of_group
from dilctl.dash.runs.wish import Wish
from dilctl.jobs import Jobs
from dilctl.jobs.found import Found
from dilctl.settings import Settings
from storage.records import Line
from tests.dilctl.seeded import fill


class Watched(Jobs):
    """A door that notes what was read through it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.read: list[Any] = []

    def lines(self, query: str = "", *, sort: str = "", by: str = "") -> tuple[Line, ...]:
        self.read.append("lines")
        return super().lines(query, sort=sort, by=by)

    def runs(self, query: str = "", **how: Any) -> Found:
        ids: Sequence[int] = how["ids"]
        self.read.append(sorted(ids))
        return super().runs(query, **how)

    def what(self) -> list[Any]:
        """What was read since the last question."""
        read, self.read = self.read, []
        return read


@pytest.fixture
def jobs(tmp_path) -> Iterator[Watched]:
    settings = Settings(home=tmp_path)
    fill(settings)
    with Watched(settings) as door:
        yield door


def news_of(jobs: Jobs) -> News:
    return Pulse(jobs).read()[0]


def test_without_news_only_what_is_in_sight_and_has_not_ended_is_read_again(jobs):
    news = news_of(jobs)
    reader = RunsReader(jobs)

    first = reader.read(news, Wish(), Sight())
    assert jobs.what() == ["lines", [1, 2, 3, 4, 5, 6, 7, 8]]
    again = reader.read(news, Wish(), Sight(ids=(8, 7, 6, 5)))

    assert jobs.what() == [[7, 8]]
    assert again.order is first.order
    assert all(again.records[id] is first.records[id] for id in (5, 6, 7, 8))
    assert set(again.records) == {5, 6, 7, 8}


def test_a_query_is_asked_again_only_after_a_rest_of_twenty_times_what_it_took(jobs):
    news = news_of(jobs)
    moments = iter([0.0, 1.0, 20.9, 21.0, 21.0, 22.0])
    reader = RunsReader(jobs, seconds=lambda: next(moments))
    wish = Wish(query="rule=erm")

    counts = []
    for _ in range(3):
        page = reader.read(news, wish, Sight())
        counts.append(jobs.what().count("lines"))

    assert counts == [1, 0, 1]
    assert list(page.order.statuses) == [5, 3, 1]


def test_the_marked_runs_are_held_wherever_they_are_and_forgotten_when_they_are_gone(jobs):
    reader = RunsReader(jobs)
    reader.read(news_of(jobs), Wish(), Sight())

    sight = Sight(ids=(8,), marked=frozenset({1, 2, 99}))
    page = reader.read(news_of(jobs), Wish(), sight)

    assert set(page.records) == {8}
    assert set(page.marked) == {1, 2}
    jobs.remove([2])
    assert set(reader.read(news_of(jobs), Wish(), sight).marked) == {1}


def test_a_glance_is_read_once_for_a_run_that_has_ended(jobs):
    news = news_of(jobs)
    reader = RunsReader(jobs)
    sight = Sight(ids=(1, 7), cursor=1, room=Room(columns=40, lines=10))
    reader.read(news, Wish(), sight)
    first = reader.read(news, Wish(), sight).glance

    assert isinstance(first, Glance)
    assert [curve.metric for curve in first.curves] == ["psnr@crops:seen", "psnr@crops:unseen"]
    assert reader.read(news, Wish(), sight).glance is first
    wider = Sight(ids=(1, 7), cursor=1, room=Room(columns=80, lines=10))
    assert reader.read(news, Wish(), wider).glance is not first


def test_groups_know_their_best_run(jobs):
    page = RunsReader(jobs).read(news_of(jobs), Wish(by="rule"), Sight())

    found: Mapping[str | None, int | None] = {g.label: g.best for g in page.order.groups}
    assert found == {"dil-sf": 2, "erm": 1}


def test_a_group_is_told_of_by_its_runs_of_which_only_those_that_live_are_read_again(jobs):
    news, wish = news_of(jobs), Wish(by="rule")
    reader = RunsReader(jobs)
    group = next(g for g in reader.read(news, wish, Sight()).order.groups if g.label == "dil-sf")
    sight = Sight(ids=(8,), cursor=group, room=Room(columns=40, lines=10))

    first = reader.read(news, wish, sight).glance
    jobs.what()
    again = reader.read(news, wish, sight).glance

    assert isinstance(first, GroupGlance)
    assert isinstance(again, GroupGlance)
    assert [run.id for run in first.runs] == [7, 8, 6, 4, 2]
    assert list(first.curves) == [7, 6, 4, 2]
    assert jobs.what() == [[8], [7, 8]]
    assert again.curves[4] is first.curves[4]
    told = of_group(again)
    assert "unseen 22.31 dB  16.67 to 24.84, 4 runs" in told.facts.plain
    assert told.below(1)[0].plain.startswith("seen 31.41  unseen 24.84  run 4  seed 2  ✓ done")
