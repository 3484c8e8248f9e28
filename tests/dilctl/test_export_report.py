"""The report, read by a parser of HTML."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from dilctl.export.report import Contents, report
from dilctl.leaderboard import Board, sentence
from dilctl.leaderboard.looks import Looks
from dilctl.leaderboard.paper import paper_rows
from dilctl.leaderboard.tradeoff import Trail
from storage.records import Run
from tests.dilctl.evaluated import SIX, board_of, experiment, finished, raised

VOID = {"meta", "br", "img", "link", "input", "hr"}
NASTY = "<script>alert(1)</script>\"'& \x1b[31m \u202e {{ 7 * 7 }}"
LEVELS = (5, 20, 30, 50)


class Page(HTMLParser):
    """A page that must be balanced, with what a test asks of it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def runs() -> list[Run]:
    provenance = {"commit": "abcdef0123456789", "python": "3.11.4", "packages": {"torch": "2.6.0"}}
    made = [finished(1, experiment("erm")), finished(2, experiment("dil-sf"), seed=1)]
    return [replace(run, provenance=provenance) for run in made]


def board() -> Board:
    erm, dil = runs()
    return board_of(
        (erm, dict.fromkeys(LEVELS, SIX)), (dil, dict.fromkeys(LEVELS, raised(SIX, 0.5)))
    )


def trails(of: Board) -> list[Trail]:
    steps = (100, 200, 300)
    return [
        Trail(
            label=row.label,
            seed=1,
            looks=Looks(
                run=row.runs[0],
                steps=steps,
                gradients=steps,
                seconds=(1.0, 2.0, 3.0),
                seen=(30.0, 31.0, 31.5),
                unseen=(20.0, 21.0, 20.5),
            ),
        )
        for row in of.rows
    ]


def contents(**changes) -> Contents:
    made = Contents(
        boards=[board()],
        trails=[(board(), trails(board()))],
        runs=runs(),
        made_at=datetime(2026, 1, 1, 12, tzinfo=UTC),
    )
    return replace(made, **changes)


def test_the_page_is_balanced_and_says_what_the_board_says():
    made = board()
    page = Page(report(contents()))
    assert sentence(made) in page.text
    assert all(note in page.text for note in made.notes)
    assert page.tags["table"] == 2
    assert "2026-01-01 12:00 UTC" in page.text


def test_nothing_is_fetched_and_no_other_script_may_run():
    page = Page(report(contents()))
    assert not [v for name, v in page.attributes if name in {"src", "srcset", "action", "data"}]
    assert all(value.startswith("#") for name, value in page.attributes if name == "href")
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    (policy,) = [value for _, value in page.attributes if value.startswith("default-src")]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "http" not in report(contents()).replace("http-equiv", "")


def test_names_are_unique_and_what_is_referred_to_is_there():
    page = Page(report(contents(boards=[board(), board()])))
    names = [value for name, value in page.attributes if name == "id"]
    assert len(names) == len(set(names))
    referred = [v[1:] for name, v in page.attributes if name == "href"]
    referred += [w for name, v in page.attributes if name == "aria-labelledby" for w in v.split()]
    assert set(referred) <= set(names)


def test_each_chart_has_a_name_and_a_description_and_marks_of_several_shapes():
    page = Page(report(contents()))
    assert page.tags["desc"] == 3
    assert page.tags["figcaption"] == 3
    shapes = {v for name, v in page.attributes if name == "d" and v.startswith(("M-", "M0"))}
    assert len(shapes) == 2
    assert "PSNR minus that of ERM against σ of Gaussian noise" in page.text


@pytest.mark.parametrize("field", ["task", "test_set", "suite"])
def test_nasty_names_are_shown_and_not_obeyed(field: str):
    nasty = replace(board(), **{field: NASTY}, notes=(NASTY,))
    named = [replace(run, name=NASTY, host=NASTY) for run in runs()]
    text = report(contents(boards=[nasty], runs=named))
    page = Page(text)
    assert page.tags["script"] == 1
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<script>alert(1)</script>\"'& ␛[31m \\u202e {{ 7 * 7 }}" in page.text


def test_the_runs_stand_in_a_table_with_what_they_share_above_and_what_differs_inside():
    other = replace(finished(3, experiment("dil-sf", batch=7)), provenance={"diff": "+++ b\n+x"})
    page = Page(report(contents(runs=[*runs(), other])))
    heads = page.text.split("run name rule")[1].split(" 1 run 1")[0]
    assert "train.batch" in heads
    assert "commit" in heads
    assert "abcdef012345" in page.text
    assert "network.features" not in page.text
    same = Page(report(contents()))
    assert "torch 2.6.0" in same.text.split("All runs share:")[1]


def test_the_papers_rows_stand_apart():
    made = board()
    page = Page(report(contents(papers={0: paper_rows(made)})))
    assert "paper: dil-sf rrdb" in page.text
    assert ("class", "paper") in page.attributes
    assert "paper: dil-sf rrdb" not in Page(report(contents())).text


def test_a_report_without_looks_or_levels_has_no_charts():
    one = replace(board(), degradations=board().degradations[:2])
    page = Page(report(contents(boards=[one], trails=[])))
    assert page.tags["svg"] == 0
    assert "Through training" not in page.text


def test_many_rows_differ_in_mark_or_line_and_not_in_colour_alone():
    many = [finished(n, experiment("dil-sf", batch=n)) for n in range(1, 40)]
    made = board_of(*((run, dict.fromkeys(LEVELS, SIX)) for run in many))
    page = Page(report(contents(boards=[made], runs=many, trails=[])))
    looks = [v for name, v in page.attributes if name == "class" and v.startswith("curve ")]
    assert len(set(looks)) == 28
