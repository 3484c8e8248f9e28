"""The one place where an expected error becomes a sentence on stderr and an exit code."""

import errno
import os
import sys

from dilctl.errors import DilctlError, ExitCode
from dilctl.text import visible
from storage.errors import FullDiskError, QueryError, RefusedError, StorageError, UnknownRunError
from trainers.errors import DataError, ExperimentError, NoSpaceError, TrainerError

_CODES: tuple[tuple[type[Exception], ExitCode], ...] = (
    (ExperimentError, ExitCode.EXPERIMENT),
    (DataError, ExitCode.DATA),
    (NoSpaceError, ExitCode.NO_SPACE),
    (TrainerError, ExitCode.FAILED),
    (UnknownRunError, ExitCode.NOT_FOUND),
    (QueryError, ExitCode.USAGE),
    (RefusedError, ExitCode.REFUSED),
    (FullDiskError, ExitCode.NO_SPACE),
    (StorageError, ExitCode.REGISTRY),
)
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_WRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}


def exit_code_of(error: BaseException) -> ExitCode | None:
    """The exit code of an expected error, None for one that is a fault of the program."""
    match error:
        case KeyboardInterrupt():
            return ExitCode.INTERRUPTED
        case DilctlError():
            return error.exit_code
        case OSError():
            return _of_system(error)
        case _:
            return next((code for kind, code in _CODES if isinstance(error, kind)), None)


def _of_system(error: OSError) -> ExitCode | None:
    if error.errno in _NO_SPACE:
        return ExitCode.NO_SPACE
    # A file that may not be read or written is the person's to cure, not a fault of ours.
    return ExitCode.FAILED if error.filename is not None else None


def sentences(error: BaseException) -> tuple[str, ...]:
    """What to say of an expected error, one sentence a fault."""
    match error:
        case KeyboardInterrupt():
            return ()
        case ExperimentError():
            return error.faults
        case QueryError():
            return (error.sentence, *(f"  {line}" for line in error.picture.splitlines()))
        case OSError():
            place = "" if error.filename is None else f"{error.filename}: "
            return (f"{place}{error.strerror}{_cure(error)}",)
        case _:
            return tuple(str(error).splitlines())


def _cure(error: OSError) -> str:
    if error.errno in _NO_SPACE:
        return "; free some space and try again"
    if error.errno in _NOT_WRITABLE:
        return "; change its permissions, or choose another folder with --home"
    return ""


def report(error: BaseException) -> None:
    """Say it on stderr."""
    for sentence in sentences(error):
        head = "" if sentence.startswith(" ") else "error: "  # an indented line goes on
        sys.stderr.write(f"{head}{visible(sentence)}\n")


def say_declined(no: Exception) -> None:
    """Say that nothing was done; an answer that was cut short has left the cursor in its line."""
    sys.stderr.write("\nnothing was done\n" if no.__context__ else "nothing was done\n")


def silence_stdout() -> None:
    """After a broken pipe: keep the interpreter from failing again when it flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
