"""Words and signs fit their cells."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dilctl.dash.words import because, difference, fit, progress, state
from dilctl.words import duration, figure, percentage, short_degradation
from storage.records import Status, Wanted
from tests.dilctl.dash.records import a_run


@given(st.text(max_size=30), st.integers(min_value=1, max_value=20), st.booleans())
def test_a_fitted_text_is_exactly_as_wide_as_its_cell_and_steers_no_terminal(text, width, right):
    fitted = fit(text, width, right=right).plain

    assert cell_len(fitted) == width
    assert not {category(character) for character in fitted} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0s"),
        (59.6, "1m00s"),
        (130, "2m10s"),
        (3900, "1h05m"),
        (100 * 3600, "4d04h"),
        (1e8, "1157d"),
    ],
)
def test_a_duration_takes_at_most_six_characters(seconds, said):
    assert duration(seconds) == said
    assert len(said) <= 6


@given(st.floats(min_value=-1, max_value=2), st.integers(min_value=7, max_value=20))
def test_a_bar_has_its_width_whatever_the_share(share, width):
    assert cell_len(progress(share, width).plain) == width


def test_a_bar_says_100_only_when_all_is_done():
    assert progress(0.999, 10).plain.endswith(" 99%")
    assert progress(1.0, 10).plain == "━━━━━ 100%"


def test_every_state_has_a_sign_and_a_word():
    said = {state(a_run(1, status)).plain for status in Status}

    assert len({text[0] for text in said}) == len(Status)
    assert {text[2:] for text in said} == {status.value for status in Status}


def test_a_run_that_is_asked_to_stop_says_so_until_it_has_ended():
    assert state(a_run(1, Status.RUNNING, wanted=Wanted.CANCEL)).plain == "▶ stopping"
    assert state(a_run(1, Status.DONE, wanted=Wanted.CANCEL)).plain == "✓ done"


@pytest.mark.parametrize(
    ("word", "why", "said"),
    [
        ("paused", "paused; goes on from step 3", "; goes on from step 3"),
        ("cancelled", "cancelled by ada", " by ada"),
        ("cancelled", "cancelled", ""),
        ("failed", "", ""),
        ("failed", "no\nspace \x1b", ": no space ␛"),
        ("done", "donec", ": donec"),
    ],
)
def test_a_reason_does_not_say_the_word_before_it_again(word, why, said):
    assert because(word, why) == said


def test_a_degradation_is_short_but_keeps_what_tells_it_apart():
    assert short_degradation("gaussian-noise sigma=30") == "σ30"
    assert short_degradation("gaussian-noise sigma=30 clip=false") == "σ30 clip=false"
    assert short_degradation("jpeg quality=10") == "jpeg 10"
    assert short_degradation("fog density=0.5") == "fog density=0.5"


def test_a_difference_always_carries_its_sign():
    assert (difference(0.124), difference(-0.05)) == ("+0.12", "−0.05")


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0.00"), (-1e-17, "0.00"), (-0.004, "-0.004"), (0.0004, "+0.0004"), (0.005001, "+0.01")],
)
def test_only_zero_reads_as_zero_and_it_has_no_sign(value, said):
    assert figure(value, signed=True) == said


def test_a_share_has_no_decimals_unless_it_would_read_as_none():
    assert [percentage(share) for share in (0.344, -0.02, -0.004, -0.0)] == [
        "34",
        "-2",
        "-0.4",
        "0",
    ]
