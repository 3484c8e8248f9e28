"""Keys that a person presses while a command shows something, without an Enter after them."""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

END = "\x04"
"""Ctrl-D; also what is read from a terminal that is gone, again and again without a pause."""

Wait = Callable[[float], str]
"""Waits for so many seconds at most; the key that was pressed, empty for none."""


@contextmanager
def keys() -> Generator[Wait]:
    """Read single keys from the terminal, whose old manner comes back afterwards.

    Where stdin is no terminal, no key is ever pressed.
    """
    if not sys.stdin.isatty():
        yield _sleep
        return
    import termios
    import tty

    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    tty.setcbreak(number)
    try:
        yield _pressed
    finally:
        with suppress(termios.error):  # of a terminal that is gone
            termios.tcsetattr(number, termios.TCSADRAIN, before)


def _pressed(seconds: float) -> str:
    import os
    import select

    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    if not ready:
        return ""
    try:
        return os.read(sys.stdin.fileno(), 1).decode(errors="replace") or END
    except OSError:  # hung up
        return END


def _sleep(seconds: float) -> str:
    time.sleep(seconds)
    return ""
