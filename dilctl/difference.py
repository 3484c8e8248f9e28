"""How two runs differ in source and environment: lines of unified diffs, and versions."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dilctl.settings import Settings
from storage.records import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDifference:
    """A file of the trainers' source that two runs do not share.

    Attributes:
        path: from the snapshot's root, as ``trainers/loop.py``.
        lines: unified diff, without line ends.
    """

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How two runs differ in what they executed.

    Attributes:
        runs: their numbers.
        unkept: those whose source is not kept, so that it cannot be compared.
        source: files that differ.
        commits: where both were submitted from; None where that was no repository.
        uncommitted: unified diff of the changes that were not committed then.
        versions: packages and Python whose versions differ.
    """

    runs: tuple[int, int]
    unkept: tuple[int, ...]
    source: tuple[FileDifference, ...]
    commits: tuple[str | None, str | None]
    uncommitted: tuple[str, ...]
    versions: Mapping[str, tuple[str | None, str | None]]


def difference(settings: Settings, old: Run, new: Run) -> Difference:
    """How a run differs from an older one; reads the snapshots of the trainers' source."""
    before, after = _snapshot(settings, old), _snapshot(settings, new)
    return Difference(
        runs=(old.id, new.id),
        unkept=tuple(run.id for run, place in ((old, before), (new, after)) if place is None),
        source=tuple(_between(before, after, (old.id, new.id))) if before and after else (),
        commits=(old.provenance.get("commit"), new.provenance.get("commit")),
        uncommitted=_uncommitted(old, new),
        versions=_versions(old, new),
    )


def _snapshot(settings: Settings, run: Run) -> Path | None:
    code = run.provenance.get("code")
    place = settings.code / str(code)
    return place if code and place.is_dir() else None


def _between(old: Path, new: Path, runs: tuple[int, int]) -> Iterator[FileDifference]:
    if old == new:
        return
    names = sorted({_name(root, path) for root in (old, new) for path in root.rglob("*.*")})
    for name in names:
        before, after = _lines(old / name), _lines(new / name)
        if before != after:
            labels = (f"run {runs[0]}: {name}", f"run {runs[1]}: {name}")
            yield FileDifference(path=name, lines=_unified(before, after, labels))


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _lines(path: Path) -> list[str]:
    """A file's lines; none of one that is not there."""
    return path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []


def _uncommitted(old: Run, new: Run) -> tuple[str, ...]:
    labels = (f"run {old.id}: uncommitted changes", f"run {new.id}: uncommitted changes")
    return _unified(_changes(old), _changes(new), labels)


def _changes(run: Run) -> list[str]:
    return str(run.provenance.get("diff") or "").splitlines()


def _unified(old: list[str], new: list[str], labels: tuple[str, str]) -> tuple[str, ...]:
    return tuple(difflib.unified_diff(old, new, labels[0], labels[1], lineterm=""))


def _versions(old: Run, new: Run) -> dict[str, tuple[str | None, str | None]]:
    before, after = (_all_versions(run.provenance) for run in (old, new))
    names: Sequence[str] = list(dict.fromkeys([*before, *after]))
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _all_versions(provenance: Mapping[str, Any]) -> dict[str, str | None]:
    return {"python": provenance.get("python"), **(provenance.get("packages") or {})}
