"""The page about the language is true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from storage.query import FIELDS, Sort, parse

PAGE = (Path(__file__).parents[3] / "docs" / "queries.md").read_text("utf-8")
TABLE = [line for line in PAGE.splitlines() if line.startswith("| `")]
EXAMPLES = [
    example
    for line in TABLE
    for example in re.findall(r"`([^`]+)`", line.split(" | ")[0])
    if not re.search(r"\b[AB]\b", example)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_understood(example: str):
    query = parse(example)
    assert parse(str(query)) == query


def test_the_examples_at_the_top_are_understood():
    for line in PAGE.split("```")[1].strip().splitlines():
        assert parse(line).condition is not None


def test_every_field_is_on_the_page():
    named = PAGE.split("## Fields")[1].split("##")[0]
    assert set(FIELDS) <= set(re.findall(r"`([a-z]+)`", named))


def test_the_order_on_the_page_is_understood():
    said = re.search(r"--sort ([^`]+)`", PAGE)
    assert said is not None
    assert str(Sort.parse(said[1])) == said[1]


def test_reading_a_query_loads_no_database_library():
    code = "import sys, storage.query; print('sqlalchemy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
