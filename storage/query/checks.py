"""Which comparisons make sense, and what to say of those that do not."""

from typing import assert_never

from storage.query import patterns
from storage.query.faults import shortened, suggestion
from storage.query.fields import FIELDS, Field, Kind
from storage.query.literals import duration, moment, plain_number, quantity
from storage.query.tree import BARE, Asked, Literal, Metric, Operator, Property, Setting

SAME = (Operator.EQUAL, Operator.UNEQUAL)
PATTERN = (Operator.MATCHES, Operator.MISSES)


def complaint(asked: Asked, operator: Operator) -> str | None:
    """Why a field cannot be compared so at all; None if it can."""
    match asked:
        case Setting():
            return None
        case Metric():
            is_text = False
        case Property(name=name):
            is_text = FIELDS[name].kind is Kind.TEXT
        case _:
            assert_never(asked)
    if is_text and operator not in (*SAME, *PATTERN):
        return f"{asked} is text: compare it with = != ~ or !~"
    if not is_text and operator in PATTERN:
        return f"{asked} is no text, which patterns are for: compare it with = != < <= > or >="
    return None


def value_complaint(asked: Asked, operator: Operator, value: Literal) -> str | None:
    """Why a value cannot be compared with that field so; None if it can."""
    if operator in PATTERN:
        return patterns.complaint(value.text)
    match asked:
        case Setting():
            if operator in SAME or (not value.quoted and quantity(value.text) is not None):
                return None
            return f"{_shown(value)} is no number, size or duration; text is compared with = or ~"
        case Metric():
            return None if quantity(value.text) is not None else _not_a(value, "number")
        case Property(name=name):
            return _property_complaint(name, operator, value)
        case _:
            assert_never(asked)


def kept(asked: Asked, operator: Operator, value: Literal) -> Literal:
    """The value with quotation marks only where they mean something, or are needed."""
    if isinstance(asked, Setting) and operator not in PATTERN:
        return value
    needed = operator in PATTERN or not BARE.fullmatch(value.text)
    return Literal(text=value.text, quoted=needed)


def _property_complaint(name: str, operator: Operator, value: Literal) -> str | None:
    field = FIELDS[name]
    match field.kind:
        case Kind.TEXT:
            return _word_complaint(name, field, value)
        case Kind.INTEGER:
            return None if plain_number(value.text) is not None else _not_a(value, "number")
        case Kind.NUMBER:
            return None if quantity(value.text) is not None else _not_a(value, "number")
        case Kind.DURATION:
            known = plain_number(value.text) is not None or duration(value.text) is not None
            return None if known else _not_a(value, "duration, as in 90m, 1h30m or 2d")
        case Kind.MOMENT:
            return _moment_complaint(operator, value)
        case _:
            assert_never(field.kind)


def _word_complaint(name: str, field: Field, value: Literal) -> str | None:
    if not field.words or value.text in field.words:
        return None
    near = suggestion(value.text, list(field.words))
    return f"{name} is never {_shown(value)}{near or f'; it is {_listed(field.words)}'}"


def _moment_complaint(operator: Operator, value: Literal) -> str | None:
    if moment(value.text) is not None:
        return None
    if duration(value.text) is None:
        return _not_a(value, "day, moment or age, as in 2026-11-20, 2026-11-20T12:00 or 2d")
    if operator in SAME:
        return f"an age such as {_shown(value)} is compared with < <= > or >="
    return None


def _not_a(value: Literal, what: str) -> str:
    return f"{_shown(value)} is no {what}"


def _shown(value: Literal) -> str:
    return f"`{shortened(value.text)}`"


def _listed(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
