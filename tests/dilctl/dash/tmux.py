"""A terminal of tmux, for tests of the real program: keys go in, the screen comes out."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = shutil.which("tmux") or "tmux"
_PATIENCE = 60.0
_LOOK_EVERY = 0.1


class Terminal:
    """One window with a shell in it, on a tmux server of its own.

    Args:
        socket: where the server listens; no path longer than about 100 letters.
        columns, rows: its size.
    """

    def __init__(self, socket: Path, *, columns: int, rows: int) -> None:
        self._socket = socket
        size = ("-x", str(columns), "-y", str(rows))
        self._tmux(
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            *size,
            "env -u COLUMNS -u LINES -u NO_COLOR PS1='$ ' sh",
        )
        self._tmux("set-option", "-g", "window-size", "manual")

    def type(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by the names that tmux has for them."""
        self._tmux("send-keys", *keys)

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def state(self, *names: str) -> dict[str, str]:
        """Formats of tmux: what the program has set, such as ``alternate_on``."""
        wanted = " ".join(f"{name}=#{{{name}}}" for name in names)
        answer = self._tmux("display-message", "-p", wanted)
        return dict(pair.split("=", 1) for pair in answer.split())

    def until(self, holds: Callable[[str], bool], *, patience: float = _PATIENCE) -> str:
        """The screen as soon as something holds of it."""
        end = time.monotonic() + patience
        while not holds(screen := self.screen()):
            assert time.monotonic() < end, f"never came:\n{screen}"
            time.sleep(_LOOK_EVERY)
        return screen

    def sees(self, *words: str) -> str:
        return self.until(lambda screen: all(word in screen for word in words))

    def close(self) -> None:
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        return subprocess.run(
            [PROGRAM, "-S", self._socket, *words], capture_output=True, text=True, check=True
        ).stdout


@contextmanager
def terminal(socket: Path, *, columns: int = 80, rows: int = 24) -> Iterator[Terminal]:
    """A terminal that is gone afterwards, with all that runs in it."""
    opened = Terminal(socket, columns=columns, rows=rows)
    try:
        yield opened
    finally:
        opened.close()
