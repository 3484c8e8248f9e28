"""The lock that makes an agent the only one of its host and registry, and what is asked of it."""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO

from dilctl.errors import BusyError, UsageError

# Whoever asks whether an agent runs holds the file for an instant, and whoever settles what a dead
# one left for a second or so, with the file empty. Neither must stop an agent from starting.
_TRIES, _TRIES_NAMED, _PAUSE = 100, 5, 0.05


class Wish(StrEnum):
    """What a person wants of an agent."""

    STOP = "stop"
    DRAIN = "drain"


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
            UsageError: it lies where nothing can be locked.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        try:
            self._lock(file)
        except BaseException:
            file.close()
            raise
        _wish_file(self._path).unlink(missing_ok=True)  # meant for one that has gone
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
        _wish_file(self._path).unlink(missing_ok=True)
        self._file.truncate(0)
        self._file.close()
        self._file = None

    def wish(self) -> Wish | None:
        """What a person wants of the agent that holds the lock, None for nothing."""
        try:
            return Wish(_wish_file(self._path).read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def _lock(self, file: IO[str]) -> None:
        for tried in range(_TRIES):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if tried >= _TRIES_NAMED and self._said():
                    break
                time.sleep(_PAUSE)
            except OSError as error:  # as Lustre, unless it is mounted with locks
                raise UsageError(
                    f"{self._path.parent}: its file system keeps no locks ({error.strerror}); "
                    "choose another folder with --home"
                ) from error
            else:
                return
        raise BusyError(
            f"an agent already works here (process {self._said() or 'unknown'}); one serves all "
            f"runs of {self._path.parent} on this machine"
        )

    def _said(self) -> str:
        return self._path.read_text("utf-8", errors="replace").strip()


@contextmanager
def kept_free(path: Path) -> Generator[bool]:
    """Keep agents from starting for a moment; false where one works, or none could."""
    try:
        file = path.open("a+b")  # to read as well, without which NFS shares no lock
    except OSError:  # a folder that may only be read, or a full disk
        yield False
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:  # one works, or the file system keeps no locks
            yield False
            return
        file.truncate(0)  # of the number of an agent that was killed
        yield True


def holder(path: Path) -> int | None:
    """The process that holds an agent's lock, 0 if it does not say; None if nobody does."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        said = path.read_text(errors="replace").strip()
        return int(said) if said.isdecimal() else 0
    except OSError as error:
        if error.filename is not None:  # it cannot be opened
            raise
        return None  # where nothing can be locked, no agent works
    return None


def ask(path: Path, wish: Wish) -> None:
    """Write down what is wanted of the agent that holds a lock; it looks within a second.

    A file, and no signal: the process number in the lock may be of another container, and belong
    to a stranger here.
    """
    beside = path.with_suffix(f".{os.getpid()}.new")
    beside.write_text(wish, "utf-8")
    beside.replace(_wish_file(path))


def _wish_file(lock: Path) -> Path:
    return lock.with_suffix(".wish")
