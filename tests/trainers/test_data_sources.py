from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainers.data_fixtures import noise, png
from trainers.data import sources
from trainers.data.images import probe
from trainers.errors import DataError


def _names(files: tuple[sources.ImageFile, ...]) -> list[str]:
    return [file.name for file in files]


def test_every_bundled_photograph_is_there_and_no_test_image_is_trained_on() -> None:
    training = sources.training_images("bundled")
    tests = sources.test_images("bundled")
    assert len(training) == 8
    assert len(tests) == 5
    assert all(probe(file.path).width >= 256 for file in (*training, *tests))
    assert not {*_names(training)} & {*_names(tests)}


def test_the_other_eye_of_a_training_image_is_never_used() -> None:
    used = _names(sources.training_images("bundled") + sources.test_images("bundled"))
    assert "motorcycle_left.png" in used
    assert "motorcycle_right.png" not in used


def test_a_folder_is_listed_in_natural_order_with_hidden_files_and_other_kinds_left_out(
    tmp_path: Path,
) -> None:
    for name in ("img10.png", "img2.PNG", "IMG1.JpG", ".hidden.png", "notes.txt"):
        (tmp_path / name).touch()
    expected = ["IMG1.JpG", "img2.PNG", "img10.png"]
    assert _names(sources.training_images(str(tmp_path))) == expected
    assert _names(sources.test_images(str(tmp_path))) == expected


def test_training_images_are_found_in_subfolders_and_test_images_are_not(tmp_path: Path) -> None:
    for name in ("a.png", "deep/er/b.png", ".cache/c.png"):
        png(tmp_path / name, noise(2, 2))
    assert _names(sources.training_images(str(tmp_path))) == ["a.png", "deep/er/b.png"]
    assert _names(sources.test_images(str(tmp_path))) == ["a.png"]


def test_a_link_that_leads_back_is_walked_once(tmp_path: Path) -> None:
    png(tmp_path / "data" / "a.png", noise(2, 2))
    (tmp_path / "data" / "again").symlink_to(tmp_path / "data")
    (tmp_path / "elsewhere").symlink_to(tmp_path / "data")
    assert _names(sources.training_images(str(tmp_path))) == ["data/a.png"]


def test_a_test_set_of_subfolders_only_is_refused_by_their_names(tmp_path: Path) -> None:
    png(tmp_path / "input" / "a.png", noise(2, 2))
    png(tmp_path / "target" / "a.png", noise(2, 2))
    with pytest.raises(DataError, match=r"holds only sub-folders \(input, target\)"):
        sources.test_images(str(tmp_path))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    for list_images in (sources.training_images, sources.test_images):
        with pytest.raises(DataError, match="holds no image"):
            list_images(str(tmp_path))


def test_a_relative_source_is_looked_for_below_base_then_below_the_data_folder(
    tmp_path: Path,
) -> None:
    here, shelf = tmp_path / "here", tmp_path / "shelf"
    for folder in (here / "mine", shelf / "mine", shelf / "theirs"):
        folder.mkdir(parents=True)
    environment = {"DILCTL_DATA": str(shelf)}
    found = [
        sources.resolve(source, base=here, environment=environment)
        for source in ("mine", "./theirs/", "../shelf/theirs", "bundled")
    ]
    assert found == [str(here / "mine"), *[str(shelf / "theirs")] * 2, "bundled"]


def test_a_missing_source_names_every_place_and_the_cure(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        sources.resolve("gone", base=tmp_path, environment={"DILCTL_DATA": "/shelf"})
    for words in (f"{tmp_path}/gone", "/shelf/gone", "$DILCTL_DATA"):
        assert words in str(refusal.value)


def test_a_source_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.png").touch()
    with pytest.raises(DataError, match="is a file; name the folder"):
        sources.resolve("photo.png", base=tmp_path, environment={})


def test_a_test_set_is_named_by_its_folder() -> None:
    assert sources.test_set_name("/data/test/Kodak24") == "Kodak24"
    assert sources.test_set_name("bundled") == "bundled"


_shares = st.floats(min_value=0.01, max_value=0.99)
_image_names = st.lists(st.text(min_size=1), min_size=2, max_size=40, unique=True)


@given(names=_image_names, share=_shares, data=st.data())
def test_the_split_depends_on_names_alone_and_leaves_no_side_empty(
    names: list[str], share: float, data: st.DataObject
) -> None:
    training, validation = sources.split(names, share)
    assert sorted(training + validation) == list(range(len(names)))
    assert len(validation) == min(max(1, round(share * len(names))), len(names) - 1)
    shuffled = data.draw(st.permutations(names))
    _, again = sources.split(shuffled, share)
    assert {shuffled[index] for index in again} == {names[index] for index in validation}


def test_the_split_is_the_same_on_every_machine() -> None:
    names = [f"{number}.png" for number in range(10)]
    assert sources.split(names, 0.2)[1] == (1, 7)


def test_one_image_cannot_be_split() -> None:
    with pytest.raises(DataError, match="add a second one"):
        sources.split(["only.png"], 0.1)
