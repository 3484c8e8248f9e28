"""What every use case stands on: the settings, and the registry, opened when it is first needed."""

import os
import socket
from functools import cached_property

from dilctl.errors import BusyError
from dilctl.settings import Settings
from storage.errors import MovedRegistryError
from storage.registry import Registry


class Door:
    """The settings of one user and the registry that they name."""

    def __init__(self, settings: Settings, *, registry: Registry | None = None) -> None:
        self.settings = settings
        self._given = registry

    @cached_property
    def registry(self) -> Registry:
        """The registry; its first use opens it, and creates it on a fresh machine."""
        return self._given or Registry.open(self.settings.registry)

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
        """Let go of the registry."""
        if "registry" in self.__dict__:
            self.registry.close()


def who() -> str:
    """The person and the machine, as events name them."""
    import getpass

    try:
        person = getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        person = str(os.getuid())
    return f"{person}@{socket.gethostname()}"
