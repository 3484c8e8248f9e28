"""SQL and a plain reading of the same tree find the same runs."""

import pytest
from hypothesis import given, settings
from sqlalchemy import Connection, select

from storage.query import Query, QueryError, parse
from storage.query.selection import condition
from storage.query.tree import Comparison, Not
from storage.tables import runs
from tests.storage.query.conftest import Filled
from tests.storage.query.plain import meets
from tests.storage.query.seeded import NOW
from tests.storage.query.strategies import METRICS, comparisons, mangled, odd_queries, queries

pytestmark = pytest.mark.slow


def ids(connection: Connection, query: Query) -> list[int]:
    where = condition(query, connection, NOW)
    return list(connection.scalars(select(runs.c.id).where(where).order_by(runs.c.id)))


def expected(filled: Filled, query: Query) -> list[int]:
    return [one.values["id"] for one in filled.records if meets(one, query, METRICS, NOW)]


@given(query=queries)
def test_a_query_finds_the_runs_that_it_describes(filled: Filled, query: Query):
    assert ids(filled.connection, query) == expected(filled, query)


@settings(max_examples=200)
@given(comparison=comparisons())
def test_a_comparison_and_its_negation_part_the_runs(filled: Filled, comparison: Comparison):
    met = ids(filled.connection, Query(condition=comparison))
    unmet = ids(filled.connection, Query(condition=Not(part=comparison)))
    assert met == expected(filled, Query(condition=comparison))
    assert sorted(met + unmet) == [one.values["id"] for one in filled.records]


@given(query=odd_queries)
def test_whatever_is_asked_has_an_answer(filled: Filled, query: Query):
    assert len(ids(filled.connection, query)) <= len(filled.records)


@given(text=mangled())
def test_whatever_is_typed_is_answered_or_refused(filled: Filled, text: str):
    try:
        query = parse(text)
    except QueryError:
        return
    assert len(ids(filled.connection, query)) <= len(filled.records)
