"""Following a log: only what is new is read, and nothing a terminal would obey comes through."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilctl.errors import DilctlError
from dilctl.jobs.logs import LogPiece, LogPlace, piece_after, tail


def follow(path: Path, place: LogPlace | None, most: int = 1 << 16) -> LogPiece:
    return piece_after(path, place, most)


def test_a_log_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    for path in (tmp_path / "log", tmp_path / "no" / "log"):
        piece = follow(path, None)
        assert piece == LogPiece(place=None, lines=(), is_fresh_start=True)
    (tmp_path / "log").write_text("one\n")
    piece = follow(tmp_path / "log", None)
    assert (piece.lines, piece.is_fresh_start) == (("one",), True)
    (tmp_path / "log").unlink()
    assert follow(tmp_path / "log", piece.place) == LogPiece(
        place=None, lines=(), is_fresh_start=True
    )


def test_a_line_is_told_when_it_has_ended_and_shown_before(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\r\n\xff\xc3")
    piece = follow(path, None)
    assert (piece.lines, piece.unfinished) == (("one",), "��")
    with path.open("ab") as log:
        log.write(b"\xa4 \x1b[31mred")
    piece = follow(path, piece.place)
    assert (piece.lines, piece.unfinished, piece.is_fresh_start) == ((), "�ä ␛[31mred", False)
    with path.open("ab") as log:
        log.write(b"\nthree\n")
    piece = follow(path, piece.place)
    assert (piece.lines, piece.unfinished) == (("�ä ␛[31mred", "three"), "")
    assert follow(path, piece.place).lines == ()


@pytest.mark.parametrize("now", ["a\n", "another beginning\nand more of it\n", ""])
def test_a_log_that_was_written_anew_starts_anew(tmp_path: Path, now: str) -> None:
    path = tmp_path / "log"
    path.write_text("one\ntwo\n")
    place = follow(path, None).place
    path.write_text(now)
    piece = follow(path, place)
    assert (piece.lines, piece.is_fresh_start) == (tuple(now.splitlines()), True)


def test_a_log_that_another_one_was_renamed_to_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\ntwo\n")
    place = follow(path, None).place
    (tmp_path / "new").write_text("three\nfour\n")
    (tmp_path / "new").rename(path)
    assert follow(path, place).lines == ("three", "four")


def test_of_a_log_that_grows_faster_than_it_is_read_only_the_end_is(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("0\n")
    place = follow(path, None, most=100).place
    with path.open("a") as log:
        log.writelines(f"line {number:05}\n" for number in range(10_000))
    piece = follow(path, place, most=100)
    assert piece.is_fresh_start
    assert piece.lines == tuple(f"line {number:05}" for number in range(9_991, 10_000))
    path.write_text("x" * 1_000)
    endless = follow(path, None, most=100)
    assert (endless.lines, endless.unfinished) == ((), "x" * 100)


def test_a_log_that_cannot_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DilctlError, match=r"log .* cannot be read: Is a directory"):
        follow(tmp_path, None)


@settings(max_examples=20)
@given(pieces=st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"a", b"\n")), max_size=8))
def test_pieces_together_are_the_whole_log(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("run") / "log"
    path.touch()
    place, lines, unfinished = None, [], ""
    for number, piece in enumerate(pieces):
        with path.open("ab") as log:
            log.write(piece)
        found = follow(path, place)
        assert found.is_fresh_start == (number == 0)
        place, unfinished = found.place, found.unfinished
        lines += found.lines
    whole = [*lines, unfinished] if unfinished else lines
    assert tuple(whole) == tail(path, 1_000)


def test_of_a_line_that_never_ends_only_the_end_is_read(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_bytes(b"step 1\n" + b"." * 3_000_000 + b"\r99 %")

    (line,) = tail(log, 20)

    assert line.endswith("99 %")
    assert len(line) < 500_000
