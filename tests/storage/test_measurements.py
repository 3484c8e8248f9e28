import math
from dataclasses import replace

import pytest

from storage.errors import RefusedError, UnknownRunError
from storage.records import Curve, ImageValue, Status
from storage.registry import Registry
from tests.storage.samples import evaluation, finish, points, running


def test_a_curve_comes_back_with_the_times_of_its_steps(registry: Registry):
    run = running(registry)
    registry.write(run, 1, points(20, 10, loss=lambda step: 1 / step), [])
    registry.write(run, 1, points(20, psnr=30.0), [])
    assert registry.metric_names(run) == ("loss", "psnr")
    assert registry.curve(run, "loss") == Curve(
        run=run,
        metric="loss",
        steps=(10, 20),
        gradients=(40, 80),
        seconds=(1.0, 2.0),
        values=(0.1, 0.05),
    )
    assert registry.curve(run, "nothing").steps == ()
    found = registry.curves(run, ["psnr", "nothing", "loss"])
    assert [(curve.metric, curve.steps) for curve in found] == [
        ("psnr", (20,)),
        ("nothing", ()),
        ("loss", (10, 20)),
    ]


def test_a_batch_sent_again_replaces_itself(registry: Registry):
    run = running(registry)
    for value in (1.0, 2.0):
        images = (ImageValue(image="moon.png", psnr=value, ssim=0.5),)
        registry.write(
            run, 1, points(1, 2, loss=value), [evaluation(run, 2, images=images)]
        )  # fmt: skip
    assert registry.curve(run, "loss").values == (2.0, 2.0)
    (found,) = registry.evaluations([run])
    assert [image.psnr for image in found.images] == [2.0]


def test_the_latest_value_is_the_one_of_the_highest_step_whatever_the_order(registry: Registry):
    run = running(registry)
    registry.write(run, 1, points(3, 1, loss=lambda step: step), [])
    registry.write(run, 1, points(2, loss=lambda step: step), [])
    assert registry.run(run).latest == {"loss": 3.0}


def test_values_that_are_no_numbers_survive(registry: Registry):
    run = running(registry)
    perfect = (ImageValue(image="moon.png", psnr=math.inf, ssim=math.nan),)
    registry.write(
        run, 1, points(1, loss=math.nan, scale=-math.inf), [evaluation(run, 1, images=perfect)]
    )
    assert math.isnan(registry.curve(run, "loss").values[0])
    assert math.isnan(registry.run(run).latest["loss"])
    assert registry.run(run).latest["scale"] == -math.inf
    (found,) = registry.evaluations([run])
    assert found.images[0].psnr == math.inf
    assert math.isnan(found.images[0].ssim)


def test_rewinding_forgets_what_came_after_a_step_and_only_that(registry: Registry):
    run, other = running(registry), running(registry)
    for each in (run, other):
        registry.write(each, 1, points(10, 20, loss=lambda step: step), [evaluation(each, 10)])
        registry.write(each, 1, points(30, loss=0.0, psnr=31.0), [evaluation(each, 30)])
    registry.rewind(run, 1, 20)
    assert registry.curve(run, "loss").steps == (10, 20)
    assert registry.run(run).latest == {
        "loss": 20.0,
        "psnr@bundled:gaussian-noise sigma=30": 34.0,
        "psnr@bundled:noise-levels unseen": 34.0,
        "ssim@bundled:gaussian-noise sigma=30": pytest.approx(0.85),
        "ssim@bundled:noise-levels unseen": pytest.approx(0.85),
    }
    assert registry.metric_names(run) == ("loss",)
    assert [each.step for each in registry.evaluations([run])] == [10]
    assert registry.curve(other, "loss").steps == (10, 20, 30)
    latest = registry.run(other).latest
    assert latest["loss"] == 0.0
    assert latest["psnr"] == 31.0
    assert latest["psnr@bundled:noise-levels unseen"] == 44.0
    registry.rewind(run, 1, 0)
    assert registry.metric_names(run) == ()


def test_evaluations_are_those_of_each_suites_newest_step(registry: Registry):
    run, other = running(registry), running(registry)
    old, new = evaluation(run, 10), evaluation(run, 20)
    harder = replace(new, degradation="gaussian-noise sigma=50")
    another = evaluation(run, 5, suite="weather")
    registry.write(run, 1, [], [old, new, harder, another])
    registry.write(other, 1, [], [evaluation(other, 10)])
    assert set(registry.evaluations([run])) == {new, harder, another}
    assert registry.evaluations([other, run], suite="noise-levels") == (
        new,
        harder,
        evaluation(other, 10),
    )
    assert registry.evaluations([]) == ()


def test_evaluations_of_other_weights_stand_beside_those_of_the_last(registry: Registry):
    run = running(registry)
    last, average = evaluation(run, 20), evaluation(run, 20, weights="average")
    best = evaluation(run, 10, weights="best-seen")
    registry.write(run, 1, [], [last, average, best])
    registry.write(run, 1, [], [average])
    assert sorted(registry.evaluations([run]), key=lambda each: each.weights) == [
        average,
        best,
        last,
    ]


def test_a_finished_run_may_be_tested_again_and_what_is_there_is_replaced(registry: Registry):
    run = running(registry)
    registry.write(run, 1, [], [evaluation(run, 10)])
    later = replace(evaluation(run, 10), suite="levels", test_set="Kodak24")
    with pytest.raises(RefusedError, match=f"run {run} is running; it can be tested once it is"):
        registry.add_evaluations(run, [later], who="ada")
    finish(registry, run, Status.DONE)
    for value in (20.0, 30.0):
        images = (ImageValue(image="moon.png", psnr=value, ssim=0.5),)
        registry.add_evaluations(run, [replace(later, images=images)], who="ada")
    first, second = registry.evaluations([run])
    assert (first.suite, second.suite) == (evaluation(run, 10).suite, "levels")
    assert [image.psnr for image in second.images] == [30.0]
    assert registry.run(run).latest[f"psnr@Kodak24:{later.degradation}"] == 30.0
    with pytest.raises(UnknownRunError):
        registry.add_evaluations(99, [replace(later, run=99)], who="ada")
