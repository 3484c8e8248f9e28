"""Every path that dilctl reads or writes, in one place."""

import os
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

DATABASE = "DILCTL_DATABASE"
"""The environment variable that names the registry's database; so do its workers learn of it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where one user's registry and runs live.

    Attributes:
        home: folder of everything that dilctl keeps.
        database: URL of a PostgreSQL database that holds the registry; None for a file in the home.
    """

    home: Path
    database: str | None = None

    @classmethod
    def default(cls) -> "Settings":
        """What ``$DILCTL_HOME`` and ``$DILCTL_DATABASE`` say, else the platform's data folder."""
        return cls.of(os.environ.get("DILCTL_HOME"), os.environ.get(DATABASE))

    @classmethod
    def of(cls, home: Path | str | None, database: str | None = None) -> "Settings":
        """The settings that a person chose; what is empty or None is as if it were not said."""
        if home is None or not str(home):
            from platformdirs import user_data_path

            return cls(user_data_path("dilctl"), database or None)
        return cls(Path(home).expanduser().absolute(), database or None)

    @property
    def registry(self) -> Path | str:
        """Where the registry lies: an SQLite file, or the URL of a database."""
        return self.database or self.home / "registry.db"

    @property
    def has_registry(self) -> bool:
        """Whether there is a registry to be looked at; asking makes none."""
        return not isinstance(self.registry, Path) or self.registry.exists()

    @property
    def packed(self) -> Path:
        """Images decoded once, shared by all runs."""
        return self.home / "packed"

    @property
    def code(self) -> Path:
        """Snapshots of the trainers' source, by the hash of their content."""
        return self.home / "code"

    @property
    def dash(self) -> Path:
        """What the dashboard remembers from one sitting to the next."""
        return self.home / "dash.json"

    @property
    def gallery(self) -> Path:
        """Pictures that the dashboard shows, which can be made again at any time."""
        return self.home / "gallery"

    def agent_lock(self, host: str) -> Path:
        """The file that the one agent of a host holds locked."""
        return self.home / f"agent-{host}.lock"

    @property
    def runs(self) -> Path:
        """Where each run has a folder of its own."""
        return self.home / "runs"

    def run(self, run: int) -> "RunFolder":
        """The folder of one run."""
        return RunFolder(self.runs / str(run))


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run."""

    path: Path

    def set_aside(self) -> None:
        """Rename the folder, if there is one, to ``<number>.old``, ``<number>.old2`` and so on.

        A run that has never started has no folder. One that is there is of a registry that was
        deleted, and its checkpoint must not be taken for this run's.

        Raises:
            OSError: it cannot be renamed.
        """
        if self.path.exists():
            olds = (self.path.with_name(f"{self.path.name}.old{n}") for n in chain([""], count(2)))
            self.path.rename(next(old for old in olds if not old.exists()))

    @property
    def order(self) -> Path:
        """What the worker is told to do: run, attempt, seed, experiment (JSON)."""
        return self.path / "order.json"

    @property
    def log(self) -> Path:
        """All that the run's processes print, attempt after attempt."""
        return self.path / "log.txt"

    @property
    def outcome(self) -> Path:
        """How the newest attempt ended, in the worker's own words (JSON)."""
        return self.path / "outcome.json"

    @property
    def checkpoint(self) -> Path:
        """The newest checkpoint; the one before it lies beside it."""
        return self.path / "checkpoint.pt"

    @property
    def spool(self) -> Path:
        """Measurements that wait for the registry to come back."""
        return self.path / "spool.jsonl"

    @property
    def weights(self) -> Path:
        """The final weights, as safetensors."""
        return self.path / "weights.safetensors"
