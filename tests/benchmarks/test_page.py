"""The page of figures says what the reports say."""

from pathlib import Path

import pytest

from tests.benchmarks import report
from tests.benchmarks.figures import Figure
from tests.benchmarks.page import PAGE, REPORTS, page

ROOT = Path(__file__).parents[2]


def test_the_page_is_made_from_the_reports_beside_it():
    assert (ROOT / PAGE).read_text("utf-8") == page([ROOT / path for path in REPORTS])


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (Figure(topic="t", name="n", value=2.0, unit="x", at_most=2), "met"),
        (Figure(topic="t", name="n", value=2.1, unit="x", at_most=2), "MISSED"),
        (Figure(topic="t", name="n", value=9.9, unit="x", at_least=10), "MISSED"),
        (Figure(topic="t", name="n", value=0.0, unit="points", at_most=0), "met"),
        (Figure(topic="t", name="n", value=9.9, unit="x"), ""),
    ],
)
def test_a_figure_is_judged_by_its_target(figure: Figure, verdict: str):
    assert figure.verdict == verdict


def test_a_report_that_is_read_again_says_the_same(tmp_path: Path):
    figures = (
        Figure(topic="t", name="ünïcode | name", value=0.0, unit="points", at_most=0, note="a"),
        Figure(topic="u", name="m", value=1.5, unit="x"),
    )
    report.write(tmp_path / "report.json", "make bench", figures)
    about, read = report.read(tmp_path / "report.json")
    assert read == figures
    assert about["command"] == "make bench"
    assert "1 of 1 targets are met" in report.summary(read)
