"""The pages of docs/results say what their data say."""

import importlib.util
import json
from pathlib import Path

import pytest

RESULTS = Path(__file__).parents[2] / "docs" / "results"
DATA = sorted((RESULTS / "data").glob("*.json"))


def tables():
    spec = importlib.util.spec_from_file_location("tables", RESULTS / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("data", DATA, ids=lambda path: path.stem)
def test_the_tables_of_a_page_are_those_of_its_data(data):
    page = (RESULTS / f"{data.stem}.md").read_text("utf-8")
    assert "<!-- table: " in page
    assert tables().filled(page, json.loads(data.read_text("utf-8"))) == page
