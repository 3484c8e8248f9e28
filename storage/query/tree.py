"""What a query says, as a tree of frozen values that prints as it is typed."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from storage.query.fields import DOCUMENTS, METRIC

KEYWORDS = frozenset({"and", "or", "not"})
SIGNS = {"&": "and", "&&": "and", "|": "or", "||": "or"}
"""What other languages write for words of this one."""

BARE = re.compile(r"""[^\s()"',=<>!~]+""")
"""A value that needs no quotation marks."""

_BARE_NAME = re.compile(r"""[^\s()"',=<>!~:]+""")
_RUNS = re.compile(r"[0-9]+(?:\.\.[0-9]+)?")
_METRIC_HEAD = re.compile(r"""[A-Za-z_][^\s()"',=<>!~:]*""")
_PREFIXES = tuple(f"{name}." for name in (*DOCUMENTS, METRIC))


class Operator(StrEnum):
    """How a field is compared."""

    EQUAL = "="
    UNEQUAL = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    MATCHES = "~"
    MISSES = "!~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A value as it was typed.

    Attributes:
        text: what it says.
        quoted: whether it stood in quotation marks: then it is text, never a number, to a setting.
    """

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        return quoted(self.text) if self.quoted or not BARE.fullmatch(self.text) else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A field with a name of its own, one of ``FIELDS``."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value in one of a run's documents.

    Attributes:
        document: one of ``DOCUMENTS``.
        path: keys and positions from its root.
    """

    document: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join((self.document, *self.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """The newest value of a metric, or the newest mean of an evaluation, by its name."""

    name: str

    def __str__(self) -> str:
        head, colon, tail = self.name.partition(":")
        if "@" not in head or not _METRIC_HEAD.fullmatch(head) or head.startswith(_PREFIXES):
            return f"{METRIC}.{_part(self.name)}"
        return f"{head}{colon}{_part(tail) if colon else ''}"


Asked = Property | Setting | Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Runs by their numbers: stretches of them, both ends included."""

    stretches: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        return ",".join(
            str(first) if first == last else f"{first}..{last}" for first, last in self.stretches
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Runs whose names contain a text, large and small letters alike."""

    text: str

    def __str__(self) -> str:
        bare = _BARE_NAME.fullmatch(self.text) and not _means_more(self.text)
        return self.text if bare else quoted(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A field compared with a value, or with one of several."""

    asked: Asked
    operator: Operator
    values: tuple[Literal, ...]

    def __str__(self) -> str:
        values = ",".join(str(value) for value in self.values)
        tight = isinstance(self.asked, Property)
        return f"{self.asked}{'' if tight else ' '}{self.operator}{'' if tight else ' '}{values}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The runs that do not meet a condition."""

    part: "Condition"

    def __str__(self) -> str:
        return f"not {_within(self.part, And, Or)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """The runs that meet all of two or more conditions."""

    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " and ".join(_within(part, And, Or) for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """The runs that meet one of two or more conditions."""

    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " or ".join(_within(part, Or) for part in self.parts)


Condition = Runs | Named | Comparison | Not | And | Or


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question of which runs; without a condition it means all of them."""

    condition: Condition | None = None

    def __str__(self) -> str:
        return "" if self.condition is None else str(self.condition)


def quoted(text: str) -> str:
    r"""The text in quotation marks; in them only ``\"`` and ``\\`` are more than they seem."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def asked_in(condition: Condition) -> tuple[Asked, ...]:
    """All that a condition asks of a run, in order."""
    match condition:
        case Comparison(asked=asked):
            return (asked,)
        case Not(part=part):
            return asked_in(part)
        case And(parts=parts) | Or(parts=parts):
            return tuple(asked for part in parts for asked in asked_in(part))
        case Runs() | Named():
            return ()
        case _:
            assert_never(condition)


def is_field(word: str) -> bool:
    """Whether a word can only be meant as something to compare."""
    return "@" in word or word.startswith(_PREFIXES)


def _means_more(word: str) -> bool:
    """Whether a bare word would be read as something else than part of a name."""
    known = word.lower() in KEYWORDS or word in SIGNS
    return known or _RUNS.fullmatch(word) is not None or is_field(word)


def _part(text: str) -> str:
    return text if BARE.fullmatch(text) else quoted(text)


def _within(part: Condition, *looser: type) -> str:
    return f"({part})" if isinstance(part, looser) else str(part)
