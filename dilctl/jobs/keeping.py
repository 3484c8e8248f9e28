"""Keeping the registry: checked, copied, put back, moved to another database."""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from dilctl.errors import BusyError, NotFoundError
from dilctl.jobs.door import Door
from dilctl.lock import holder, kept_free
from dilctl.settings import Settings
from storage.errors import StorageError
from storage.records import Run, Status

if TYPE_CHECKING:  # what speaks SQL is imported where it is used
    from storage.checking import Examination, Finding
    from storage.copying import Told, Total
    from storage.restoring import Restored


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A copy of the registry.

    Attributes:
        file: where it lies.
        tables: what it holds, compared with the registry.
    """

    file: Path
    tables: "tuple[Total, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A registry that was moved.

    Attributes:
        source, target: for people; without passwords.
        tables: what both hold, compared.
    """

    source: str
    target: str
    tables: "tuple[Total, ...]"


class Keeping(Door):
    """What is done to the registry as a whole."""

    def examine(self) -> "Examination":
        """Look at the registry, and at the folders of its runs; nothing is changed."""
        from storage.checking import examine

        self._require_registry()
        found = examine(self.settings.registry, now=datetime.now(UTC))
        if found.findings:  # what is said of runs is not to be relied on
            return found
        try:
            return replace(found, findings=tuple(self._folders()))
        except StorageError:  # of another version: what can be said has been said
            return found

    def mend(self) -> tuple[int, ...]:
        """Put right what can be; the numbers of the runs whose measurements were."""
        from storage.mending import mend

        self._require_registry()
        return mend(self.settings.registry)

    def back_up(self, file: Path | None, told: "Told") -> Copied:
        """Copy the registry into a file; by default a new one in ``backups``.

        Raises:
            RefusedError: the file is there already.
        """
        from storage.restoring import back_up

        self._require_registry()
        file = self._new_copy() if file is None else file
        return Copied(file=file, tables=back_up(self.settings.registry, file, told))

    def restore(self, file: Path, told: "Told") -> "Restored":
        """Replace what the registry holds by a copy; what it held before is kept in ``backups``.

        Raises:
            BusyError, RefusedError: an agent works, or a run lives.
            NotFoundError: there is no such copy.
        """
        from storage.restoring import restore

        self.require_copy(file)
        with _no_agent(self.settings):
            return restore(
                file,
                self.settings.registry,
                keep=self._new_copy(),
                now=datetime.now(UTC),
                told=told,
            )

    def require_copy(self, file: Path) -> None:
        """Make sure that there is something to be put back.

        Raises:
            NotFoundError: there is no such file.
        """
        if not file.exists():
            raise NotFoundError(f"{file}: there is no such file; copies lie in {self._copies}")

    def _require_registry(self) -> None:
        if not self.settings.has_registry:
            raise NotFoundError(
                f"there is no registry at {self.settings.registry}; the first submission makes one"
            )

    @property
    def _copies(self) -> Path:
        return self.settings.home / "backups"

    def _new_copy(self) -> Path:
        """A name that says when, and is not taken."""
        stem = f"registry-{datetime.now():%Y%m%d-%H%M%S}"
        names = (f"{stem}{'' if n == 1 else f'-{n}'}.db" for n in count(1))
        return next(path for name in names if not (path := self._copies / name).exists())

    def _folders(self) -> "Generator[Finding]":
        """Folders without a run, and runs of this machine that lost what they need."""
        from storage.checking import Finding
        from storage.registry import Registry

        with Registry.open(self.settings.registry, read_only=True) as registry:
            runs, highest = registry.runs(), registry.highest_run()
        known = {run.id for run in runs}
        root = self.settings.home / "runs"
        folders = {int(path.name) for path in root.glob("[1-9]*") if path.name.isdecimal()}
        if strays := sorted(number for number in folders - known if number <= highest):
            finding = f"{len(strays)} in {root} belong to no run: {_some(strays)}"
            yield Finding(subject="folders", finding=finding, cure="dilctl gc")
        if lost := sorted(run.id for run in runs if self._has_lost_files(run)):
            finding = f"the checkpoint or the weights are gone of run {_some(lost)}"
            cure = "put its folder back from a copy of yours, or submit it again"
            yield Finding(subject="folders", finding=finding, cure=cure)

    def _has_lost_files(self, run: Run) -> bool:
        if run.host != socket.gethostname():
            return False
        folder = self.settings.run(run.id)
        match run.status:
            case Status.DONE:
                return not (folder.weights.exists() or folder.checkpoint.exists())
            case Status.PAUSED:
                return run.step > 0 and not folder.checkpoint.exists()
            case _:
                return False


def move(source: str, target: str, told: "Told") -> Moved:
    """Copy a registry into another database, and leave the first.

    Args:
        source: a file, a home folder, or the URL of a PostgreSQL database.
        target: the same; new, or without runs.
        told: told of progress.

    Raises:
        BusyError, RefusedError: an agent works, a run lives, or there are runs at the target.
    """
    from storage import moving
    from storage.sides import named

    places = [_place(text) for text in (source, target)]
    for place in places:
        if isinstance(place, Path):
            _refuse_agent(place.with_name(f"agent-{socket.gethostname()}.lock"))
    tables = moving.move(*places, now=datetime.now(UTC), told=told)
    return Moved(source=named(places[0]), target=named(places[1]), tables=tables)


def _place(text: str) -> Path | str:
    if "://" in text:
        return text
    path = Path(text).expanduser().absolute()
    return path / "registry.db" if path.is_dir() else path


@contextmanager
def _no_agent(settings: Settings) -> Generator[None]:
    """Keep agents of this machine from starting meanwhile."""
    lock = settings.agent_lock(socket.gethostname())
    with kept_free(lock) as is_free:
        if not is_free:
            _refuse_agent(lock)
        yield


def _refuse_agent(lock: Path) -> None:
    if (pid := holder(lock)) is not None:
        named = f"process {pid}" if pid else "whose process is unknown"
        raise BusyError(f"an agent works on {lock.parent} ({named}); first: dilctl agent stop")


def _some(numbers: list[int]) -> str:
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"{', '.join(map(str, numbers[:5]))}{more}"
