"""Images of a request are looked at before anything is queued."""

from pathlib import Path

import numpy as np
import pytest

from dilctl.request import Request
from dilctl.submission import Plan, decode, examine_headers, plan
from tests.trainers.data_fixtures import noise, png
from trainers.errors import DataError, ExperimentError

STREAKS = '[{ kind = "rain-folder", folder = "streaks" }]'
PAIRS = '[{ kind = "pairs", folder = "Set" }]'


def images(folder: Path, *, side: int = 64, count: int = 3, seed: int = 0) -> None:
    for number in range(count):
        png(folder / f"{number}.png", noise(side, side, seed + number))


def pairs(folder: Path, *, small: int = 64, side: int = 64) -> None:
    for name, pixels in (("input", small), ("target", side)):
        images(folder / name, side=pixels)


def planned(here: Path, *assignments: str, patch: int = 32) -> Plan:
    said = (f"train.patch={patch}", *assignments)
    return plan(Request(recipe="denoise-small", assignments=said), here=here)


def test_clean_images_of_test_pairs_are_not_trained_on_from_below(tmp_path: Path) -> None:
    pairs(tmp_path / "Rain100Q")
    sides = ("data.train=Rain100Q/target", "data.test=Rain100Q", "evaluate.suites=pairs")
    with pytest.raises(ExperimentError) as caught:
        planned(tmp_path, *sides)
    (fault,) = caught.value.faults
    assert "Rain100Q would be trained on: 3 of its images, such as " in fault
    assert fault.count("target/0.png") == 1


def test_links_hide_no_test_image(tmp_path: Path) -> None:
    images(tmp_path / "photos")
    (tmp_path / "other").symlink_to("photos")
    with pytest.raises(ExperimentError, match="3 of its images"):
        planned(tmp_path, "data.train=photos", "data.test=other")


def test_pairs_with_one_split_alone_are_not_both_trained_and_tested_on(tmp_path: Path) -> None:
    pairs(tmp_path / "Set" / "train")
    settings = (f"confounders={PAIRS}", "data.test=Set", "evaluate.suites=pairs")
    with pytest.raises(ExperimentError, match="Set would be trained on: 6 of its images"):
        planned(tmp_path, *settings)
    pairs(tmp_path / "Set" / "test")
    (run,) = planned(tmp_path, *settings).runs
    assert len(run.training) == 2


def test_training_images_below_a_folder_of_test_images_are_apart_from_them(tmp_path: Path) -> None:
    images(tmp_path / "Set")
    images(tmp_path / "Set" / "more")
    assert planned(tmp_path, "data.train=Set/more", "data.test=Set").runs
    assert planned(tmp_path, "data.train=bundled", "data.test=bundled").runs


def test_what_a_border_leaves_of_test_images_must_be_measurable(tmp_path: Path) -> None:
    images(tmp_path / "Set", side=18)
    assert planned(tmp_path, "data.test=Set", "evaluate.border=3").runs
    with pytest.raises(DataError, match=r"18x18 .* evaluate.border = 4, so at least 19 each way"):
        planned(tmp_path, "data.test=Set", "evaluate.border=4")


def test_degraded_images_may_be_smaller_than_what_is_measured(tmp_path: Path) -> None:
    pairs(tmp_path / "Small", small=5, side=20)
    settings = (
        "task=real-sr",
        'confounders=[{ kind = "low-resolution", scale = 4 }]',
        "network.scale=4",
        "evaluate.suites=pairs",
        "data.test=Small",
    )
    assert planned(tmp_path, *settings, "evaluate.border=4").runs
    with pytest.raises(DataError, match="so at least 24 each way"):
        planned(tmp_path, *settings, "evaluate.border=5")


def test_streaks_are_opened_before_a_run_waits_for_them(tmp_path: Path) -> None:
    streaks = tmp_path / "streaks"
    png(streaks / "a.png", np.zeros((20, 20, 3), np.uint8))
    decode(planned(tmp_path, f"confounders={STREAKS}").runs, tmp_path / "packed", None)
    (streaks / "b.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"b\.png: is not a PNG"):
        examine_headers(planned(tmp_path, f"confounders={STREAKS}").runs)


@pytest.mark.parametrize("spoilt", ["empty", "photographs", "cut short"])
def test_what_holds_no_streaks_is_refused(tmp_path: Path, spoilt: str) -> None:
    streaks = tmp_path / "streaks"
    streaks.mkdir()
    if spoilt != "empty":
        images(streaks)
    if spoilt == "cut short":
        whole = (streaks / "0.png").read_bytes()
        (streaks / "0.png").write_bytes(whole[: len(whole) // 2])
    sentence = {"empty": "holds no image", "photographs": "no|not streaks on black"}
    runs = planned(tmp_path, f"confounders={STREAKS}").runs
    with pytest.raises(DataError, match=sentence.get(spoilt, r"0\.png: is cut short")):
        decode(runs, tmp_path / "packed", None)


def test_a_suite_goes_with_its_absent_test_sets(tmp_path: Path) -> None:
    table = tmp_path / "mine.toml"
    table.write_text(
        '[[runs]]\nrecipe = "denoise-small"\n'
        "set = [\"data.test=['bundled', 'Rain100L']\", "
        "\"evaluate.suites=['noise-levels', 'rain']\"]"
    )
    found = plan(Request(recipe=str(table)), here=tmp_path)
    (entry,) = found.runs
    assert entry.run.experiment["evaluate"]["suites"] == ["noise-levels"]
    gone, left_out = found.absent
    assert "Rain100L: no folder at" in gone
    assert left_out == "evaluate.suites: rain is left out, for want of its test sets"
