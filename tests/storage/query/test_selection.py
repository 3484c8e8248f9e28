"""Pages of runs in order, against sorting plain records."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from storage.query import Query, Sort, parse
from storage.query.selection import condition, page
from storage.query.sort import Key
from storage.query.tree import Metric, Property, Setting
from tests.storage.query.conftest import Filled
from tests.storage.query.plain import Record, meant, meets, reached
from tests.storage.query.seeded import NOW
from tests.storage.query.strategies import METRICS, queries, sorts

limits = st.none() | st.integers(0, 45)


def expected(records: Sequence[Record], query: Query, sort: Sort) -> list[int]:
    found = [one for one in records if meets(one, query, METRICS, NOW)]
    found.sort(key=lambda one: one.values["id"])
    for key in reversed(sort.keys):
        parts = {one.values["id"]: _values(one, key) for one in found}
        width = len(_values(records[0], key))
        for part in reversed(range(width)):
            value_of = {id: values[part] for id, values in parts.items()}
            found = _sorted(found, value_of, descending=key.descending)
    return [one.values["id"] for one in found]


def _sorted(found: list[Record], value_of: dict[int, Any], *, descending: bool) -> list[Record]:
    """Equals stay in their order; those without a value come last."""
    known = [one for one in found if value_of[one.values["id"]] is not None]
    without = [one for one in found if value_of[one.values["id"]] is None]
    return sorted(known, key=lambda one: value_of[one.values["id"]], reverse=descending) + without


def _values(record: Record, key: Key) -> tuple[Any, ...]:
    match key.asked:
        case Metric(name=name):
            measured = [record.metrics.get(one, math.nan) for one in meant(name, METRICS)]
            numbers = [value for value in measured if not math.isnan(value)]
            best = max if key.descending else min
            return (best(numbers) if numbers else None,)
        case Setting(document=document, path=path):
            return _setting_values(reached(record.documents[document], path))
        case Property(name=name):
            value = record.values[name]
            return (value.encode() if isinstance(value, str) else value,)


def _setting_values(value: Any) -> tuple[float | None, bytes | None]:
    match value:
        case bool():
            return None, b"true" if value else b"false"
        case str():
            return None, value.encode()
        case int() | float():
            return value, None
        case _:
            return None, None


@given(query=queries, sort=sorts, limit=limits, offset=st.integers(0, 45))
def test_a_page_is_a_stretch_of_the_sorted_runs(
    filled: Filled, query: Query, sort: Sort, limit: int | None, offset: int
):
    where = condition(query, filled.connection, NOW)
    found = page(filled.connection, [where], sort, limit=limit, offset=offset)
    whole = expected(filled.records, query, sort)
    assert found == whole[offset : None if limit is None else offset + limit]


@given(limit=limits, offset=st.integers(0, 45))
def test_without_an_order_the_newest_come_first(filled: Filled, limit: int | None, offset: int):
    newest_first = [one.values["id"] for one in reversed(filled.records)]
    found = page(filled.connection, [], limit=limit, offset=offset)
    assert found == newest_first[offset : None if limit is None else offset + limit]


def test_runs_without_the_metric_come_last_both_ways(filled: Filled):
    measured = {
        one.values["id"]
        for one in filled.records
        if not math.isnan(one.metrics.get("loss", math.nan))
    }
    for text in ("metric.loss", "-metric.loss"):
        found = page(filled.connection, [], Sort.parse(text), limit=100)
        assert set(found[: len(measured)]) == measured
        assert found[len(measured) :] == sorted(found[len(measured) :])


def test_conditions_are_met_together(filled: Filled):
    both = [condition(parse(text), filled.connection, NOW) for text in ("3..9", "not 4,5")]
    assert page(filled.connection, both, Sort.parse("id")) == [3, 6, 7, 8, 9]


def test_the_best_runs_by_a_metric_are_read_from_its_index(filled: Filled):
    connection = filled.connection
    if connection.dialect.name != "sqlite":
        pytest.skip("a table of forty rows is read whole there, index or not")
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    where = condition(parse("rule=erm or metric.loss>0"), connection, NOW)
    event.listen(connection, "before_cursor_execute", keep)
    page(connection, [where], Sort.parse("-metric.loss,name"), limit=1)
    event.remove(connection, "before_cursor_execute", keep)
    plans = [
        str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
        for statement, values in asked
    ]
    assert any("SEARCH ranked USING COVERING INDEX ix_latest_metrics_value" in p for p in plans)
