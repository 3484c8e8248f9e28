from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.query.literals import duration, moment, plain_number, quantity


@given(st.integers(-(2**59), 2**59) | st.floats(allow_nan=False))
def test_numbers_are_read_as_python_writes_them(number: float):
    assert plain_number(repr(number)) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50%", 0.5),
        ("12GiB", 12 * 2**30),
        ("12gib", 12 * 2**30),
        ("1.5KiB", 1536),
        ("10MB", 10**7),
        ("7B", 7),
        ("2d", 172_800),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("1w2d", 777_600),
        (".5", 0.5),
        ("5.", 5),
        ("+3", 3),
        ("1e999", float("inf")),
        ("9" * 400, float("inf")),
        ("nan", None),
        ("1_000", None),
        ("٣", None),
        ("", None),
        ("d", None),
        ("1h 30m", None),
        ("GiB", None),
        ("0x10", None),
    ],
)
def test_quantities(text: str, value: float | None):
    assert quantity(text) == value


def test_a_percentage_is_no_duration():
    assert duration("50%") is None


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026-11-20T12:00Z", (2026, 11, 20, 12), (2026, 11, 20, 12, 1)),
        ("2026-11-20T12:00+02:00", (2026, 11, 20, 10), (2026, 11, 20, 10, 1)),
        ("2026-11-20T12:00:59Z", (2026, 11, 20, 12, 0, 59), (2026, 11, 20, 12, 1)),
        (
            "2026-11-20T12:00:00.5Z",
            (2026, 11, 20, 12, 0, 0, 500_000),
            (2026, 11, 20, 12, 0, 0, 600_000),
        ),
    ],
)
def test_a_moment_is_as_long_as_it_is_precise(
    text: str, first: tuple[int, ...], after: tuple[int, ...]
):
    seconds = tuple(datetime(*parts, tzinfo=UTC).timestamp() for parts in (first, after))
    assert moment(text) == pytest.approx(seconds, abs=1e-6)


def test_a_day_is_a_day_of_local_time():
    span = moment("2026-11-20")
    assert span is not None
    assert datetime.fromtimestamp(span[0]).isoformat() == "2026-11-20T00:00:00"
    assert datetime.fromtimestamp(span[1]).isoformat() == "2026-11-21T00:00:00"


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-11-20T25:00", "2026-11", "20261120", "0001-01-01x", "now", ""]
)
def test_what_is_no_moment(text: str):
    assert moment(text) is None


@given(
    st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?)?\Z")
)
def test_no_date_is_too_odd(text: str):
    span = moment(text)
    assert span is None or span[0] < span[1]
