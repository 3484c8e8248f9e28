"""The errors that a front end shows in one sentence, and the exit code of each.

    DilctlError
    ├── UsageError         what was asked for cannot be done as it was asked
    ├── NotFoundError      no such run, recipe or folder
    └── BusyError          someone else holds what is needed

The errors of the other boxes have their own trees; `dilctl.cli.errors` gives them exit codes.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What ``dilctl`` returns to the shell. Part of the interface: documented in the README."""

    OK = 0
    FAILED = 1
    USAGE = 2
    EXPERIMENT = 3
    DATA = 4
    REGISTRY = 5
    NOT_FOUND = 6
    BUSY = 7
    REFUSED = 8
    NO_SPACE = 9
    INTERRUPTED = 130


class DilctlError(Exception):
    """Base of the application's own errors; each is one sentence that names thing and cure."""

    exit_code = ExitCode.FAILED


class UsageError(DilctlError):
    """What was asked for cannot be done as it was asked."""

    exit_code = ExitCode.USAGE


class NotFoundError(DilctlError):
    """There is no such run, recipe or folder."""

    exit_code = ExitCode.NOT_FOUND


class BusyError(DilctlError):
    """Someone else holds what is needed."""

    exit_code = ExitCode.BUSY
