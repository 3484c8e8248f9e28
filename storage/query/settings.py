"""Settings of runs in SQL: values in documents of JSON, by dialect."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Double,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    collate,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from storage.query.literals import quantity
from storage.query.tree import Literal, Operator, Setting
from storage.query.values import compared, found, number, word
from storage.tables import documents, runs

# PostgreSQL refuses the whole document for one character that its texts cannot hold.
_NO_CHARACTERS = (
    r"\\u0000"
    r"|\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})"
    r"|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}"
)
_LONGEST_NUMBER = 300  # digits that still fit a double

_COLUMNS = {
    "config": runs.c.experiment,
    "needs": runs.c.needs,
    "provenance": runs.c.provenance,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    """A value in a document; each side is NULL where the value is of the other sort."""

    number: ColumnElement[Any]
    text: ColumnElement[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a setting is.

    Attributes:
        source: rows of documents.
        leaves: the value itself, and the ``kind`` in it, should it be a table of settings.
    """

    source: FromClause
    leaves: tuple[_Leaf, _Leaf]


def setting_condition(
    dialect: str, setting: Setting, operator: Operator, values: tuple[Literal, ...]
) -> ColumnElement[bool]:
    """Whether a run's setting meets a comparison; of a union, its ``kind`` is compared too."""
    place = _place(dialect, setting)
    meets = [_meets(leaf, dialect, operator, values) for leaf in place.leaves]
    document = documents.c.id == _COLUMNS[setting.document]
    found = select(literal(1)).select_from(place.source).where(document, or_(*meets))
    return found.correlate(runs).exists()


def setting_keys(dialect: str, setting: Setting) -> tuple[ColumnElement[Any], ...]:
    """What to order runs by: numbers in their order before texts in theirs."""
    place = _place(dialect, setting)
    document = documents.c.id == _COLUMNS[setting.document]

    def key(values: list[ColumnElement[Any]]) -> ColumnElement[Any]:
        chosen = select(func.coalesce(*values)).select_from(place.source).where(document)
        return chosen.correlate(runs).scalar_subquery()

    texts = key([leaf.text for leaf in place.leaves])
    numbers = key([leaf.number for leaf in place.leaves])
    return numbers, texts if dialect == "sqlite" else collate(texts, "C")


def setting_values(
    dialect: str, setting: Setting
) -> tuple[ColumnElement[int], Select[Any, str]]:  # fmt: skip
    """The document of a run that holds a setting; and what documents hold there, as JSON.

    That is an array: the value itself, and the ``kind`` in it, should it be a table of settings.
    """
    if dialect == "sqlite":
        places = [_sqlite_path(path) for path in (setting.path, (*setting.path, "kind"))]
        found = func.json_extract(documents.c.content, *places)
        source: FromClause = documents
    else:
        source, value, kind = _postgresql_values(setting.path)
        found = cast(func.json_build_array(value, kind), Text)
    return _COLUMNS[setting.document], select(documents.c.id, found).select_from(source)


def _place(dialect: str, setting: Setting) -> _Place:
    return _sqlite(setting.path) if dialect == "sqlite" else _postgresql(setting.path)


def _sqlite(path: tuple[str, ...]) -> _Place:
    return _Place(source=documents, leaves=(_sqlite_leaf(path), _sqlite_leaf((*path, "kind"))))


def _sqlite_leaf(path: tuple[str, ...]) -> _Leaf:
    place = _sqlite_path(path)
    kind = func.json_type(documents.c.content, place)
    value = func.json_extract(documents.c.content, place)
    return _Leaf(
        number=case((kind.in_(("integer", "real")), value)),
        text=case((kind == "text", value), (kind.in_(("true", "false")), kind)),
    )


def _sqlite_path(path: tuple[str, ...]) -> ColumnElement[str]:
    return literal("$" + "".join(f"[{int(p)}]" if p.isdigit() else f'."{p}"' for p in path))


def _postgresql(path: tuple[str, ...]) -> _Place:
    source, value, kind = _postgresql_values(path)
    return _Place(source=source, leaves=(_postgresql_leaf(value), _postgresql_leaf(kind)))


def _postgresql_values(
    path: tuple[str, ...],
) -> tuple[FromClause, ColumnElement[Any], ColumnElement[Any]]:
    """A document is read once: OFFSET keeps the planner from writing the reading out again."""
    content = documents.c.content
    replaced = func.regexp_replace(content, _NO_CHARACTERS, r"\\ufffd", "g")
    readable = case((func.strpos(content, "\\u") == 0, content), else_=replaced)
    reached = func.json_extract_path(cast(readable, JSON), *path, type_=JSON()).label("value")
    once = select(reached).correlate(documents).offset(0).lateral("reached")
    value = once.c.value
    is_table = func.json_typeof(value) == "object"
    kind = case((is_table, func.json_extract_path(value, "kind", type_=JSON())))
    return documents.join(once, true()), value, kind


def _postgresql_leaf(value: ColumnElement[Any]) -> _Leaf:
    kind = func.json_typeof(value)
    text = value.op("#>>", return_type=Text())(literal_column("'{}'::text[]"))
    is_number = and_(kind == "number", func.length(text) <= _LONGEST_NUMBER)
    return _Leaf(
        number=case((is_number, cast(text, Double))),
        text=case((kind.in_(("string", "boolean")), text)),
    )


def _meets(
    leaf: _Leaf, dialect: str, operator: Operator, values: tuple[Literal, ...]
) -> ColumnElement[bool]:
    """A bare value is a number to a number and a text to a text."""
    if operator in (Operator.MATCHES, Operator.MISSES):
        return found(dialect, leaf.text, operator, values[0].text)
    said = [None if value.quoted else quantity(value.text) for value in values]
    numbers = [number(float(one)) for one in said if one is not None]
    sides = [compared(leaf.number, operator, numbers)] if numbers else []
    match operator:
        case Operator.EQUAL:
            sides.append(compared(leaf.text, operator, [word(value.text) for value in values]))
        case Operator.UNEQUAL:
            sides.append(compared(leaf.text, operator, [word(value.text) for value in values]))
            if not numbers:
                sides.append(leaf.number.is_not(None))
        case _:
            pass
    return or_(*sides)
