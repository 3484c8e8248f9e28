"""Curves reduced by the database, and the means that runs are found by; on both databases."""

import math
from collections.abc import Sequence
from itertools import groupby

import pytest

from storage.records import Column, Curve, ImageValue
from storage.registry import Registry
from tests.storage.samples import evaluation, points, running


def plainly(curve: Curve, columns: int) -> list[Column]:
    """What a reduced curve is to be, point by point."""
    if not curve.steps:
        return []
    width = (curve.steps[-1] - curve.steps[0]) // columns + 1
    pairs = list(zip(curve.steps, curve.values, strict=True))
    stretches = groupby(pairs, key=lambda pair: (pair[0] - curve.steps[0]) // width)
    return [_column(list(stretch)) for _, stretch in stretches]


def _column(stretch: Sequence[tuple[int, float]]) -> Column:
    numbers = [value for _, value in stretch if not math.isnan(value)]
    return Column(
        first=stretch[0][0],
        last=stretch[-1][0],
        lowest=min(numbers, default=math.nan),
        highest=max(numbers, default=math.nan),
        newest=numbers[-1] if numbers else math.nan,
    )


def require_plain(registry: Registry, run: int, columns: int) -> None:
    reduced = registry.reduced_curve(run, "loss", columns)
    curve = registry.curve(run, "loss")
    assert (reduced.run, reduced.metric, reduced.points) == (run, "loss", len(curve.steps))
    assert len(reduced.columns) <= columns
    assert repr(list(reduced.columns)) == repr(plainly(curve, columns)), "NaN is not itself"


WAVES = {
    "one point": [5],
    "two points far apart": [0, 2**40],
    "every step": range(1000),
    "with holes": [*range(100), *range(5000, 5003), 10_000],
    "late": range(10**12, 10**12 + 500),
}


@pytest.mark.parametrize("steps", WAVES.values(), ids=WAVES.keys())
@pytest.mark.parametrize("columns", [1, 2, 7, 200, 5000])
def test_a_reduced_curve_is_what_plain_reduction_makes(
    registry: Registry, steps: Sequence[int], columns: int
):
    run = running(registry)
    registry.write(run, 1, points(*steps, loss=lambda step: math.sin(step / 9)), [])
    require_plain(registry, run, columns)


def test_what_is_no_number_hides_nothing_that_is_one(registry: Registry):
    run = running(registry)

    def value(step: int) -> float:
        return math.nan if step % 3 == 2 or step > 80 else [math.inf, -1.0, 0, 5.0][step % 4]

    registry.write(run, 1, points(*range(100), loss=value), [])
    for columns in (1, 3, 10, 100):
        require_plain(registry, run, columns)


def test_a_curve_that_was_never_measured_has_no_columns(registry: Registry):
    run = running(registry)
    reduced = registry.reduced_curve(run, "loss", 10)
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
