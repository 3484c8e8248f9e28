"""Clearing up: what no run needs any more is found, and deleted."""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from dilctl.errors import NotFoundError
from dilctl.garbage import Contents, Folder, Kind, Known, Piece, Seen, can_start, garbage
from dilctl.jobs.door import Door
from storage.errors import MovedRegistryError
from storage.records import Run, Status
from storage.registry import Registry
from trainers.errors import TrainerError

_DIGEST = 32  # bytes at the head of a checkpoint: the SHA-256 of the rest
_BLOCK = 1 << 20


class Clearing(Door):
    """What there is to clear up in the home folder."""

    def garbage(self, *, now: Callable[[], float] = time.time) -> tuple[Piece, ...]:
        """What can go, the largest first.

        Raises:
            NotFoundError: there is no registry, so that nothing can be told of any run.
        """
        if not self.settings.has_registry:
            raise NotFoundError(f"there is no registry in {self.settings.home}; nothing to clear")
        contents = self._contents(now())  # before the runs: what is made meanwhile is not seen
        return tuple(sorted(garbage(contents, self._known()), key=lambda piece: -piece.size))

    def clear(self, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
        """Delete what was found and still can go; returns what has gone.

        Raises:
            OSError: something cannot be deleted; what was deleted before stays so.
        """
        still = set(self.garbage())
        return tuple(piece for piece in pieces if piece in still and _delete(piece))

    def old_copies(self) -> tuple[Path, ...]:
        """Copies of the registry, but for the newest three."""
        home = self.settings.home
        found = [*home.glob("backups/registry-*.db"), *home.glob("registry-*.backup.db")]
        return tuple(sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[3:])

    def _contents(self, now: float) -> Contents:
        home = self.settings.home

        def seen(folder: Path) -> tuple[Seen, ...]:
            return tuple(_seen(path, now) for path in _entries(folder))

        return Contents(
            folders=tuple(
                Folder(whole=_seen(path, now), files=seen(path))
                for path in _entries(home / "runs")
                if path.is_dir() and not path.is_symlink()
            ),
            stores=seen(self.settings.packed),
            snapshots=seen(self.settings.code),
            loose=tuple(
                _seen(path, now)
                for path in (*_entries(home), *_entries(home / "backups"))
                if path.is_file()
            ),
        )

    def _known(self) -> Known:
        runs = self.registry.runs()
        waiting = [run for run in runs if can_start(run.status)]
        others = self._runs_of_other_registry()
        return Known(
            statuses={**others, **{run.id: run.status for run in runs}},
            highest=self.registry.highest_run(),
            snapshots=frozenset(str(run.provenance.get("code")) for run in waiting),
            stores=_stores(waiting, self.settings.packed) if not others else None,
        )

    def _runs_of_other_registry(self) -> dict[int, Status]:
        """Runs of the file in the home folder, where the registry is a server's: left alone.

        Raises:
            StorageError: it cannot be read.
        """
        beside = self.settings.home / "registry.db"
        if isinstance(self.settings.registry, Path) or not beside.exists():
            return {}
        try:
            with Registry.open(beside, read_only=True) as other:
                # Whatever becomes of them here, none of their files is to go.
                return {run.id: Status.QUEUED for run in other.runs()}
        except MovedRegistryError as moved:
            from storage.sides import named

            if _bare(moved.there) != _bare(named(self.settings.registry)):
                raise
            return {}  # they are this registry's own by now


def _bare(place: str) -> str:
    """A database without the sign of a password, which one may say and another leave to a file."""
    return place.replace(":***@", "@")


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _seen(path: Path, now: float) -> Seen:
    """A file, or a folder with all in it; links are not followed."""
    sizes, changed = 0, 0.0
    for part in [path, *(path.rglob("*") if path.is_dir() and not path.is_symlink() else ())]:
        try:
            state = part.lstat()
        except FileNotFoundError:  # gone meanwhile
            continue
        sizes += 0 if part.is_dir() and not part.is_symlink() else state.st_size
        changed = max(changed, state.st_mtime)
    return Seen(path=path, size=sizes, age=now - changed)


def _stores(waiting: Sequence[Run], packed: Path) -> frozenset[str] | None:
    """Names of the decoded images that runs need; None where that cannot be told."""
    from trainers.data.needed import needed
    from trainers.data.packed import place_of
    from trainers.recipe import parse_experiment

    try:
        experiments = [parse_experiment(run.experiment) for run in waiting]
        # Runs of one folder are many, and listing a folder takes time.
        by_source = {(e.data, e.confounders): e for e in reversed(experiments)}
        found = (each.files for e in by_source.values() for each in needed(e))
        return frozenset(place_of(files, packed).name for files in found)
    except TrainerError:
        return None


def _delete(piece: Piece) -> bool:
    """Delete a file or a folder; false where it must stay, or has gone already."""
    if piece.kind is Kind.PREVIOUS and not _is_whole(piece.path.with_suffix("")):
        return False
    try:
        if piece.path.is_dir() and not piece.path.is_symlink():
            shutil.rmtree(piece.path)
        else:
            piece.path.unlink()
    except FileNotFoundError:
        return False
    return True


def _is_whole(checkpoint: Path) -> bool:
    """Whether the newest checkpoint is what was written, so that the one before is not needed."""
    digest = hashlib.sha256()
    with checkpoint.open("rb") as file:
        head = file.read(_DIGEST)
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.digest() == head
