"""Folders of an experiment are found, and kept apart."""

import pytest

from dilctl.resolving import Bases, resolve
from tests.trainers.data_fixtures import noise, png
from trainers.errors import DataError, ExperimentError
from trainers.recipe import parse_experiment


@pytest.fixture
def folder(tmp_path):
    for name in ("train", "Set2", "streaks"):
        png(tmp_path / name / "a.png", noise(12, 12))
    for part in ("input", "target"):
        png(tmp_path / "rainy" / part / "a.png", noise(12, 12))
    return tmp_path


def experiment(*confounders, train=("train",), test=("Set2",)):
    data = {"train": list(train), "test": list(test)}
    return parse_experiment({"task": "derain", "confounders": confounders, "data": data})


def found(folder, *confounders, **data):
    lacking = data.pop("may_lack_tests", False)
    bases = Bases(train=folder, test=folder)
    return resolve(experiment(*confounders, **data), bases, may_lack_tests=lacking)


DRAWN = {"kind": "rain", "density": 0.01}


def test_folders_of_confounders_become_absolute_too(folder):
    resolved = found(
        folder,
        {"kind": "rain-folder", "folder": "streaks"},
        {"kind": "pairs", "folder": "rainy"},
    ).experiment
    assert [each.folder for each in resolved.confounders] == [
        str(folder / "streaks"),
        str(folder / "rainy"),
    ]
    assert resolved.data.train == (str(folder / "train"),)


def test_all_folders_that_are_missing_are_named_with_their_places(folder):
    with pytest.raises(DataError) as caught:
        found(folder, {"kind": "pairs", "folder": "gone"}, DRAWN, train=("no",), test=("nor",))
    places = [line.partition(":")[0] for line in str(caught.value).splitlines()]
    assert places == ["data.train.0", "confounders.0.folder", "data.test.0"]


def test_where_all_confounders_bring_pairs_no_clean_images_are_asked_for(folder):
    pairs = {"kind": "pairs", "folder": "rainy"}
    assert found(folder, pairs, train=("no such folder",)).experiment


def test_a_train_folder_that_nothing_is_trained_on_makes_no_other_result(folder):
    pairs = {"kind": "pairs", "folder": "rainy"}
    one, other = (found(folder, pairs, train=(name,)).experiment for name in ("train", "gone"))
    assert one.data.train == ("bundled",)
    assert one.signature == other.signature


@pytest.mark.parametrize("kind", ["rain-folder", "pairs"])
def test_a_folder_of_two_confounders_is_named_with_its_place(folder, kind):
    name = "streaks" if kind == "rain-folder" else "rainy"
    (folder / "again").symlink_to(folder / name)
    twice = [{"kind": kind, "folder": each} for each in (name, "again")]
    with pytest.raises(ExperimentError, match=r"^confounders.1.folder: .*leave one of them out$"):
        found(folder, *twice)


def test_streaks_of_one_folder_may_have_two_strengths(folder):
    streaks = {"kind": "rain-folder", "folder": "streaks"}
    assert found(folder, streaks, streaks | {"strength": 2}).experiment


def test_pairs_among_the_images_to_train_on_are_named_by_the_confounder(folder):
    with pytest.raises(ExperimentError, match=r"^confounders.1.folder: .* share images"):
        found(folder, DRAWN, {"kind": "pairs", "folder": "rainy"}, train=("rainy/target",))


def test_test_sets_may_be_absent_where_one_is_there(folder):
    resolved = found(folder, DRAWN, test=("Set2", "Urban100"), may_lack_tests=True)
    assert resolved.experiment.data.test == (str(folder / "Set2"),)
    assert len(resolved.absent) == 1
    assert resolved.absent[0].startswith("data.test.1: Urban100: no folder at")
    with pytest.raises(DataError, match="Urban100"):
        found(folder, DRAWN, test=("Urban100",), may_lack_tests=True)
