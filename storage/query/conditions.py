"""Turns a query into a condition on the registry's runs, with every value bound."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, assert_never

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    and_,
    false,
    func,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from storage.query.fields import FIELDS, Kind
from storage.query.literals import duration, moment, plain_number, quantity
from storage.query.scope import Scope
from storage.query.settings import setting_condition
from storage.query.tree import (
    And,
    Comparison,
    Condition,
    Literal,
    Metric,
    Named,
    Not,
    Operator,
    Or,
    Property,
    Query,
    Runs,
    Setting,
)
from storage.query.values import compared, contains, found, number, word
from storage.tables import dependencies, latest_metrics, notes, runs, tags

COLUMNS: Mapping[str, Column[Any]] = MappingProxyType(
    {
        "progress": runs.c.fraction,
        "submitted": runs.c.created_at,
        "started": runs.c.started_at,
        "finished": runs.c.finished_at,
        "heartbeat": runs.c.heartbeat_at,
        **{column.name: column for column in runs.c if column.name in FIELDS},
    }
)
"""Where the fields are of which a run has one value."""

MANY: Mapping[str, tuple[Column[Any], Column[Any]]] = MappingProxyType(
    {
        "tag": (tags.c.run, tags.c.tag),
        "note": (notes.c.run, notes.c.text),
        "after": (dependencies.c.run, dependencies.c.parent),
    }
)
"""Where those are of which a run has any number: whose the value is, and the value."""

_NEGATED = {Operator.UNEQUAL: Operator.EQUAL, Operator.MISSES: Operator.MATCHES}
_OLDER = {  # what is older than two days began before a moment
    Operator.BELOW: Operator.ABOVE,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.ABOVE: Operator.BELOW,
    Operator.AT_LEAST: Operator.AT_MOST,
}


def meaning(query: Query, scope: Scope, now: datetime) -> ColumnElement[bool]:
    """The condition that a query puts on rows of ``runs``; ages are counted from ``now``."""
    return true() if query.condition is None else _condition(query.condition, scope, now)


def _condition(node: Condition, scope: Scope, now: datetime) -> ColumnElement[bool]:
    match node:
        case Runs(stretches=stretches):
            return _numbered(stretches)
        case Named(text=text):
            return contains(scope.dialect, runs.c.name, text)
        case Comparison():
            return _comparison(node, scope, now)
        case Not(part=part):  # what is unknown is not so: its complement is
            return not_(func.coalesce(_condition(part, scope, now), false()))
        case And(parts=parts):
            return and_(*(_condition(part, scope, now) for part in parts))
        case Or(parts=parts):
            return or_(*(_condition(part, scope, now) for part in parts))
        case _:
            assert_never(node)


def _numbered(stretches: tuple[tuple[int, int], ...]) -> ColumnElement[bool]:
    single = [number(first) for first, last in stretches if first == last]
    longer = [
        runs.c.id.between(number(first), number(last)) for first, last in stretches if first != last
    ]
    return or_(*longer, runs.c.id.in_(single)) if single else or_(*longer)


def _comparison(node: Comparison, scope: Scope, now: datetime) -> ColumnElement[bool]:
    match node.asked:
        case Metric():
            return _metric(node.asked, node, scope)
        case Setting():
            return setting_condition(scope.dialect, node.asked, node.operator, node.values)
        case Property(name=name) if name in MANY:
            return _many(name, node, scope)
        case Property(name=name):
            kind = FIELDS[name].kind
            if kind is Kind.MOMENT:
                return _moments(COLUMNS[name], node, now)
            return _plain(COLUMNS[name], kind, node.operator, node.values, scope.dialect)
        case _:
            assert_never(node.asked)


def _metric(asked: Metric, node: Comparison, scope: Scope) -> ColumnElement[bool]:
    numbers = scope.numbers(asked)
    if not numbers:
        return false()
    values = [number(float(quantity(value.text) or 0)) for value in node.values]
    met = compared(latest_metrics.c.value, node.operator, values)
    named = latest_metrics.c.metric.in_([number(one) for one in numbers])
    return runs.c.id.in_(select(latest_metrics.c.run).where(named, met))


def _many(name: str, node: Comparison, scope: Scope) -> ColumnElement[bool]:
    """Of several values one must do; none of them may with ``!=`` and ``!~``."""
    run, value = MANY[name]
    operator = _NEGATED.get(node.operator, node.operator)
    met = _plain(value, FIELDS[name].kind, operator, node.values, scope.dialect)
    having = select(run).where(met)
    return runs.c.id.not_in(having) if node.operator in _NEGATED else runs.c.id.in_(having)


def _plain(
    column: Column[Any],
    kind: Kind,
    operator: Operator,
    values: tuple[Literal, ...],
    dialect: str,
) -> ColumnElement[bool]:
    if operator in (Operator.MATCHES, Operator.MISSES):
        return found(dialect, column, operator, values[0].text)
    if kind is Kind.TEXT:
        return compared(column, operator, [word(value.text) for value in values])
    return compared(column, operator, [number(_amount(kind, value.text)) for value in values])


def _amount(kind: Kind, text: str) -> int | float:
    said = duration(text) if kind is Kind.DURATION else None
    return said if said is not None else plain_number(text) or quantity(text) or 0


def _moments(column: Column[Any], node: Comparison, now: datetime) -> ColumnElement[bool]:
    seconds = type_coerce(column, Double())
    spans = [moment(value.text) for value in node.values]
    if node.operator in (Operator.EQUAL, Operator.UNEQUAL):
        within = or_(
            *(
                and_(seconds >= number(span[0]), seconds < number(span[1]))
                for span in spans
                if span is not None
            )
        )
        return within if node.operator is Operator.EQUAL else not_(within)
    if spans[0] is not None:
        return compared(seconds, node.operator, [number(spans[0][0])])
    limit = now.timestamp() - (duration(node.values[0].text) or 0.0)
    return compared(seconds, _OLDER[node.operator], [number(limit)])
