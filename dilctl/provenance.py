"""Where a run comes from: the git commit, what was not committed, and the versions in use."""

import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("dilctl", "torch", "numpy", "pillow", "scikit-image", "pydantic")

# A diff is kept to be read by a person; one of megabytes is data that got under version control.
DIFF_LIMIT = 1_000_000


def collect(folder: Path) -> dict[str, Any]:
    """The provenance of a run that is submitted from a folder, as plain JSON.

    ``commit`` and ``diff`` are None where the folder is in no git repository.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    diff = None if commit is None else _git(folder, "diff", "HEAD", "--no-color", "--no-ext-diff")
    return {
        "commit": commit,
        "diff": diff if diff is None or len(diff) <= DIFF_LIMIT else _cut(diff),
        "python": platform.python_version(),
        "packages": versions(PACKAGES),
    }


def versions(packages: tuple[str, ...]) -> dict[str, str | None]:
    """Installed versions, None for what is not installed; imports nothing."""
    return {package: _version(package) for package in packages}


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints, None where there is no git or no repository."""
    try:
        answer = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, timeout=30, check=False
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode(errors="replace").strip() if answer.returncode == 0 else None


def _cut(diff: str) -> str:
    return f"{diff[:DIFF_LIMIT]}\n... cut: the diff has {len(diff):,} characters"
