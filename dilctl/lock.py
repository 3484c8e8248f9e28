"""The lock that makes an agent the only one of its host and registry."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from dilctl.errors import BusyError

# Whoever asks whether an agent runs holds the file for an instant, which must not stop one.
_TRIES, _PAUSE = 5, 0.05


class AgentLock:
    """Held for as long as the agent works; the system lets go of it when the process dies.

    The file holds the agent's process id, for people and for those who ask whether one runs.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> "AgentLock":
        """Take the lock.

        Raises:
            BusyError: another process holds it; names the process.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        try:
            self._lock(file)
        except BaseException:
            file.close()
            raise
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._file is not None, "left without having been entered"
        self._file.truncate(0)
        self._file.close()
        self._file = None

    def _lock(self, file: IO[str]) -> None:
        for _ in range(_TRIES):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE)
            else:
                return
        said = self._path.read_text("utf-8").strip()
        raise BusyError(
            f"an agent already works here (process {said or 'unknown'}); one serves all runs of "
            f"{self._path.parent} on this machine"
        )
