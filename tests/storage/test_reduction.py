"""Curves reduced by the database, and the means that runs are found by; on both databases."""

import math
from collections.abc import Sequence
from itertools import groupby

import pytest

from storage.records import Column, Curve, ImageValue
from storage.registry import Registry
from tests.storage.samples import evaluation, points, running


def plainly(
    curve: Curve, columns: int, first: int | None = None, last: int | None = None
) -> list[Column]:
    """What a reduced curve is to be, point by point."""
    points = zip(curve.steps, curve.values, curve.gradients, curve.seconds, strict=True)
    low, high = (0 if first is None else first), (2**63 if last is None else last)
    within = [point for point in points if low <= point[0] <= high]
    if not within:
        return []
    begin = within[0][0]
    width = (within[-1][0] - begin) // columns + 1
    stretches = groupby(within, key=lambda point: (point[0] - begin) // width)
    return [_column(list(stretch)) for _, stretch in stretches]


def _column(stretch: Sequence[tuple[int, float, int, float]]) -> Column:
    numbers = [value for _, value, *_ in stretch if not math.isnan(value)]
    return Column(
        first=stretch[0][0],
        last=stretch[-1][0],
        lowest=min(numbers, default=math.nan),
        highest=max(numbers, default=math.nan),
        newest=numbers[-1] if numbers else math.nan,
        gradients=stretch[-1][2],
        seconds=stretch[-1][3],
    )


def require_plain(
    registry: Registry, run: int, columns: int, first: int | None = None, last: int | None = None
) -> None:
    reduced = registry.stretch(run, "loss", columns, first=first, last=last)
    curve = registry.curve(run, "loss")
    plain = plainly(curve, columns, first, last)
    assert (reduced.run, reduced.metric) == (run, "loss")
    assert reduced.points == len(plainly(curve, 2**62, first, last)), "a column for each point"
    assert len(reduced.columns) <= columns
    assert repr(list(reduced.columns)) == repr(plain), "NaN is not itself"


WAVES = {
    "one point": [5],
    "two points far apart": [0, 2**40],
    "every step": range(1000),
    "with holes": [*range(100), *range(5000, 5003), 10_000],
    "late": range(10**12, 10**12 + 500),
}


@pytest.mark.parametrize("steps", WAVES.values(), ids=WAVES.keys())
def test_a_reduced_curve_is_what_plain_reduction_makes(registry: Registry, steps: Sequence[int]):
    run = running(registry)
    registry.write(run, 1, points(*steps, loss=lambda step: math.sin(step / 9)), [])
    for columns in (1, 2, 7, 200, 5000):
        require_plain(registry, run, columns)


def test_what_is_no_number_hides_nothing_that_is_one(registry: Registry):
    run = running(registry)

    def value(step: int) -> float:
        return math.nan if step % 3 == 2 or step > 80 else [math.inf, -1.0, 0, 5.0][step % 4]

    registry.write(run, 1, points(*range(100), loss=value), [])
    for columns in (1, 3, 10, 100):
        require_plain(registry, run, columns)


PARTS = [(None, 40), (41, None), (10, 10), (11, 57), (-5, 2**50), (60, 20), (10_000, None)]


def test_of_a_part_nothing_before_and_nothing_behind_it_is_seen(registry: Registry):
    run = running(registry)
    registry.write(run, 1, points(*range(0, 200, 2), loss=lambda step: math.sin(step)), [])
    registry.write(run, 1, points(*range(0, 200, 3), other=1e9), [])
    for first, last in PARTS:
        for columns in (1, 10, 1000):
            require_plain(registry, run, columns, first, last)


def test_a_live_view_reads_only_the_points_after_those_it_has(registry: Registry):
    run, other = running(registry), running(registry)
    registry.write(run, 1, points(*range(10), loss=lambda step: step / 2, lr=1.0), [])
    registry.write(other, 1, points(*range(20), loss=9.0), [])
    loss, unknown, lr = registry.points(run, ["loss", "never measured", "lr"], after=7)
    assert (loss.steps, loss.values) == ((8, 9), (4.0, 4.5))
    assert (loss.gradients, loss.seconds) == ((32, 36), (0.8, 0.9))
    assert (unknown.steps, lr.steps) == ((), (8, 9))
    assert registry.points(run, ["loss"], after=9)[0].steps == ()
    assert registry.points(run, ["loss"]) == registry.curves(run, ["loss"])


def test_a_curve_that_was_never_measured_has_no_columns(registry: Registry):
    run = running(registry)
    reduced = registry.stretch(run, "loss", 10)
    assert (reduced.points, reduced.columns) == (0, ())


@pytest.mark.slow
def test_a_hundred_thousand_points_are_reduced_as_plainly(registry: Registry):
    run = running(registry)
    for start in range(0, 100_000, 20_000):
        steps = range(start, start + 20_000)
        registry.write(run, 1, points(*steps, loss=lambda step: math.cos(step * step)), [])
    for columns in (200, 333):
        require_plain(registry, run, columns)


def images(*psnr: float) -> tuple[ImageValue, ...]:
    return tuple(ImageValue(image=f"{n}.png", psnr=p, ssim=p / 100) for n, p in enumerate(psnr))


def means(registry: Registry, run: int) -> dict[str, float]:
    latest = registry.run(run).latest
    return {name: value for name, value in latest.items() if name.startswith("psnr@")}


def test_the_means_of_each_suite_and_kind_of_weights_stand_apart(registry: Registry):
    run = running(registry)
    registry.write(
        run,
        1,
        [],
        [
            evaluation(run, 9, degradation="a", images=images(30, 32)),
            evaluation(run, 9, degradation="b", images=images(20, 22)),
            evaluation(run, 9, degradation="c", standing="seen", images=images(40)),
            evaluation(run, 9, degradation="a", weights="average", images=images(35)),
            evaluation(run, 9, suite="rain", degradation="r", images=images(10)),
            evaluation(run, 9, test_set="other", degradation="a", images=images(50)),
        ],
    )
    assert means(registry, run) == {
        "psnr@bundled:a": 31.0,
        "psnr@bundled:b": 21.0,
        "psnr@bundled:c": 40.0,
        "psnr@bundled:noise-levels unseen": 26.0,
        "psnr@bundled:noise-levels seen": 40.0,
        "psnr@bundled:a:average": 35.0,
        "psnr@bundled:noise-levels unseen:average": 35.0,
        "psnr@bundled:r": 10.0,
        "psnr@bundled:rain unseen": 10.0,
        "psnr@other:a": 50.0,
        "psnr@other:noise-levels unseen": 50.0,
    }
    assert registry.run(run).latest["ssim@bundled:a"] == pytest.approx(0.31)
    assert registry.metric_names(run) == (), "means have no curves"


def test_an_evaluation_of_a_later_step_takes_the_place_of_the_one_before(registry: Registry):
    run = running(registry)
    registry.write(run, 1, [], [evaluation(run, 5, degradation="a", images=images(30))])
    registry.write(run, 1, [], [evaluation(run, 9, degradation="a", images=images(31))])
    registry.write(run, 1, [], [evaluation(run, 9, degradation="a", images=images(33))])
    assert means(registry, run)["psnr@bundled:a"] == 33.0
    registry.rewind(run, 1, 5)
    assert means(registry, run)["psnr@bundled:a"] == 30.0
    registry.rewind(run, 1, 0)
    assert means(registry, run) == {}


def test_one_score_that_is_no_number_makes_a_mean_none(registry: Registry):
    run = running(registry)
    registry.write(
        run,
        1,
        [],
        [
            evaluation(run, 1, degradation="a", images=images(30, math.nan)),
            evaluation(run, 1, degradation="b", images=images(30)),
            evaluation(run, 1, suite="perfect", degradation="c", images=images(math.inf, 1)),
            evaluation(run, 1, suite="none", degradation="d", images=()),
        ],
    )
    found = means(registry, run)
    assert math.isnan(found["psnr@bundled:a"])
    assert math.isnan(found["psnr@bundled:noise-levels unseen"])
    assert found["psnr@bundled:b"] == 30.0
    assert found["psnr@bundled:c"] == found["psnr@bundled:perfect unseen"] == math.inf
    assert "psnr@bundled:d" not in found
