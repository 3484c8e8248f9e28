"""Snapshots of the trainers' source: a run executes what was there when it was submitted."""

import hashlib
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

_SUFFIXES = frozenset({".py", ".toml"})


def snapshot(root: Path, *, source: Path | None = None) -> str:
    """Keep the trainers' source as it is now.

    Args:
        root: folder of the snapshots; created if needed.
        source: the package's folder; by default that of the ``trainers`` installed here.

    Returns:
        The hash of the content. ``root / hash`` goes in front of the module search path to run it.

    Raises:
        OSError: the snapshot cannot be written; nothing half-written is left.
    """
    package = source or _installed()
    files = sorted(p for p in package.rglob("*") if p.suffix in _SUFFIXES and p.is_file())
    identity = _identity(package, files)
    place = root / identity
    if not place.is_dir():
        _copy(package, files, place)
    return identity


def _installed() -> Path:
    spec = find_spec("trainers")
    assert spec is not None, "trainers ships with dilctl"
    assert spec.origin is not None, "trainers is a package with an __init__.py"
    return Path(spec.origin).parent


def _identity(package: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        # The length keeps one file's end apart from the next one's beginning.
        digest.update(f"{file.relative_to(package).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _copy(package: Path, files: list[Path], place: Path) -> None:
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        for file in files:
            copy = beside / "trainers" / file.relative_to(package)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        _rename(beside, place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _rename(beside: Path, place: Path) -> None:
    try:
        beside.rename(place)
    except OSError:
        if not place.is_dir():  # else someone else was faster, with the same content
            raise
