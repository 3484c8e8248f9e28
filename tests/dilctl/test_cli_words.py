"""How the command line writes times, tables that fit, and commands cut short."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dilctl.cli import words
from dilctl.cli.sheet import Column, fitted, middle
from dilctl.text import visible
from tests.dilctl.shell import Shell

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "just now"),
        (0, "just now"),
        (1, "1 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (86_399, "23 h ago"),
        (86_400, "1 day ago"),
        (400 * 86_400, "400 days ago"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit(seconds: float, said: str) -> None:
    assert words.ago(NOON - timedelta(seconds=seconds), NOON) == said


def test_a_moment_is_shown_in_the_local_zone() -> None:
    assert words.local(NOON) == NOON.astimezone().strftime("%Y-%m-%d %H:%M")


TEXTS = st.text(max_size=40).map(visible)


@given(TEXTS, st.integers(3, 60))
def test_a_shortened_text_fits_and_keeps_its_ends(text: str, width: int) -> None:
    cut = middle(text, width)
    assert cell_len(cut) <= width
    assert cut == text or "…" in cut


@given(
    st.lists(st.tuples(TEXTS, st.booleans(), st.booleans()), min_size=1, max_size=8),
    st.integers(14, 120),
)
def test_a_table_is_never_wider_than_it_may_be(
    columns: list[tuple[str, bool, bool]], width: int
) -> None:
    sheet = [
        Column(head=f"c{number}", cells=[text], soft=soft, right=right)
        for number, (text, soft, right) in enumerate(columns)
    ]
    lines, left_out = fitted(sheet, width)
    assert all(cell_len(line) <= width for line in lines)
    assert len(lines) == 3
    assert set(left_out) < {column.head for column in sheet}


def test_a_command_is_known_by_a_beginning_that_no_other_has(seeded: Shell) -> None:
    assert seeded("comp", "1", "3") == seeded("compare", "1", "3")
    seeded("re", code=2)
    assert "No such command" in seeded.result.stderr
