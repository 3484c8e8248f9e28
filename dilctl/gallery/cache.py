"""The folder of pictures that were made: a folder for each image, bounded in all."""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 512 << 20
"""Of all pictures together; the oldest go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was made.

    Attributes:
        path: the PNG file.
        psnr: against the truth, in decibels; None for the truth itself.
        ssim: the same.
    """

    path: Path
    psnr: float | None
    ssim: float | None


def key(*said: object) -> str:
    """A name for a file or folder, the same only for the same things said."""
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:24]


def found(path: Path) -> Picture | None:
    """A picture, if it was made wholly: its scores are written after it."""
    try:
        scores = json.loads(path.with_suffix(".json").read_bytes())
        path.stat()
    except (OSError, ValueError):
        return None
    return Picture(path=path, psnr=scores.get("psnr"), ssim=scores.get("ssim"))


def touch(folder: Path) -> None:
    """Note that a folder was used just now."""
    with suppress(OSError):
        os.utime(folder)


def keep_within(root: Path, most: int, *, spared: Path) -> None:
    """Remove the folders that were used longest ago until the rest takes no more than it may.

    Args:
        root: the folder of folders.
        most: bytes.
        spared: a folder that stays, whatever its size.
    """
    with suppress(OSError):  # another dashboard clears up as well
        folders = [entry for entry in root.iterdir() if entry.is_dir()]
        ages = sorted((entry.stat().st_mtime, _size(entry), entry) for entry in folders)
        total = sum(size for _, size, _ in ages)
        for _, size, folder in ages:
            if total <= most:
                return
            if folder != spared:
                shutil.rmtree(folder, ignore_errors=True)
                total -= size


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
