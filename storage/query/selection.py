"""Which runs a query finds, page by page and in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select

from storage.query.conditions import meaning
from storage.query.orders import order, order_of
from storage.query.scope import Scope
from storage.query.sort import Sort
from storage.query.tree import Metric, Query
from storage.query.values import number
from storage.tables import latest_metrics, runs

_RANKED = latest_metrics.alias("ranked")  # beside those that conditions and other keys read


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a list; to its end where there is no limit."""

    limit: int | None
    offset: int

    def of(self, statement: Select[Any]) -> Select[Any]:
        """The rows of a statement that lie in it."""
        cut = statement if self.limit is None else statement.limit(self.limit)
        return cut.offset(self.offset) if self.offset else cut


def condition(query: Query, connection: Connection, now: datetime) -> ColumnElement[bool]:
    """The condition that a query puts on rows of ``runs``.

    Args:
        query: what is asked.
        connection: to the registry, whose metrics it names.
        now: the moment that ages are counted from; aware.
    """
    return meaning(query, Scope.of(connection), now)


def page(
    connection: Connection,
    conditions: Sequence[ColumnElement[bool]],
    sort: Sort | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[int]:
    """The numbers of the runs that meet all conditions, in order.

    Args:
        connection: to the registry.
        conditions: on rows of ``runs``.
        sort: the order; None for the newest first.
        limit: at most so many; None for all.
        offset: so many are left out before.
    """
    window = _Window(limit, offset)
    found = select(runs.c.id).where(*conditions)
    if sort is None:
        return list(connection.scalars(window.of(found.order_by(runs.c.id.desc()))))
    scope = Scope.of(connection)
    metric = _single_metric(sort, scope)
    if metric is None or limit is None:
        return list(connection.scalars(window.of(found.order_by(*order(sort, scope)))))
    return _best(connection, found, _Metric(metric, sort, scope), limit, offset)


@dataclass(frozen=True, slots=True)
class _Metric:
    """An order that one metric decides."""

    number: int
    sort: Sort
    scope: Scope

    @property
    def following(self) -> tuple[ColumnElement[Any], ...]:
        """What decides among equals."""
        return (*order_of(self.sort.keys[1:], self.scope), runs.c.id.asc())

    @property
    def measured(self) -> ColumnElement[bool]:
        """Which values are meant."""
        return and_(_RANKED.c.metric == number(self.number), _RANKED.c.value.is_not(None))

    @property
    def by_value(self) -> ColumnElement[Any]:
        """The values in their order, which an index holds."""
        descending = self.sort.keys[0].descending
        return _RANKED.c.value.desc() if descending else _RANKED.c.value.asc()


def _single_metric(sort: Sort, scope: Scope) -> int | None:
    """The number of the one metric that decides; None if there is not just one."""
    first = sort.keys[0].asked
    numbers = scope.numbers(first) if isinstance(first, Metric) else []
    return numbers[0] if len(numbers) == 1 else None


def _best(
    connection: Connection, found: Select[Any], metric: _Metric, limit: int, offset: int
) -> list[int]:  # fmt: skip
    """A page read from the index of values, however many runs there are; then those without."""
    of_run = _RANKED.c.run == runs.c.id
    ranked = found.join(_RANKED, of_run).where(metric.measured)
    ordered = ranked.order_by(metric.by_value, *metric.following)
    best = list(connection.scalars(_Window(limit, offset).of(ordered)))
    if len(best) == limit:
        return best
    before = offset + len(best) if best or not offset else _counted(connection, ranked)
    rest = found.where(~exists().where(of_run, metric.measured)).order_by(*metric.following)
    window = _Window(limit - len(best), max(0, offset - before))
    return best + list(connection.scalars(window.of(rest)))


def _counted(connection: Connection, statement: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(statement.subquery())) or 0
