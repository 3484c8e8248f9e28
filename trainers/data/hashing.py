"""SHA-256 of files."""

import hashlib
from functools import lru_cache
from pathlib import Path

from trainers.errors import DataError


def sha256_of(path: Path) -> str:
    """The hash of a file's content, in hexadecimal digits.

    Raises:
        DataError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); check the disk") from error


@lru_cache(maxsize=64)
def sha256_as_of(path: Path, size: int, changed: int) -> str:
    """The same, once for as long as size and time of change stay: a file may hold many images.

    Args:
        path: the file.
        size: bytes.
        changed: nanoseconds since 1970.

    Raises:
        DataError: the file cannot be read.
    """
    del size, changed  # they only tell one state of the file from another
    return sha256_of(path)
