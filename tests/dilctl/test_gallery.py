import math
import os
from pathlib import Path

import pytest

from dilctl.errors import NotFoundError
from dilctl.gallery import cache
from dilctl.gallery.degradations import named
from dilctl.gallery.exhibit import Exhibit, Test, closest, exhibit_of
from dilctl.gallery.hanging import hanging_of
from dilctl.gallery.order import Order, rows_of
from storage.records import Evaluation, ImageValue, Run
from tests.dilctl.evaluated import experiment, finished
from trainers.degradations.kinds import GaussianNoise, Jpeg, Mixture, Rain
from trainers.suites import SUITES, degradations_of

NOISE = Test(test_set="CBSD68", suite="noise-levels", degradation="gaussian-noise sigma=30")


def scored(run: Run, test: Test = NOISE, *, weights: str = "last", **psnr: float) -> Evaluation:
    return Evaluation(
        run=run.id,
        step=1,
        suite=test.suite,
        weights=weights,
        test_set=test.test_set,
        degradation=test.degradation,
        standing="unseen",
        images=tuple(ImageValue(image=name, psnr=value, ssim=0.8) for name, value in psnr.items()),
    )


ERM, DIL = finished(1, experiment()), finished(2, experiment("dil-sf"))


def two_runs() -> Exhibit:
    scores = [scored(ERM, a=30, b=20, c=25), scored(DIL, a=31, b=24, c=24, d=1)]
    return exhibit_of([ERM, DIL], scores)


@pytest.mark.parametrize(
    ("order", "images"),
    [
        (Order.WORST, "bca"),
        (Order.BEST, "acb"),
        (Order.LEAST_LEAD, "cab"),
        (Order.MOST_LEAD, "bac"),
        (Order.NAME, "abc"),
        (Order.LEAST_GAIN, "abc"),
        (Order.MOST_GAIN, "bac"),
    ],
)
def test_images_of_all_runs_are_gone_through_in_an_order(order: Order, images: str):
    inputs = {"a": 29.0, "b": 15.0}  # of c nobody knows: it comes last
    rows = rows_of(two_runs(), NOISE, inputs, order)
    assert "".join(row.image for row in rows) == images
    assert math.isnan(next(row for row in rows if row.image == "c").gain)


def test_orders_go_round_and_those_of_two_runs_are_left_out_for_one():
    for runs, expected in ((1, 5), (2, 7)):
        order, seen = Order.WORST, [Order.WORST]
        while (order := order.following(runs)) is not Order.WORST:
            seen.append(order)
        assert len(seen) == expected


def test_runs_hang_together_by_what_all_were_tested_on():
    jpeg = Test(test_set="CBSD68", suite="levels", degradation="jpeg quality=10")
    scores = [scored(ERM, a=1), scored(ERM, jpeg, a=1), scored(DIL, jpeg, weights="average", a=2)]
    exhibit = exhibit_of([ERM, DIL], scores)
    assert exhibit.tests == (jpeg,)
    assert [column.weights for column in exhibit.columns] == ["last", "average"]
    assert exhibit_of([ERM, DIL], [scored(ERM, a=1)]).tests == ()
    assert exhibit_of([], []).images(jpeg) == ()


def test_the_closest_test_keeps_the_set_then_the_degradation():
    tests = [
        Test(test_set=test_set, suite="noise-levels", degradation=f"gaussian-noise sigma={sigma}")
        for test_set in ("CBSD68", "Kodak24")
        for sigma in (5, 30)
    ]
    found = closest(tests, test_set="Kodak24", degradation="gaussian-noise sigma=30")
    assert found == tests[3]
    assert closest(tests, test_set="Kodak24", degradation="rain") == tests[2]
    assert closest(tests, test_set="", degradation="") == tests[0]


def test_degradations_are_found_by_name_in_suites_and_as_chosen_levels():
    chosen = (
        GaussianNoise(sigma=12.5, clip=False),
        Rain(density=0.03, angle=(-20, 20), veil=(0.1, 0.2)),
        Mixture(parts=(GaussianNoise(sigma=3), Jpeg(quality=77))),
    )
    for each in (*chosen, *(d for suite in SUITES for d in degradations_of(suite))):
        assert named(each.name, "levels", ()) == each
    assert named("gaussian-noise sigma=30", "noise-levels", ()) == GaussianNoise(sigma=30)
    for unknown in ("smear 3", "gaussian-noise", "gaussian-noise sigma=x", "mixture ", ""):
        assert named(unknown, "levels", ()) is None


def test_a_run_without_weights_hangs_empty_beside_the_others(tmp_path: Path):
    file = tmp_path / "weights.safetensors"
    file.touch()

    def weights(run: int, _choice: str) -> Path:
        if run == 1:
            raise NotFoundError("run 1 has no weights here")
        return file

    (tmp_path / "CBSD68").mkdir()
    hanging = hanging_of(two_runs(), NOISE, weights, {"DILCTL_DATA": str(tmp_path)})
    assert hanging.absent == {0: "run 1 has no weights here"}
    assert [network.run for network in hanging.scene("a").networks] == [2]
    assert hanging.setting.source == str(tmp_path / "CBSD68")
    os.utime(file, (1, 1))
    changed = hanging_of(two_runs(), NOISE, weights, {"DILCTL_DATA": str(tmp_path)})
    assert changed.networks[1].file != hanging.networks[1].file, "other weights, other picture"
    with pytest.raises(NotFoundError, match="CBSD68: was tested with dilctl eval"):
        hanging_of(two_runs(), NOISE, weights, {})


def test_a_picture_is_there_once_its_scores_are(tmp_path: Path):
    path = tmp_path / "a.png"
    path.touch()
    assert cache.found(path) is None
    (tmp_path / "a.json").write_text("{")
    assert cache.found(path) is None
    (tmp_path / "a.json").write_text('{"psnr": Infinity, "ssim": 1}')
    assert cache.found(path) == cache.Picture(path=path, psnr=math.inf, ssim=1)
    path.unlink()
    assert cache.found(path) is None


def test_the_folders_used_longest_ago_go_first(tmp_path: Path):
    for age, name in enumerate(("new", "old", "older", "shown")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(bytes(100))
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    cache.keep_within(tmp_path, 250, spared=tmp_path / "shown")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "shown"]
    cache.keep_within(tmp_path / "nowhere", 0, spared=tmp_path)
