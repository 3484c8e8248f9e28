"""Writing text to a file that a person names, without losing one that is there."""

import os
from pathlib import Path

from dilctl.errors import DilctlError, NotFoundError, UsageError


def save(text: str, named: str, *, replaces: bool) -> Path:
    """Write it whole or not at all.

    Args:
        text: what to write.
        named: where, from the folder that the program was started in; ``~`` is one's home.
        replaces: whether a file that is there goes.

    Returns:
        The file, from the root on.

    Raises:
        UsageError: no name, a folder, or a file that is there.
        NotFoundError: its folder is not there.
        DilctlError: it cannot be written.
    """
    if not named.strip():
        raise UsageError("no file is named; say one, or copy instead")
    try:
        path = Path(named.strip()).expanduser().resolve()
        _refuse_impossible(path)
        _write(path, text, replaces=replaces)
    except FileExistsError as error:
        cure = "choose to replace it, or another name"
        raise UsageError(f"{named}: is there already; {cure}") from error
    except (OSError, ValueError, RuntimeError) as error:  # also NUL, and a ~ of nobody
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise DilctlError(f"{named}: cannot be written ({why}); choose another place") from error
    return path


def _refuse_impossible(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; say a file in it")
    if not path.parent.is_dir():
        raise NotFoundError(f"{path.parent}: no such folder; make it first")


def _write(path: Path, text: str, *, replaces: bool) -> None:
    """Where nothing is replaced the name is taken first, so that nobody else's file can be lost."""
    beside = path.with_name(f".dilctl-{os.getpid()}~")
    if not replaces:
        path.open("x").close()
    is_written = False
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
        is_written = True
    finally:
        beside.unlink(missing_ok=True)
        if not is_written and not replaces:
            path.unlink(missing_ok=True)
