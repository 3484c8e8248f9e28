"""All runs that a query means as the light lines of a long list, each with its group."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, func, null, select

from storage.query.conditions import COLUMNS, MANY
from storage.query.orders import order
from storage.query.scope import Scope
from storage.query.settings import setting_values
from storage.query.sort import Sort
from storage.query.tree import Asked, Metric, Property, Setting
from storage.query.values import number
from storage.records import STATUS_OF, Line
from storage.tables import documents, latest_metrics, runs

_EXACT = 2**53  # up to here a fraction that is whole is that whole number


def lines(
    connection: Connection,
    conditions: Sequence[ColumnElement[bool]],
    sort: Sort | None,
    by: Asked | None,
) -> tuple[Line, ...]:
    """The runs that meet all conditions, in an order; the newest first by default.

    Args:
        connection: to the registry.
        conditions: on rows of ``runs``.
        sort: the order.
        by: what they are grouped by.
    """
    group = _group(by, connection, conditions)
    newest = (runs.c.id.desc(),)
    orders = newest if sort is None else order(sort, Scope.of(connection))
    statement = select(runs.c.id, runs.c.status, group.key).where(*conditions).order_by(*orders)
    rows = connection.execute(statement).all()
    texts = {key: group.text(key) for key in {row[2] for row in rows}}
    return tuple(
        Line(id=id, status=STATUS_OF[status], group=texts[key]) for id, status, key in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """How the group of a run is found.

    Attributes:
        key: what of the run decides.
        text: what that means.
    """

    key: ColumnElement[Any]
    text: Callable[[Any], str | None]


def _group(
    by: Asked | None, connection: Connection, conditions: Sequence[ColumnElement[bool]]
) -> _Group:
    match by:
        case None:
            return _Group(key=null(), text=_said)
        case Property(name=name) if name in MANY:
            return _Group(key=runs.c.id.label("key"), text=_joined(name, connection).get)
        case Property(name=name):
            return _Group(key=COLUMNS[name].label("key"), text=_said)
        case Setting():
            document, statement = setting_values(connection.dialect.name, by)
            used = statement.where(_used(document, conditions))
            texts = {id: _setting(found) for id, found in connection.execute(used)}
            return _Group(key=document.label("key"), text=texts.get)
        case Metric():
            return _Group(key=runs.c.id.label("key"), text=_measured(by, connection).get)
        case _:
            assert_never(by)


def _used(
    document: ColumnElement[int], conditions: Sequence[ColumnElement[bool]]
) -> ColumnElement[bool]:  # fmt: skip
    """Which documents are read, each once: runs that differ by their seed share theirs."""
    return documents.c.id.in_(select(document).where(*conditions))


def _joined(name: str, connection: Connection) -> Mapping[int, str]:
    """All values that each run has of a field, as one text."""
    run, value = MANY[name]
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for id, one in connection.execute(select(run, value)):
        found[id].append(one)
    return {id: ", ".join(map(str, sorted(values))) for id, values in found.items()}


def _measured(metric: Metric, connection: Connection) -> Mapping[int, str | None]:
    """The newest value of each run; of several metrics that are meant, the highest."""
    numbers = [number(one) for one in Scope.of(connection).numbers(metric)]
    if not numbers:
        return {}
    highest = select(latest_metrics.c.run, func.max(latest_metrics.c.value))
    named = highest.where(latest_metrics.c.metric.in_(numbers))
    rows = connection.execute(named.group_by(latest_metrics.c.run))
    return {run: _said(value) for run, value in rows}


def _setting(found: str) -> str | None:
    """A setting from its JSON; of a choice, its ``kind``."""
    value, kind = json.loads(found)
    match kind if isinstance(value, dict) else value:
        case bool() | list() as other:
            return json.dumps(other, ensure_ascii=False)
        case dict():
            return None
        case other:
            return _said(other)


def _said(value: Any) -> str | None:
    """A value as text, the same from every database; None for none, and for an empty text."""
    match value:
        case datetime():
            return f"{value.astimezone():%Y-%m-%d}"
        case float() if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        case None:
            return None
        case _:
            return str(value) or None
