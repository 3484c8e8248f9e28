"""A command on a terminal of its own, for tests of what only a terminal gets."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from pathlib import Path

INTERRUPT = "\x03"
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a person at the terminal has seen.

    Attributes:
        text: all that was written, codes included.
        code: the exit code.
        takes_lines: whether the terminal takes whole lines again, as before the command.
    """

    text: str
    code: int
    takes_lines: bool


def at_terminal(home: Path, *words: str, after: str = "", press: str = "") -> Seen:
    """Run a command; once it has written something, press keys."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    child = subprocess.Popen(
        [sys.executable, "-m", "dilctl", "--home", str(home), *words],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env=os.environ | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    content = b""
    end = time.monotonic() + _PATIENCE
    while child.poll() is None or _waits(master):
        if time.monotonic() > end:
            child.kill()
        if not _waits(master):
            continue
        content += os.read(master, 65_536)
        if press and after.encode() in content:
            _press(child, master, press)
            press = ""
    takes_lines = bool(termios.tcgetattr(slave)[3] & termios.ICANON)
    os.close(master)
    os.close(slave)
    return Seen(text=content.decode(), code=child.returncode, takes_lines=takes_lines)


def _press(child: "subprocess.Popen[bytes]", master: int, keys: str) -> None:
    """Press keys; the terminal controls no session, so Ctrl-C is the signal that it would send."""
    if keys == INTERRUPT:
        child.send_signal(signal.SIGINT)
    else:
        os.write(master, keys.encode())


def _waits(master: int) -> bool:
    return bool(select.select([master], [], [], 0.05)[0])


def hung_up(home: Path, *words: str, after: str) -> int:
    """Run a command, and take the terminal away once it has written something; its exit code."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "dilctl", "--home", str(home), *words],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env=os.environ | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    os.close(slave)
    content = b""
    while after.encode() not in content:
        content += os.read(master, 65_536)
    os.close(master)
    try:
        return child.wait(_PATIENCE)
    finally:
        child.kill()
