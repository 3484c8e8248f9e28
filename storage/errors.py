"""What can go wrong with the registry.

StorageError
├── RegistryUnavailableError   cannot be opened, read or written just now
│   ├── NotARegistryError      the file is no registry of dilctl
│   ├── NewerRegistryError     written by a newer dilctl than this one
│   ├── DamagedRegistryError   the file has come to harm
│   ├── MovedRegistryError     its runs go on in another database
│   ├── ReadOnlyRegistryError  may be read, not written
│   └── FullDiskError          the disk it lies on has no space left
├── UnknownRunError            there is no run of that number
├── QueryError                 a query or an order of sorting cannot be understood
├── RefusedError               the run's status does not allow that change
└── FencedError                another attempt has taken the run over
"""


class StorageError(Exception):
    """Base of the registry's errors; each is one sentence that names the thing and the cure."""


class RegistryUnavailableError(StorageError):
    """The registry cannot be opened, read or written just now."""


class NotARegistryError(RegistryUnavailableError):
    """The file is no registry of dilctl."""


class NewerRegistryError(RegistryUnavailableError):
    """The registry was written by a newer dilctl than this one."""


class DamagedRegistryError(RegistryUnavailableError):
    """The registry's file has come to harm."""


class MovedRegistryError(RegistryUnavailableError):
    """The registry's runs go on in another database.

    Attributes:
        there: what that one is called.
    """

    def __init__(self, sentence: str, *, there: str) -> None:
        super().__init__(sentence)
        self.there = there


class ReadOnlyRegistryError(RegistryUnavailableError):
    """The registry may be read, not written."""


class FullDiskError(RegistryUnavailableError):
    """The disk that the registry lies on has no space left."""


class UnknownRunError(StorageError):
    """There is no run of that number."""


class QueryError(StorageError):
    """A query or an order of sorting cannot be understood.

    Attributes:
        sentence: what is wrong, and where.
        picture: two lines, the text and a caret beneath the place.
        column: where in the text, 1 for its first character.
    """

    def __init__(self, sentence: str, picture: str, column: int) -> None:
        super().__init__(sentence, picture, column)
        self.sentence = sentence
        self.picture = picture
        self.column = column

    def __str__(self) -> str:
        return f"{self.sentence}\n{self.picture}"


class RefusedError(StorageError):
    """The run's status does not allow that change."""


class FencedError(StorageError):
    """The attempt that writes is no longer the run's attempt."""
