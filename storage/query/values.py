"""Values of a query as SQL: bound, of a type that every database takes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    LargeBinary,
    Text,
    and_,
    cast,
    collate,
    func,
    literal,
    not_,
)

from storage.query.patterns import FUNCTION
from storage.query.tree import Operator
from storage.tables import Words


def number(value: float) -> ColumnElement[Any]:
    """A number; an integer column may be compared with a fraction, or with more than it holds."""
    return literal(value, BigInteger() if isinstance(value, int) else Double())


def word(text: str) -> ColumnElement[str]:
    """A text, with what cannot be stored escaped as it is where it was stored."""
    return literal(text, Words())


def compared(
    value: ColumnElement[Any], operator: Operator, others: Sequence[ColumnElement[Any]]
) -> ColumnElement[bool]:
    """A value compared with one of some others; patterns are ``found`` instead."""
    match operator:
        case Operator.EQUAL:
            return value.in_(others)
        case Operator.UNEQUAL:
            return value.not_in(others)
        case Operator.BELOW:
            return value < others[0]
        case Operator.AT_MOST:
            return value <= others[0]
        case Operator.ABOVE:
            return value > others[0]
        case Operator.AT_LEAST:
            return value >= others[0]
        case Operator.MATCHES | Operator.MISSES:
            raise ValueError(operator)


def found(
    dialect: str, value: ColumnElement[Any], operator: Operator, pattern: str
) -> ColumnElement[bool]:
    """Whether a pattern is found in a text, or with ``!~`` whether it is not."""
    if dialect == "sqlite":
        is_there = getattr(func, FUNCTION)(word(pattern), cast(value, LargeBinary)) == 1
    else:  # of collation C, lest classes and (?i) depend on the server's language
        is_there = collate(value, "C").regexp_match(literal(pattern, Text()))
    known = value.is_not(None)
    return and_(known, is_there) if operator is Operator.MATCHES else and_(known, not_(is_there))


def contains(dialect: str, value: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether a text holds another; large and small ASCII letters are alike."""
    small = "".join(letter.lower() if letter.isascii() else letter for letter in text)
    if dialect == "sqlite":
        return func.instr(func.lower(value), word(small)) > 0
    return func.strpos(func.lower(collate(value, "C")), word(small)) > 0
