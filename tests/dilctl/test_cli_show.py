"""``dilctl show``, ``tag``, ``note`` and ``logs``: one run, and what people hang on it."""

import json

import pytest

from dilctl.settings import Settings
from tests.dilctl.shell import Shell


def test_a_run_is_shown_by_number_by_last_and_by_a_query(seeded: Shell) -> None:
    assert seeded("show", "8") == seeded("show", "last")
    assert "run        5, seed 3" in seeded("show", "status=failed")
    assert "means 3 runs" in seeded.error("show", "rule=erm", code=2)
    assert "no run 9" in seeded.error("show", "9", code=6)


def test_everything_about_a_run_is_on_its_page_and_in_its_json(seeded: Shell) -> None:
    seeded("tag", "6", "--add", "odd")
    seeded("note", "6", "lost", "its", "machine")
    page = seeded("show", "6")
    for word in ("tags       odd", "lost its machine", "1 of 2 used", "attempts", "events", "ago)"):
        assert word in page
    run = json.loads(seeded("show", "6", "--json"))
    assert [event["status"] for event in run["events"]] == [
        "queued", "starting", "running", "queued", "cancelled",
    ]  # fmt: skip
    assert run["notes"][0]["text"] == "lost its machine"
    assert run["tags"] == ["odd"]
    assert {"attempts", "tested", "log", "adjustments", "after", "retries"} <= run.keys()


def test_what_was_tested_is_shown(seeded: Shell) -> None:
    assert "CBSD68, noise-levels, last weights: seen" in seeded("show", "1")


def test_tags_are_put_on_taken_off_and_counted(seeded: Shell) -> None:
    seeded("tag", "rule=erm", "--add", "baseline", "--add", "käfer")
    assert json.loads(seeded("tag", "--json")) == [
        {"tag": "baseline", "runs": 3},
        {"tag": "käfer", "runs": 3},
    ]
    assert seeded("tag", "1", "--remove", "käfer") == ""
    assert "-käfer on 1 run: 1" in seeded.result.stderr
    assert seeded("tag", "1") == "run 1: baseline\n"
    assert json.loads(seeded("tag", "1..3", "--json")) == [
        {"run": 1, "tags": ["baseline"]},
        {"run": 2, "tags": []},
        {"run": 3, "tags": ["baseline", "käfer"]},
    ]
    assert [run["id"] for run in json.loads(seeded("runs", "tag:käfer", "--json"))] == [5, 3]


@pytest.mark.parametrize("tag", ["", "two words", "a,b", "a:b", "x" * 51, "\x1b[31m", 'say"so'])
def test_a_tag_that_no_query_could_name_is_refused(seeded: Shell, tag: str) -> None:
    assert "tag" in seeded.error("tag", "1", f"--add={tag}", code=2)
    assert "\x1b" not in seeded.result.stderr
    assert json.loads(seeded("tag", "--json")) == []


def test_a_tag_cannot_come_and_go_at_once(seeded: Shell) -> None:
    assert "both" in seeded.error("tag", "1", "--add", "a", "--remove", "a", code=2)


def test_notes_are_kept_in_order_and_shown_safely(seeded: Shell) -> None:
    assert seeded("note", "7") == ""
    assert "no note" in seeded.result.stderr
    seeded("note", "7", "first")
    seeded("note", "7", "\x1b[31msecond\nline")
    lines = seeded("note", "7").splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("first")
    assert lines[1].endswith("␛[31msecond␊line")
    assert json.loads(seeded("note", "7", "--json"))[1]["text"] == "\x1b[31msecond\nline"
    assert "empty" in seeded.error("note", "7", " ", code=2)


def test_the_log_of_a_run_that_has_ended_is_followed_to_its_end(seeded: Shell) -> None:
    log = Settings(seeded.home).run(5).log
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("first\nlast without an end", encoding="utf-8")
    assert seeded("logs", "5", "-n", "1") == "last without an end\n"
    assert seeded("logs", "status=failed", "--follow") == "first\nlast without an end\n"
    assert seeded("logs", "8") == ""
    assert "no log yet" in seeded.result.stderr
