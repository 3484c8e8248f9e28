"""Asks a terminal what it can draw pictures with, before Textual takes it over."""

import os
import re
import select
import sys
import termios
import time
import tty
from collections.abc import Mapping
from fcntl import ioctl
from struct import unpack

from dilctl.dash.graphics import BLOCKS, Graphics

_PATIENCE = 1.0  # seconds; every terminal in use answers the last question, at once but for the way

# With the key of placeholders: terminals that know the protocol without them do not answer that.
_KITTY = "\x1b_Gi=31,s=1,v=1,a=q,U=1,t=d,f=24;AAAA\x1b\\"
_CELL = "\x1b[16t"
_ATTRIBUTES = "\x1b[c"

_SIXEL_ATTRIBUTE = b"4"


def graphics_here(environment: Mapping[str, str] = os.environ) -> Graphics:
    """What the terminal of this process can draw; half blocks where it cannot be asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return BLOCKS
    questions = questions_for(environment)
    if not questions:
        return BLOCKS
    try:
        return graphics_of(_answer(questions), _cell_of(sys.stdout.fileno()))
    except (OSError, termios.error):
        return BLOCKS


def questions_for(environment: Mapping[str, str]) -> str:
    """What a terminal may be asked. tmux would take the question about Kitty for a title."""
    term = environment.get("TERM", "")
    if environment.get("NO_COLOR") or term in ("", "dumb", "linux"):
        return ""
    is_multiplexed = "TMUX" in environment or term.startswith(("tmux", "screen"))
    return ("" if is_multiplexed else _KITTY) + _CELL + _ATTRIBUTES


def graphics_of(answer: bytes, cell: tuple[int, int] | None) -> Graphics:
    """What an answer means.

    Sixel goes first: some terminals that have both know Kitty's protocol without placeholders.

    Args:
        answer: what the terminal sent.
        cell: its cells' size in pixels, if the system knows it.
    """
    said = re.search(rb"\x1b\[6;(\d+);(\d+)t", answer)
    size = (int(said[2]), int(said[1])) if said else cell
    if size is None or 0 in size:
        return BLOCKS
    attributes = re.search(rb"\x1b\[\?([\d;]*)c", answer)
    if attributes and _SIXEL_ATTRIBUTE in attributes[1].split(b";"):
        return Graphics(kind="sixel", cell=size)
    if re.search(rb"\x1b_Gi=31[^\x1b]*;OK\x1b\\", answer):
        return Graphics(kind="kitty", cell=size)
    return BLOCKS


def _answer(questions: str) -> bytes:
    """What the terminal sends until it has answered the last question."""
    source, target = sys.stdin.fileno(), sys.stdout.fileno()
    before = termios.tcgetattr(source)
    tty.setcbreak(source, termios.TCSANOW)
    try:
        os.write(target, questions.encode())
        return _read(source)
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)


def _read(source: int) -> bytes:
    answer, end = b"", time.monotonic() + _PATIENCE
    while not re.search(rb"\x1b\[\?[\d;]*c", answer):
        ready, _, _ = select.select([source], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            break
        answer += os.read(source, 4096)
    return answer


def _cell_of(terminal: int) -> tuple[int, int] | None:
    rows, columns, width, height = unpack("HHHH", ioctl(terminal, termios.TIOCGWINSZ, bytes(8)))
    return (width // columns, height // rows) if rows and columns and width and height else None
