"""What every use case stands on: the settings, and the registry, opened when it is first needed."""

import os
import socket
from threading import Lock

from dilctl.errors import BusyError
from dilctl.settings import Settings
from storage.errors import MovedRegistryError, RegistryUnavailableError
from storage.registry import PATIENCE, Registry


class Door:
    """The settings of one user and the registry that they name."""

    def __init__(
        self,
        settings: Settings,
        *,
        registry: Registry | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Nothing is opened yet.

        Args:
            settings: of one user.
            registry: one that is open already, and is not opened again.
            patience: seconds to wait for another writer; few where the caller tries again by
                itself.
        """
        self.settings = settings
        self._patience = patience
        self._open = registry
        self._is_lent = registry is not None
        self._was_there = False
        self._one_at_a_time = Lock()

    @property
    def registry(self) -> Registry:
        """The registry; its first use opens it, and creates it on a fresh machine."""
        with self._one_at_a_time:
            if self._open is None:
                self._open = Registry.open(
                    self.settings.registry,
                    patience=self._patience,
                    creates=not self._was_there,
                )
                self._was_there = True
            return self._open

    def require_registry(self) -> None:
        """Check that the registry can be used as before, in less than a millisecond.

        Where it cannot, it is let go: the next use opens what is there then. Never is a registry
        made where one was and is gone.

        Raises:
            RegistryUnavailableError: it is gone, was replaced, has moved to a server, cannot be
                reached, or is of another version now.
        """
        try:
            self.registry.require_usable()
        except RegistryUnavailableError:
            if not self._is_lent:
                self.close()
            raise

    def require_own_home(self) -> None:
        """Refuse to put runs of a database into a home where runs of a file lie.

        Both give the same numbers, and so the same folders, to their runs.

        Raises:
            BusyError: there is such a file, which has not been moved into a database.
        """
        beside = self.settings.home / "registry.db"
        if self.settings.database is None or not beside.exists():
            return
        try:
            with Registry.open(beside, read_only=True) as other:
                is_used = other.highest_run() > 0
        except MovedRegistryError:
            return
        if is_used:
            raise BusyError(
                f"{self.settings.home} holds the runs of {beside}; choose another folder with "
                f"--home, or take those along: dilctl db move {self.settings.home} URL"
            )

    def close(self) -> None:
        """Let go of the registry; using it again opens it again."""
        with self._one_at_a_time:
            closed, self._open = self._open, self._open if self._is_lent else None
        if closed is not None:
            closed.close()


def who() -> str:
    """The person and the machine, as events name them."""
    import getpass

    try:
        person = getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        person = str(os.getuid())
    return f"{person}@{socket.gethostname()}"
