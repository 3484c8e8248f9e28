"""Where an answer goes: stdout, or a file that is written whole or not at all."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TextIO

from dilctl.cli import output
from dilctl.errors import DilctlError, NotFoundError, UsageError

_STDOUT = {"-", "/dev/stdout"}


@contextmanager
def written_to(path: Path | None) -> Generator[None]:
    """Send what is printed on stdout to a file: beside it first, then in its place.

    What is there is replaced, as programs do; nothing is written if nothing is printed. None and
    ``-`` mean stdout itself.

    Raises:
        NotFoundError: where the file's folder is not there.
        UsageError: for a folder.
        DilctlError: for a place that may not be written.
    """
    if path is None or str(path) in _STDOUT:
        yield
        return
    target = path.resolve()
    _refuse_impossible(path, target)
    beside = target if _is_device(target) else target.with_name(f".dilctl-{os.getpid()}~")
    try:
        with _opened(path, beside) as file, redirect_stdout(file):
            yield
        is_written = _put_in_place(beside, target)
    finally:
        if beside != target:
            beside.unlink(missing_ok=True)
    if is_written:
        output.say(f"written to {path}")


def _refuse_impossible(path: Path, target: Path) -> None:
    if target.is_dir():
        raise UsageError(f"{path}: is a folder; say a file in it")
    if not target.parent.is_dir():
        raise NotFoundError(f"{path.parent}: no such folder; make it first")


def _is_device(target: Path) -> bool:
    """Whether it is a pipe or a device, which must not be replaced by a file."""
    return target.exists() and not target.is_file()


@contextmanager
def _opened(path: Path, beside: Path) -> Generator[TextIO]:
    try:
        file = beside.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise DilctlError(
            f"{path}: cannot be written ({error.strerror}); choose another place"
        ) from error
    with file:
        yield file
        file.flush()


def _put_in_place(beside: Path, target: Path) -> bool:
    if beside == target:
        return True
    if beside.stat().st_size == 0:
        return False
    if target.exists():
        shutil.copymode(target, beside)
    beside.replace(target)
    return True
