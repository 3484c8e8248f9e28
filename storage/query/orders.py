"""Turns keys to sort by into SQL."""

from collections.abc import Iterable
from typing import Any, assert_never

from sqlalchemy import ColumnElement, collate, func, select

from storage.query.conditions import COLUMNS
from storage.query.fields import FIELDS, Kind
from storage.query.scope import Scope
from storage.query.settings import setting_keys
from storage.query.sort import Key, Sort
from storage.query.tree import Metric, Property, Setting
from storage.query.values import number
from storage.tables import latest_metrics, runs


def order(sort: Sort, scope: Scope) -> tuple[ColumnElement[Any], ...]:
    """What to order rows of ``runs`` by; ties go by number."""
    return (*order_of(sort.keys, scope), runs.c.id.asc())


def order_of(keys: Iterable[Key], scope: Scope) -> tuple[ColumnElement[Any], ...]:
    """What to order rows of ``runs`` by; runs without a value come last both ways."""
    return tuple(
        (value.desc() if key.descending else value.asc()).nulls_last()
        for key in keys
        for value in _values(key, scope)
    )


def _values(key: Key, scope: Scope) -> tuple[ColumnElement[Any], ...]:
    match key.asked:
        case Metric():
            numbers = scope.numbers(key.asked)
            return (_metric_value(numbers, descending=key.descending),) if numbers else ()
        case Setting():
            return setting_keys(scope.dialect, key.asked)
        case Property(name=name):
            column = COLUMNS[name]
            is_text = FIELDS[name].kind is Kind.TEXT and scope.dialect != "sqlite"
            return (collate(column, "C") if is_text else column,)
        case _:
            assert_never(key.asked)


def _metric_value(numbers: list[int], *, descending: bool) -> ColumnElement[Any]:
    """A run's value; where several metrics are meant, the one that brings it furthest up."""
    value = func.max(latest_metrics.c.value) if descending else func.min(latest_metrics.c.value)
    of_run = latest_metrics.c.run == runs.c.id
    named = latest_metrics.c.metric.in_([number(one) for one in numbers])
    return select(value).where(of_run, named).scalar_subquery()
