"""An errand: work of a command that needs PyTorch, done by a child process that loads it.

The child is `dilctl.errands`. Requests go to its stdin, a line of JSON each, and stdin stays open
for as long as somebody waits: when it is closed, by an interrupt or by the death of this process,
the child stops and cleans up. Its answers come as lines of JSON through a pipe of their own, since
libraries print on stdout.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from threading import Lock
from typing import IO, Any

from dilctl.errors import DilctlError
from dilctl.faults import error_of

Json = Mapping[str, Any]
Tell = Callable[[Json], None]
"""Told how far an errand has come."""

STOPPED = 130
"""The exit code of a child that was told to stop."""

_GRACE = 3.0  # seconds that a child is given to clean up
_LAST_LINES = 12
_LAST_BYTES = 8192


def run(
    errand: str,
    request: Json,
    *,
    progress: Tell | None = None,
    package: str = "dilctl.errands",
) -> Json:
    """Have an errand done, and wait for its result.

    Args:
        errand: name of a module of the package, with ``-`` for ``_``.
        request: what it is given, as plain JSON.
        progress: told what the errand tells, in this thread.
        package: where errands are; only their own tests have others.

    Raises:
        DilctlError: out of memory, killed, or failed through a fault of the program.
        Exception: what the errand raises of `dilctl.errors`, `trainers.errors`, `storage.errors`,
            and `OSError`, with the same sentences.
    """
    with tempfile.TemporaryFile() as talk:
        child, answers = _start(f"{package}.{errand.replace('-', '_')}", talk)
        with answers, _ended(child):
            _hand_over(child, request)
            result = _listen(answers, progress)
        if result is None:
            raise _failure(child.returncode, talk)
        return result


class Companion:
    """A child that stays for several errands of one kind, since to load PyTorch takes seconds.

    Its methods may be called from any thread; errands are done one after the other.
    """

    def __init__(self, errand: str, *, package: str = "dilctl.errands") -> None:
        self._module = f"{package}.{errand.replace('-', '_')}"
        self._turn = Lock()
        self._there: tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]] | None = None

    def ask(self, request: Json, *, progress: Tell | None = None) -> Json:
        """Have an errand done; the child is started if there is none. Fails as ``run`` does.

        Raises:
            DilctlError: it failed, or was dismissed meanwhile; the next errand has a new child.
        """
        with self._turn:
            try:
                return self._answer(request, progress)
            except BaseException:
                self._part()
                raise

    def dismiss(self) -> None:
        """End the child, in the midst of an errand too; without one this does nothing."""
        if there := self._there:
            _end(there[0])
        with self._turn:
            self._part()

    def _answer(self, request: Json, progress: Tell | None) -> Json:
        child, answers, talk = self._there = self._there or self._begun()
        _hand_over(child, request)
        result = _listen(answers, progress)
        if result is None:
            _end(child)
            raise _failure(child.returncode, talk)
        return result

    def _begun(self) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
        talk = tempfile.TemporaryFile()
        try:
            return *_start(self._module, talk), talk
        except BaseException:
            talk.close()
            raise

    def _part(self) -> None:
        if self._there is not None:
            child, *streams = self._there
            self._there = None
            _end(child)
            for stream in streams:
                stream.close()


def _start(module: str, talk: IO[bytes]) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    try:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "dilctl.errands", module, str(writing)],
            stdin=subprocess.PIPE,
            stdout=talk,
            stderr=talk,
            pass_fds=(writing,),
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)  # else the pipe would not end with the child
    return child, os.fdopen(reading, "rb")


@contextmanager
def _ended(child: subprocess.Popen[bytes]) -> Generator[None]:
    """Whatever happens, no child is left behind."""
    try:
        yield
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let it clean up, then make sure; nothing happens to one that has ended."""
    assert child.stdin is not None, "it was started with a pipe"
    with suppress(BrokenPipeError):
        child.stdin.close()
    try:
        child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        pass
    finally:
        child.kill()
        child.wait()


def _hand_over(child: subprocess.Popen[bytes], request: Json) -> None:
    assert child.stdin is not None, "it was started with a pipe"
    with suppress(BrokenPipeError):  # it has ended already; its exit code will say why
        child.stdin.write(f"{json.dumps(request)}\n".encode())
        child.stdin.flush()


def _listen(answers: Iterable[bytes], progress: Tell | None) -> Json | None:
    """The result; None if the child ends without one."""
    for line in answers:
        if not line.endswith(b"\n"):  # it died while it wrote
            return None
        match json.loads(line):
            case {"told": told}:
                if progress is not None:
                    progress(told)
            case {"fault": fault}:
                raise error_of(fault)
            case {"result": result}:
                return result
            case other:
                raise AssertionError(f"no answer of an errand: {other}")
    return None


def _failure(code: int, talk: IO[bytes]) -> DilctlError:
    if code == STOPPED:
        return DilctlError("the process that works with PyTorch was stopped from outside")
    if code == -signal.SIGKILL:
        return DilctlError(
            "the process that works with PyTorch was killed, as systems do when memory runs out; "
            "free some memory, or ask for less at once"
        )
    ended = f"died of {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    last = "\n".join(f"  {line}" for line in _last_lines(talk))
    return DilctlError(f"the process that works with PyTorch {ended}; its last words:\n{last}")


def _last_lines(talk: IO[bytes]) -> list[str]:
    talk.seek(max(0, talk.seek(0, os.SEEK_END) - _LAST_BYTES))
    lines = talk.read().decode(errors="replace").splitlines()
    return [line for line in lines if line.strip()][-_LAST_LINES:] or ["(none)"]
