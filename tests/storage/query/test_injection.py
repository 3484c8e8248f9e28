"""Nothing that a person types becomes part of the SQL."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.query import Query, Sort, parse
from storage.query.conditions import meaning
from storage.query.orders import order
from storage.query.scope import Scope
from storage.query.selection import condition
from storage.tables import runs
from tests.storage.query.conftest import Filled
from tests.storage.query.strategies import METRICS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
METRIC_NUMBERS = {name: 7_000_000 + number for number, name in enumerate(METRICS)}
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
HOSTILE = (
    "'; DROP TABLE runs; --",
    '" OR 1=1 --',
    "%(name)s %s ? :x $1",
    "\\'; SELECT pg_sleep(9); --",
    "') UNION SELECT 1 --",
    "x'00'",
)

typed = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=10)


def sql(dialect: str, query: Query, sort: Sort | None = None) -> str:
    scope = Scope(dialect=dialect, metrics=METRIC_NUMBERS)
    statement = select(runs.c.id).where(meaning(query, scope, NOW))
    if sort is not None:
        statement = statement.order_by(*order(sort, scope))
    return str(statement.compile(dialect=DIALECTS[dialect]))


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@settings(max_examples=50)
@given(
    typed, st.sampled_from(["name=", "tag:", "tag!=", "note=", "config.train.lr=", "reason=", ""])
)
def test_the_sql_is_the_same_whatever_text_is_asked_for(text: str, before: str):
    for dialect in DIALECTS:
        asked = sql(dialect, parse(before + quoted(text)))
        assert asked == sql(dialect, parse(before + '"harmless"'))


@settings(max_examples=50)
@given(
    st.integers(10**6, 10**15), st.sampled_from(["seed=", "7000001..", "seconds>", "config.x.y<"])
)
def test_numbers_are_bound_too(number: int, before: str):
    for dialect in DIALECTS:
        assert str(number) not in sql(dialect, parse(f"{before}{number + 10**7}"))
        assert "700000" not in sql(dialect, parse("psnr@CBSD68:sigma30>7000009"))


def test_names_of_settings_and_patterns_are_bound():
    query = parse('config.zqx.zqy~"zqz.*" and metric."zq\'m" > 3 and provenance.zqc=zqv')
    for dialect in DIALECTS:
        assert "zq" not in sql(dialect, query, Sort.parse("-config.zqk.zql,metric.zqm"))


@given(text=typed)
def test_the_tables_are_still_there(filled: Filled, text: str):
    for before in ("name=", "tag:", "note!=", "config.name=", "", "metric."):
        after = " > 1" if before == "metric." else ""
        where = condition(parse(before + quoted(text) + after), filled.connection, NOW)
        filled.connection.execute(select(runs.c.id).where(where)).all()
    assert inspect(filled.connection).has_table("runs")
    assert len(filled.connection.execute(select(runs.c.id)).all()) == len(filled.records)
