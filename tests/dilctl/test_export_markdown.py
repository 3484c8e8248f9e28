"""Tables of Markdown, read by a parser of it."""

import html
import re
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dilctl.export.markdown import escaped, markdown
from dilctl.export.sheet import Choice
from dilctl.leaderboard import sentence
from dilctl.text import one_line
from tests.dilctl.evaluated import SIX, board_of, experiment, finished, raised

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = "a|b\\|c `d` *e* _f_ <b>g</b> [h](i) &amp; ~~j~~\nk \x1b"


def board():
    erm, dil = finished(1, experiment("erm")), finished(2, experiment("dil-sf"))
    return board_of((erm, {5: SIX, 30: SIX}), (dil, {5: SIX, 30: raised(SIX, 1.0)}))


def cells(text: str) -> list[list[str]]:
    """The fields of each row of the only table, as HTML."""
    rendered = PARSER.render(text)
    assert rendered.count("<table>") == 1
    rows = re.findall(r"<tr>(.*?)</tr>", rendered, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]


def test_a_board_is_a_table_with_its_best_bold_and_its_second_underlined():
    heads, best, second = cells(markdown([board()]))
    assert heads[:3] == ["rule", "seen<br>σ5", "unseen<br>σ30"]
    assert best[0] == "dil-sf"
    assert "<strong>31.08</strong>" in best
    assert "+1.00*" in best
    assert "<ins>30.08</ins>" in second
    assert {len(row) for row in (heads, best, second)} == {len(heads)}


def test_the_honest_sentence_and_all_notes_stand_under_it():
    made = board()
    shown = html.unescape(PARSER.render(markdown([made])))
    assert f"<li>{sentence(made)}</li>" in shown
    assert all(f"<li>{note}</li>" in shown for note in made.notes)


def test_intervals_and_ssim_come_when_asked_for():
    text = markdown([board()], choice=Choice(ssim=True, intervals=True))
    assert re.search(r"\*\*31\.08\*\*/\*\*0\.311\*\*<br><sub>\d\d\.\d\d, \d\d\.\d\d</sub>", text)


def test_nasty_names_stay_in_their_cells_as_they_are():
    made = board()
    first, *others = made.rows
    nasty = replace(made, test_set=NASTY, rows=(replace(first, label=NASTY), *others))
    _, row, _ = cells(markdown([nasty]))
    assert html.unescape(row[0]) == one_line(NASTY)


@given(st.text(max_size=30).filter(lambda text: one_line(text).strip() == text))
@example("1. one")
@example("0.")
@example("2)")
@example("- one")
@example("===")
@example("# head")
@example("    code")
@example("@somebody")
def test_any_text_is_shown_as_it_is(text):
    for line in (f"* {escaped(text)}", f"### {escaped(text)}", escaped(text)):
        shown = re.sub(r"</?(ul|li|h3|p)>|\n", "", PARSER.render(line))
        assert html.unescape(shown) == one_line(text)


def test_nothing_makes_nothing():
    assert markdown([]) == ""
