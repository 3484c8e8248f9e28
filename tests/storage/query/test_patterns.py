import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from storage.query.patterns import FUNCTION, complaint, matches, register
from storage.query.tree import Operator
from storage.query.values import found
from tests.storage.query import plain
from tests.storage.query.conftest import Filled
from tests.storage.query.strategies import expressions

signs = "abK[](){}*+?|^$.\\-,:!=i<>PdDwWsSmyZQntv019&~\v\f é"
any_texts = st.text(signs, max_size=12)
fronts = st.sampled_from(["", "(?i)"])
short_texts = st.text("abAksKS é.$-\n\v\f0ſ\N{KELVIN SIGN}", max_size=8)


@given(expressions(), short_texts)
def test_a_pattern_finds_what_python_finds(pattern: str, text: str):
    assert complaint(pattern) is None
    assert matches(pattern, text) is plain.found(pattern, text)


@given(fronts, any_texts, short_texts)
def test_any_text_is_a_pattern_of_both_languages_or_refused(front: str, rest: str, text: str):
    pattern = front + rest
    assume(complaint(pattern) is None)
    assert matches(pattern, text) is plain.found(pattern, text)


@given(front=fronts, rest=expressions() | any_texts, text=short_texts)
def test_a_pattern_finds_the_same_in_every_database(
    filled: Filled, front: str, rest: str, text: str
):
    pattern = front + rest
    assume(complaint(pattern) is None)
    there = found(filled.connection.dialect.name, literal(text), Operator.MATCHES, pattern)
    assert bool(filled.connection.scalar(select(there))) is matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        ("(?i)RRDB", "my rrdb run", True),
        ("(?i)k", "\N{KELVIN SIGN}", False),
        ("(?i)[^k]", "\N{KELVIN SIGN}", True),
        ("(?i)[Z-a]", "z", True),
        ("é", "É", False),
        ("RRDB", "my rrdb run", False),
        ("^a.c$", "a\nc", True),
        ("c$", "c\n", False),
        ("", "", True),
        ("^$", "", True),
        ("$^", "", True),
        ("$^", "x", False),
        ("\\w", "é", False),
        ("^\\s[\\s]$", "\v\f", True),
        ("\\S|[^\\s]", "\v\f", False),
        ("a{2,3}b", "xaab", True),
        ("^(ab){2}$", "ababab", False),
        ("☃+", "x☃", True),
        ("[\\w-]{2}", "☃-a", True),
    ],
)
def test_what_patterns_mean(filled: Filled, pattern: str, text: str, is_found: bool):
    there = found(filled.connection.dialect.name, literal(text), Operator.MATCHES, pattern)
    assert complaint(pattern) is None
    assert matches(pattern, text) is is_found
    assert bool(filled.connection.scalar(select(there))) is is_found


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(a", "missing ) in `(a`"),
        ("a)", "unexpected ) in `a)`"),
        ("a|*", "no argument for repetition operator in `*`"),
        ("***:a", "no argument for repetition operator in `*`"),
        ("a**", "bad repetition operator in `**`"),
        ("a{2}{3}", "bad repetition operator in `{2}{3}`"),
        ("a*+", "bad repetition operator in `*+`"),
        ("a{5,2}", "the pattern repeats too much or backwards"),
        ("[z-a]", "invalid character class range in `z-a`"),
        ("[]", "character 1 of the pattern: these brackets"),
        ("[a-c-e]", "character 1 of the pattern: these brackets"),
        ("x[\\w-z]", "character 2 of the pattern: these brackets"),
        ("[[:alpha:]]", "character 1 of the pattern: these brackets"),
        ("[\\D]", "character 1 of the pattern: these brackets"),
        ("a(?=b)", "character 2 of the pattern: a pattern cannot look around"),
        ("(?<!a)b", "character 1 of the pattern: a pattern cannot look around"),
        ("a(?i)b", "character 2 of the pattern: of the groups"),
        ("(?s)a", "character 1 of the pattern: of the groups"),
        ("(?P<n>a)", "character 1 of the pattern: of the groups"),
        ("(a)\\1", "character 4 of the pattern: what a group found"),
        ("a{256}", "character 2 of the pattern: a repetition is"),
        ("a{02}", "character 2 of the pattern: a repetition is"),
        ("a{2", "character 2 of the pattern: a repetition is"),
        ("^*", "character 1 of the pattern: an end"),
        ("a\v", "character 2 of the pattern: this kind of blank"),
        ("a\\", "character 2 of the pattern: of the escapes"),
        ("(?i)é", "write . for `é`"),
        ("(?i)[é]", "write . for `é`"),
        ("a\0", "can be stored"),
        ("\ud800", "can be stored"),
        ("((a{200}){200}){200}", "the pattern repeats too much"),
        (r"(?:\W{250}){4}" * 9, "the pattern repeats too much"),
        *((f"x\\{letter}", "character 2 of the pattern: edges are") for letter in "AbBmMyYzZ"),
        *((f"x\\{letter}", "character 2 of the pattern: of the escapes") for letter in "CQEpxcvf0"),
    ],
)
def test_a_faulty_pattern_is_refused_with_its_place(pattern: str, says: str):
    said = complaint(pattern)
    assert said is not None
    assert says in said


def test_no_pattern_takes_exponential_time():
    assert not matches("(a+)+$", "a" * 20_000 + "!")
    assert not matches("(a|a)*b", "a" * 20_000)
    assert matches("(.*)*x{3}(.|a)*", "ab" * 10_000 + "xxx")


def test_re2_is_imported_with_the_first_pattern_and_prints_nothing():
    program = """
import sys
from storage.query import QueryError, parse
import storage.connection
parse("name=a")
assert "re2" not in sys.modules
for pattern in ("a", "(a", r"(?:\\\\W{250}){4}" * 9):
    try:
        parse(f'name~"{pattern}"')
    except QueryError:
        pass
assert "re2" in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_sqlite_learns_the_function_and_knows_nothing_of_missing_text():
    with closing(sqlite3.connect(":memory:")) as connection:
        register(connection)
        row = connection.execute(
            f"SELECT {FUNCTION}('a+', 'caat'), {FUNCTION}('a', NULL), {FUNCTION}('.', x'ff')"
        ).fetchone()
    assert row == (1, 0, 1)
