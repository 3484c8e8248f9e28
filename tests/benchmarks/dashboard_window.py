"""A terminal in which the dashboard runs for real, watched from outside."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

_CODES = re.compile(
    rb"\x1b(\[[0-9;:?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()].|P[^\x1b]*\x1b\\|.)"
)
_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
_UNWANTED = ("NO_COLOR", "TMUX", "TEXTUAL_ANIMATIONS")
_PATIENCE = 20.0
_QUIET = 0.012
"""Seconds without output after which an answer is painted."""


class Window:
    """A Python program in a terminal of 160 columns and 50 lines.

    Args:
        words: what Python is to run, as in ``-m dilctl dash``.
        home: the folder of the registry.
    """

    def __init__(self, *words: str, home: Path) -> None:
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (50, 160))
        environment = {key: said for key, said in os.environ.items() if key not in _UNWANTED}
        environment |= {**_TERMINAL, "DILCTL_HOME": str(home)}
        self.began = time.perf_counter()
        self.child = subprocess.Popen(
            [sys.executable, *words], stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, env=environment,
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> "Window":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.child.kill()
        self.child.wait()
        os.close(self._master)

    def until(self, word: str) -> float:
        """The moment at which a word is first on the screen."""
        content = b""
        while word.encode() not in _CODES.sub(b"", content):
            content += self._read(_PATIENCE)
        return time.perf_counter()

    def until_quiet(self, seconds: float = 0.3) -> None:
        """Wait until nothing is painted."""
        while self._waits(seconds):
            self._read(0)

    def press(self, key: bytes) -> float:
        """Press a key; seconds until its answer is painted."""
        began = last = time.perf_counter()
        os.write(self._master, key)
        assert self._waits(_PATIENCE), f"nothing answers {key!r}"
        while self._waits(_QUIET):
            self._read(0)
            last = time.perf_counter()
        return last - began

    def look_on(self, seconds: float) -> None:
        """Let time pass, reading what is painted."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if self._waits(left):
                self._read(0)

    def until_end(self, seconds: float) -> None:
        """Let the program end by itself."""
        end = time.perf_counter() + seconds
        while self.child.poll() is None:
            assert time.perf_counter() < end, "the program goes on"
            if self._waits(0.1):
                self._read(0)
        assert self.child.returncode == 0, f"exit code {self.child.returncode}"

    def _waits(self, seconds: float) -> bool:
        return bool(select.select([self._master], [], [], seconds)[0])

    def _read(self, seconds: float) -> bytes:
        assert not seconds or self._waits(seconds), "nothing is painted"
        try:
            return os.read(self._master, 1 << 20)
        except OSError:  # the program has ended
            self.child.wait(_PATIENCE)
            return b""


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return sorted(values)[len(values) // 2]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
