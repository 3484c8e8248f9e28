"""Test sets, plain or of pairs, and the suites they belong to."""

import pytest

from tests.trainers.data_fixtures import noise, png
from trainers.data.testing import find_test_set, unmatched
from trainers.errors import DataError


@pytest.fixture
def plain(tmp_path):
    png(tmp_path / "Set2" / "a.png", noise(12, 12))
    png(tmp_path / "Set2" / "b.png", noise(12, 12))
    return find_test_set(str(tmp_path / "Set2"))


@pytest.fixture
def rainy(tmp_path):
    for part in ("input", "target"):
        png(tmp_path / "Rain100L" / part / "a.png", noise(12, 12))
    return find_test_set(str(tmp_path / "Rain100L"))


def test_a_plain_folder_is_tested_with_every_synthetic_suite_and_no_captured_one(plain):
    assert [file.name for file in plain.files] == ["a.png", "b.png"]
    assert all(file.degraded is None for file in plain.files)
    assert plain.is_tested_with("noise-levels")
    assert plain.is_tested_with("confounders")
    assert not plain.is_tested_with("rain")


def test_pairs_are_tested_with_their_own_suite_alone(rainy):
    assert (rainy.name, rainy.suite, len(rainy.files)) == ("Rain100L", "rain", 1)
    assert rainy.files[0].degraded is not None
    assert rainy.is_tested_with("rain")
    assert not rainy.is_tested_with("real-noise")
    assert not rainy.is_tested_with("noise-levels")


def test_suites_without_a_test_set_and_test_sets_without_a_suite_are_named(plain, rainy):
    assert unmatched(["noise-levels", "rain"], [plain, rainy]) == []
    assert unmatched(["noise-levels", "real-noise"], [plain, rainy]) == [
        "evaluate.suites: real-noise is tested on folders of pairs of real-noise, and data.test "
        "names none; add one there or leave the suite out",
        "data.test: Rain100L holds pairs of images; add rain to evaluate.suites or leave the "
        "test set out",
    ]
    assert unmatched(["rain"], [plain, rainy]) == [
        "data.test: Set2 holds clean images; add confounders, or another suite of synthetic "
        "degradations, to evaluate.suites or leave the test set out"
    ]


def test_pairs_of_another_scale_are_refused(tmp_path):
    png(tmp_path / "mine" / "input" / "a.png", noise(3, 3))
    png(tmp_path / "mine" / "target" / "a.png", noise(12, 12))
    assert len(find_test_set(str(tmp_path / "mine"), scale=4).files) == 1
    with pytest.raises(DataError, match="a.png"):
        find_test_set(str(tmp_path / "mine"))
