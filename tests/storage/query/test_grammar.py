from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.query import FIELDS, Query, QueryError, Sort, parse
from storage.query.grammar import DEPTH, TERMS
from storage.query.scanner import LENGTH
from storage.query.tree import Property
from tests.storage.query.strategies import mangled, odd_queries, queries, sorts


@given(queries | odd_queries)
def test_a_query_printed_is_read_as_the_same_query(query: Query):
    assert parse(str(query)) == query


@given(sorts)
def test_an_order_printed_is_read_as_the_same_order(sort: Sort):
    assert Sort.parse(str(sort)) == sort


@given(st.text() | mangled())
def test_any_text_is_understood_or_refused_at_one_of_its_columns(text: str):
    for read in (parse, Sort.parse):
        error = _refusal(read, text)
        if error is not None:
            line, caret = error.picture.split("\n")
            assert line.isprintable()
            assert caret.strip() == "^"
            assert 1 <= error.column <= len(text) + 1


def _refusal(read: Callable[[str], object], text: str) -> QueryError | None:
    try:
        read(text)
    except QueryError as error:
        return error
    return None


def test_the_example_of_the_documentation_prints_as_it_was_typed():
    text = (
        "rule=dil-sf and (psnr@CBSD68:sigma30 > 29 or tag=best) and not status=failed"
        ' and started>2d and config.train.lr <= 1e-4 and name~"rrdb.*"'
    )
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  ", ""),
        ("tag:best", "tag=best"),
        ("run == 7", "id=7"),
        ("7 , 9..12", "7,9..12"),
        ("rule=erm status=done", "rule=erm and status=done"),
        ("rule=erm or rule=fish and 7", "rule=erm or rule=fish and 7"),
        ("((rule=erm or rule=fish)) AND NOT (7)", "(rule=erm or rule=fish) and not 7"),
        ("not not 7", "not not 7"),
        ("rrdb 'two words' \"or\"", 'rrdb and "two words" and "or"'),
        ('name="rrdb"', "name=rrdb"),
        ("config.name='3'", 'config.name = "3"'),
        ("name~rrdb.*,x", 'name~"rrdb.*,x"'),
        ("name~'a\\.b'", 'name~"a\\\\.b"'),
        ("metric.loss<.1", "metric.loss < .1"),
        ("psnr@CBSD68:'gaussian-noise sigma=30'>29", 'psnr@CBSD68:"gaussian-noise sigma=30" > 29'),
        ("status = failed , cancelled", "status=failed,cancelled"),
        ("started<2026-11-20T12:00", "started<2026-11-20T12:00"),
        ('"7"', '"7"'),
        ("android", "android"),
    ],
)
def test_a_query_prints_in_one_spelling(typed: str, printed: str):
    assert str(parse(typed)) == printed


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("statsu=failed", 1, "did you mean status?"),
        ("rule=erm and status=fialed", 21, "did you mean failed?"),
        ("train.lr=3", 1, "a setting is config.train.lr"),
        ("rule>erm", 5, "rule is text"),
        ("step~7", 5, "step is no text"),
        ("step=many", 6, "`many` is no number"),
        ("seconds>long", 9, "is no duration"),
        ("seconds>50%", 9, "is no duration"),
        ("started>yesterday", 9, "is no day, moment or age"),
        ("started>2026-02-30", 9, "is no day, moment or age"),
        ("started=2d", 9, "an age such as `2d`"),
        ("config.train.lr<small", 17, "`small` is no number"),
        ("config.train..lr=3", 1, "is no setting"),
        ("config=3", 1, "is no setting"),
        ("psnr@crops", 1, "compare it with a value, as in psnr@crops > 0"),
        ("metric.>3", 1, "a metric's name is missing"),
        ("(rule=erm", 1, "this bracket is not closed"),
        ("rule=erm)", 9, "closes nothing"),
        ("rule=erm or", 12, "a condition is missing"),
        ("rule=", 6, "a value is missing after `=`"),
        ("=3", 1, "a field is missing before `=`"),
        ("rule=a=b", 7, "`=` cannot follow rule=a"),
        ('name="never closed', 6, "not closed"),
        ("name~(a|b)", 6, "quotation marks"),
        ('name~"(a"', 6, "missing ) in `(a`"),
        ('name~"a\\\\b"', 6, "character 2 of the pattern"),
        ('name~"((a{200}){200})"', 6, "repeats too much"),
        ("step>7,8", 8, "lists go with = and !="),
        ("7 8", 3, "put a comma between"),
        ("9..7", 1, "write 7..9"),
        ("rule=erm && 7", 10, "write `and` for `&&`"),
        ("7 || 8", 3, "write `or` for `||`"),
        ("!tag:best", 1, "write `not` for `!`"),
        ("7,x", 3, "the number of a run is missing"),
        ("9999999999999999999", 1, "no run has so long a number"),
        ("rule=erm, ,", 11, "a value is missing after `,`"),
        ("(" * (DEPTH + 2), DEPTH + 2, "levels deep"),
        ("not " * 5000, LENGTH + 1, "longer than"),
        ("not " * 2000, 4 * DEPTH + 5, "levels deep"),
        ("7 or " * (TERMS + 1) + "7", 5 * TERMS + 2, "at most"),
    ],
)
def test_a_fault_names_its_place_and_the_cure(text: str, column: int, says: str):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert says in caught.value.sentence
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a field to sort by is missing"),
        ("-", "a field to sort by is missing"),
        ("name rule", "put a comma between"),
        ("tag", "any number of tags"),
        ("-psn", "there is no field `psn`"),
        ("-unseen", "did you mean psnr@crops:unseen?"),
        ("rule,", "is missing"),
    ],
)
def test_an_order_that_means_nothing_is_refused(text: str, says: str):
    with pytest.raises(QueryError, match=says):
        Sort.parse(text)


def test_the_caret_stands_beneath_the_fault_in_wide_letters_and_long_texts():
    with pytest.raises(QueryError) as caught:
        parse("名前\x1b[31m and statsu=1")
    line, caret = caught.value.picture.split("\n")
    assert line == "名前�[31m and statsu=1"
    assert caret == " " * (len("名前�[31m and ") + 2) + "^"
    with pytest.raises(QueryError) as caught:
        parse("rule=erm " * 100 + "statsu=1 " + "rule=erm " * 100)
    line, caret = caught.value.picture.split("\n")
    assert len(line) < 80
    assert line[caret.index("^") :].startswith("statsu=1")


def test_every_field_can_be_asked_and_has_a_line_of_help():
    for name, field in FIELDS.items():
        assert field.help
        value = field.words[0] if field.words else "2026-11-20" if field.kind == "moment" else "1"
        query = parse(f"{name}={value}")
        assert getattr(query.condition, "asked", None) == Property(name=name)
