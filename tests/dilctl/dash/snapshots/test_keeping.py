"""A snapshot that differs is told, laid beside, and kept only when a person asks for it."""

from pathlib import Path

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.dilctl.dash.snapshots.keeping import Album
from tests.dilctl.dash.snapshots.picture import layers


def test_what_differs_is_told_line_by_line_and_kept_only_where_that_is_asked_for(tmp_path: Path):
    Album(folder=tmp_path, keeps=True).difference("runs", "one\ntwo\n")
    album = Album(folder=tmp_path)
    assert album.difference("runs", "one\ntwo\n") == ""
    told = album.difference("runs", "one\n2\n").splitlines()
    assert {"-two", "+2", "to keep what is seen now: make snapshots"} <= set(told)
    assert (tmp_path / "runs.txt").read_text() == "one\ntwo\n"
    assert (tmp_path / "runs.seen.txt").read_text() == "one\n2\n"
    assert album.names() == {"runs"}
    assert album.difference("runs", "one\ntwo\n") == ""
    assert not (tmp_path / "runs.seen.txt").exists()


def test_what_was_never_kept_differs(tmp_path: Path):
    assert "+one" in Album(folder=tmp_path).difference("board", "one\n")


def test_a_picture_shows_text_ink_and_paper_of_each_cell():
    line = Strip(
        [
            Segment("去 ", Style.parse("#00ff00 on #101010")),
            Segment("ab", Style.parse("bold #f0f0f0 on #101010")),
            Segment("c", Style.parse("bold #ff0000 on #303030")),
            Segment("d", Style.parse("#404040 on #101010 reverse")),
            Segment("   ", Style.parse("on #101010")),
        ]
    )
    seen = layers([line, line]).splitlines()
    assert [seen[1], seen[4], seen[7]] == ["去 abcd", "gg WWR,", "     #%"]
