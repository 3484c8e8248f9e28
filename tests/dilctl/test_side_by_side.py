"""Evaluations of runs side by side: means, paired differences and what cannot be paired."""

import math
from statistics import fmean

import pytest

from dilctl.leaderboard.side_by_side import Beside, Line, side_by_side
from storage.records import Run
from tests.dilctl.evaluated import SIX, evaluations, experiment, finished, raised


def run(number: int) -> Run:
    return finished(number, experiment())


def line_of(lines: tuple[Line, ...], of: str) -> Line:
    (line,) = [line for line in lines if line.of == of]
    return line


def test_a_difference_on_the_same_images_is_paired_and_has_an_interval() -> None:
    first = evaluations(run(1), {5: SIX, 30: SIX})
    second = evaluations(
        run(2), {5: raised(SIX, 1.0), 30: raised(SIX, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0)}
    )
    lines = side_by_side([1, 2], [*first, *second], "psnr")
    assert [line.of for line in lines] == [
        "seen", "unseen", "gaussian-noise sigma=5", "gaussian-noise sigma=30",
    ]  # fmt: skip
    reference, other = line_of(lines, "unseen").runs
    assert reference == Beside(run=1, mean=fmean(SIX))
    assert other is not None
    assert other.is_paired
    assert other.difference == pytest.approx(1.5)
    assert other.low is not None
    assert other.high is not None
    assert 1.0 <= other.low < 1.5 < other.high <= 2.0
    seen = line_of(lines, "seen").runs[1]
    assert seen is not None
    assert (seen.low, seen.high) == (pytest.approx(1.0), pytest.approx(1.0))


def test_a_standing_is_what_it_is_for_the_first_run() -> None:
    oracle = finished(2, experiment(is_oracle=True))
    lines = side_by_side(
        [1, 2], [*evaluations(run(1), {30: SIX}), *evaluations(oracle, {30: SIX})], "psnr"
    )
    assert [line.of for line in lines] == ["unseen", "gaussian-noise sigma=30"]


def test_other_images_are_compared_by_their_means_alone() -> None:
    lines = side_by_side(
        [1, 2],
        [*evaluations(run(1), {30: SIX}), *evaluations(run(2), {30: SIX}, first_image=3)],
        "psnr",
    )
    assert lines[0].runs[1] == Beside(run=2, mean=fmean(SIX), difference=0.0)


def test_too_few_images_have_no_interval() -> None:
    lines = side_by_side(
        [1, 2],
        [*evaluations(run(1), {30: SIX[:4]}), *evaluations(run(2), {30: SIX[:4]})],
        "psnr",
    )
    assert lines[0].runs[1] == Beside(run=2, mean=fmean(SIX[:4]), difference=0.0, is_paired=True)


def test_a_run_that_lacks_a_degradation_has_no_mean_over_it() -> None:
    lines = side_by_side(
        [1, 2, 3],
        [*evaluations(run(1), {30: SIX, 40: SIX}), *evaluations(run(2), {30: SIX})],
        "psnr",
    )
    assert line_of(lines, "unseen").runs[1:] == (None, None)
    assert line_of(lines, "gaussian-noise sigma=30").runs[1] is not None


def test_where_the_first_run_was_not_tested_others_keep_their_means() -> None:
    lines = side_by_side([1, 2], evaluations(run(2), {30: SIX}), "psnr")
    assert lines[0].runs == (None, Beside(run=2, mean=fmean(SIX)))


def test_a_value_that_is_no_number_gives_no_interval_and_no_warning() -> None:
    spoilt = [math.nan, *SIX[1:]]
    lines = side_by_side(
        [1, 2], [*evaluations(run(1), {30: SIX}), *evaluations(run(2), {30: spoilt})], "psnr"
    )
    other = lines[0].runs[1]
    assert other is not None
    assert other.low is None
    assert math.isnan(other.mean)


def test_weights_are_kept_apart_and_ssim_can_be_compared() -> None:
    found = [
        *evaluations(run(1), {30: SIX}),
        *evaluations(run(1), {30: raised(SIX, 1)}, weights="average"),
    ]
    lines = side_by_side([1, 1], found, "ssim")
    assert {line.weights for line in lines} == {"last", "average"}
    first = lines[0].runs[0]
    assert first is not None
    assert first.mean == pytest.approx(sum(SIX) / 600)
