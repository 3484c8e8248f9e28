"""In what order runs are wanted: what people type becomes keys to sort by."""

from dataclasses import dataclass

from storage.query.fields import FIELDS
from storage.query.scanner import NAME, Scanner
from storage.query.tree import Asked, Property


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One thing to sort by."""

    asked: Asked
    descending: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.asked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """Keys, the first of which decides; runs without a value come last, ties go by number."""

    keys: tuple[Key, ...]

    def __str__(self) -> str:
        return ",".join(str(key) for key in self.keys)

    @classmethod
    def parse(cls, text: str) -> "Sort":
        """The order that a text such as ``-psnr@CBSD68:unseen,name`` asks for.

        Raises:
            QueryError: it cannot be understood; says where and why.
        """
        scanner = Scanner(text)
        keys = [_key(scanner)]
        while scanner.takes(","):
            keys.append(_key(scanner))
        if not scanner.is_at_end:
            scanner.fail("put a comma between what is sorted by")
        return cls(keys=tuple(keys))


def _key(scanner: Scanner) -> Key:
    scanner.skip_blanks()
    descending = scanner.takes("-")
    start = scanner.at
    word = scanner.take(NAME)
    if not word:
        scanner.fail("a field to sort by is missing, as in -psnr@CBSD68:unseen or name")
    asked = scanner.asked(word, start)
    if isinstance(asked, Property) and FIELDS[asked.name].many:
        scanner.fail(f"a run has any number of {asked.name}s: nothing to sort by", start)
    scanner.skip_blanks()
    return Key(asked=asked, descending=descending)
