"""What is remembered of the list of runs, and what is offered to those who type."""

import json

import pytest

from dilctl.dash.runs.columns import KNOWN, About, column
from dilctl.dash.runs.fitting import GAP, columns_for
from dilctl.dash.runs.painting import width_of
from dilctl.dash.runs.wish import View, Wish, as_json, from_json
from dilctl.dash.runs.words import completed
from dilctl.dash.words import state_and_why
from storage.records import Status
from tests.dilctl.dash.records import a_run
from tests.dilctl.seeded import NOW


def test_what_is_wished_outlives_a_sitting():
    wish = Wish(query="rule=erm", sort="-psnr@crops:unseen", by="config.train.lr")
    view = View(columns=("id", "config.rule"), folded=frozenset({"0.1", None}), below=True)

    assert from_json(json.loads(json.dumps(as_json(wish, view)))) == (wish, view)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"query": "rule=", "sort": "sed", "by": "tag", "columns": "id", "folded": 3, "beside": 1},
        {"query": 7, "sort": None, "by": ["rule"], "columns": [3, None, ""], "folded": [{}]},
        {"query": "x\x00\x1b", "sort": "-", "by": "id,name", "columns": ["\x1b[31m"]},
        {"query": "x" * 100_000, "sort": "a" * 100_000, "below": "yes"},
    ],
)
def test_what_is_ill_formed_is_as_if_it_were_not_there(state):
    assert from_json(state) == (Wish(), View())


@pytest.mark.parametrize("width", [20, 40, 78, 110, 158, 248])
@pytest.mark.parametrize("highest", [0, 30, 10_008])
def test_columns_fit_into_any_width_and_80_hold_what_a_run_is_judged_by(width, highest):
    columns = columns_for(width, (), highest)

    keys = [c.key for c in columns]
    assert width_of(columns) <= width + 1 + GAP
    assert keys == [key for key in KNOWN if key in keys]
    if width >= 78:
        assert {"id", "state", "name", "rule", "seed", "progress", "seen", "unseen"} <= set(keys)


def test_chosen_columns_stand_as_they_were_chosen():
    chosen = ("config.train.lr", "name", "psnr@CBSD68:gaussian-noise sigma=30")
    columns = columns_for(60, chosen, 12)

    assert [c.key for c in columns] == list(chosen)
    assert columns[2].sort == 'psnr@CBSD68:"gaussian-noise sigma=30"'


def test_a_column_sorts_its_best_way_first_then_the_other_way_round():
    assert column("unseen").order("name") == "-psnr@crops:unseen"
    assert column("unseen").order("-psnr@crops:unseen") == "psnr@crops:unseen"
    assert column("name").order("") == "name"
    assert column("name").order("name") == "-name"
    assert column("id").order("name") == ""
    assert column("id").order("") == "id"


def test_the_last_word_of_a_query_is_made_whole():
    words = ("rule=", "rule=erm", "status=done", "config.train.lr")

    assert completed("ru", words) == "rule="
    assert completed("rule=", words) == "rule=erm"
    assert completed("seed<3 and (sta", words) == "seed<3 and (status=done"
    assert completed("status=done", words) is None
    assert completed("rule=erm ", words) is None
    assert completed("", words) is None


@pytest.mark.parametrize(
    ("name", "shown", "said"),
    [
        ("denoise-small rule=erm", {"rule"}, "denoise-small"),
        ("denoise-small rule=erm train.steps=9", {"rule"}, "denoise-small train.steps=9"),
        ("denoise-small rule=erm", set(), "denoise-small rule=erm"),
        ("denoise-small rule=dil-sf", {"rule"}, "denoise-small rule=dil-sf"),
        ("rule=erm against all", {"rule"}, "rule=erm against all"),
        ("rule=erm", {"rule"}, "rule=erm"),
        ("of task=denoise", {"config.task"}, "of"),
    ],
)
def test_a_name_does_not_end_in_what_stands_in_another_column(name, shown, said):
    run = a_run(1, Status.DONE, name=name)

    assert column("name").cell(run, About(now=NOW, shown=frozenset(shown))) == said


@pytest.mark.parametrize(
    ("activity", "said"),
    [
        ("testing on CBSD68, 3 of 12", "test 3/12"),
        ("testing on CBSD68, 12 of 120", "12/120"),
        ("testing", "testing"),
    ],
)
def test_a_run_that_is_tested_says_how_far_it_is_with_that(activity, said):
    run = a_run(1, Status.RUNNING, activity=activity, fraction=1.0)

    assert column("progress").cell(run, About(now=NOW)) == said
    assert state_and_why(run).plain == f"▶ {activity}"
