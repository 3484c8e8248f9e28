"""What every use case stands on: the settings, and the registry, opened when it is first needed."""

import os
import socket
from functools import cached_property

from dilctl.settings import Settings
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
