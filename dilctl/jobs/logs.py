"""Logs of runs: their last lines, and what they grow by."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dilctl.errors import DilctlError
from dilctl.text import visible

MOST = 1 << 16
"""Bytes of a log that are read at once."""

_ENDLESS, _LONG = 1 << 18, 1 << 12  # bytes of the end of a log, and of a line, that are sought


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPlace:
    """A place in a log, from which it is followed: the beginning of a line.

    Attributes:
        device, inode: which file it was.
        offset: bytes before the place.
    """

    device: int
    inode: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPiece:
    """What a log has grown by; its text is safe for a terminal.

    Attributes:
        place: where the next piece begins; None while there is no log.
        lines: the lines that have ended.
        unfinished: the line that has not ended yet; the next piece says it again, with more.
        is_fresh_start: whether the lines take the place of all before, as at first; also where
            the log was shortened, replaced or removed, or grew by more than is read at once.
    """

    place: LogPlace | None
    lines: tuple[str, ...]
    unfinished: str = ""
    is_fresh_start: bool


def tail(path: Path, lines: int) -> tuple[str, ...]:
    """The last lines of a file, made visible; reads no more than it must.

    Lines that do not end, as of a progress bar, are not read back to their beginning.
    """
    most = max(_ENDLESS, lines * _LONG)
    with path.open("rb") as file:
        end = size = file.seek(0, os.SEEK_END)
        content = b""
        while end > 0 and size - end < most and content.count(b"\n") <= lines:
            start = max(0, end - MOST)
            file.seek(start)
            content = file.read(end - start) + content
            end = start
    found = _lines(content.removesuffix(b"\n"))
    return found[-lines:] if content else ()


def piece_after(path: Path, place: LogPlace | None, most: int) -> LogPiece:
    """What the log at ``path`` holds after a place, or from near its end; see ``LogPiece``.

    Raises:
        DilctlError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _piece(file, place, most)
    except (FileNotFoundError, NotADirectoryError):
        return LogPiece(place=None, lines=(), is_fresh_start=True)
    except OSError as error:
        raise DilctlError(f"the log {path} cannot be read: {error.strerror}") from error


def _piece(file: BinaryIO, place: LogPlace | None, most: int) -> LogPiece:
    found = os.fstat(file.fileno())
    here = LogPlace(device=found.st_dev, inode=found.st_ino, offset=max(0, found.st_size - most))
    is_fresh = place is None or not _goes_on(file, place, here, found.st_size)
    start = here.offset if is_fresh or place is None else place.offset
    file.seek(start)
    content = file.read(found.st_size - start)
    ended, end, rest = content.rpartition(b"\n")
    lines = _lines(ended) if end else ()
    return LogPiece(
        place=LogPlace(device=here.device, inode=here.inode, offset=start + len(ended) + len(end)),
        lines=lines[1:] if is_fresh and start else lines,  # the first one has lost its beginning
        unfinished="".join(_lines(rest)),
        is_fresh_start=is_fresh,
    )


def _goes_on(file: BinaryIO, place: LogPlace, here: LogPlace, size: int) -> bool:
    """Whether a place is still the beginning of a line, not too far from the end."""
    is_same = (place.device, place.inode) == (here.device, here.inode)
    if not is_same or not here.offset <= place.offset <= size:
        return False
    if place.offset == 0:
        return True
    file.seek(place.offset - 1)
    return file.read(1) == b"\n"


def _lines(content: bytes) -> tuple[str, ...]:
    found = content.decode(errors="replace").split("\n")
    return tuple(visible(line.rstrip("\r")) for line in found)
