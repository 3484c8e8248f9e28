"""``dilctl dash --web`` in a process of its own, and what a person does with it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


class Served:
    """A server that has told its first address."""

    def __init__(self, home: Path, *words: str) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-P", "-m", "dilctl", "--home", home, "dash", "--web", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.process = psutil.Process(self._server.pid)
        self.address = self._told()

    @property
    def root(self) -> str:
        return self.address.partition("/?token=")[0]

    def press_enter(self) -> str:
        """The address that it prints."""
        assert self._server.stdin is not None
        self._server.stdin.write("\n")
        self._server.stdin.flush()
        return self._told()

    def pages(self) -> list[psutil.Process]:
        """The processes that draw."""
        return self.process.children(recursive=True)

    def ends(self, patience: float = 30) -> int:
        """Its exit code, once it has ended."""
        return self._server.wait(patience)

    def close(self) -> None:
        self._server.kill()
        self._server.communicate()

    def _told(self) -> str:
        assert self._server.stdout is not None
        line = self._server.stdout.readline().strip()
        assert "/?token=" in line, f"no address: {line!r}"
        return line


@contextmanager
def served(home: Path, *words: str) -> Iterator[Served]:
    """A server on a free port, or where the words say."""
    server = Served(home, *(words or ("--port", "0")))
    try:
        yield server
    finally:
        server.close()
