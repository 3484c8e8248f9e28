import os
from pathlib import Path

import pytest

from dilctl.errors import NotFoundError, UsageError
from dilctl.pictures import Wish, plan


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for name in ("a 10.png", "a 9.JPG", "sub/ü.webp", "notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


def names(wish: Wish) -> list[str]:
    return [str(pair.target.relative_to(wish.target)) for pair in plan(wish).pairs]


def test_names_and_sub_folders_are_kept_in_natural_order(photos: Path, tmp_path: Path):
    assert names(Wish(source=photos, target=tmp_path / "out")) == [
        "a 9.JPG",
        "a 10.png",
        "sub/ü.webp",
    ]
    assert not (tmp_path / "out").exists()


def test_another_format_changes_the_endings_that_are_not_its_own(photos: Path, tmp_path: Path):
    wish = Wish(source=photos, target=tmp_path / "out", format="jpeg")
    assert names(wish) == ["a 9.JPG", "a 10.jpg", "sub/ü.jpg"]


def test_two_pictures_never_become_one(photos: Path, tmp_path: Path):
    (photos / "a 9.png").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"would both become .*a 9\.png; rename one of them"):
        plan(Wish(source=photos, target=tmp_path / "out", format="png"))


def test_what_was_written_inside_the_source_is_not_restored_again(photos: Path):
    wish = Wish(source=photos, target=photos / "out")
    first = names(wish)
    for name in first:
        (photos / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (photos / "out" / name).write_bytes(b"x")
    again = plan(Wish(source=photos, target=photos / "out", resume=True))
    assert (again.pairs, again.already) == ((), 3)


@pytest.mark.parametrize("way", ["itself", "link", "below"])
def test_a_folder_is_not_restored_into_itself(photos: Path, tmp_path: Path, way: str):
    target = {"itself": photos, "link": tmp_path / "link", "below": tmp_path}[way]
    if way == "link":
        target.symlink_to(photos)
    if way == "below":
        (photos / "photos").mkdir()
        (photos / "photos" / "b.png").write_bytes(b"x")
    with pytest.raises(UsageError, match="name another folder"):
        plan(Wish(source=photos, target=target, replace=True))


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_picture_is_never_overwritten_through_a_link(photos: Path, tmp_path: Path, link: object):
    assert callable(link)
    source = photos / "a 10.png"
    link(source, tmp_path / "linked.png")
    with pytest.raises(UsageError, match="never overwritten"):
        plan(Wish(source=source, target=tmp_path / "linked.png", replace=True))
    with pytest.raises(UsageError, match="never overwritten"):
        plan(Wish(source=source, target=photos, replace=True))


def test_files_that_are_there_are_refused_replaced_or_left(photos: Path, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "a 9.JPG").symlink_to("nowhere")  # a broken link is a file, too
    with pytest.raises(UsageError, match=r"1 file is there already \(.*a 9\.JPG\); --force"):
        plan(Wish(source=photos, target=out))
    assert len(plan(Wish(source=photos, target=out, replace=True)).pairs) == 3
    left = plan(Wish(source=photos, target=out, resume=True))
    assert (len(left.pairs), left.already) == (2, 1)
    with pytest.raises(UsageError, match="say one of them"):
        plan(Wish(source=photos, target=out, replace=True, resume=True))


def test_one_picture_goes_into_a_file_or_a_folder(photos: Path, tmp_path: Path):
    source = photos / "a 9.JPG"

    def target(path: Path, *, into: bool = False) -> Path:
        (pair,) = plan(Wish(source=source, target=path, into_folder=into)).pairs
        return pair.target

    assert target(tmp_path / "b.png") == tmp_path / "b.png"
    assert target(tmp_path) == tmp_path / "a 9.JPG"
    assert target(tmp_path / "new", into=True) == tmp_path / "new" / "a 9.JPG"
    with pytest.raises(UsageError, match="or / to name a folder"):
        target(tmp_path / "new")
    with pytest.raises(NotFoundError, match="no such folder; make it first"):
        target(tmp_path / "new" / "b.png")
    with pytest.raises(UsageError, match=r"ends in \.png, but --format is jpeg"):
        plan(Wish(source=source, target=tmp_path / "b.png", format="jpeg"))


def test_what_cannot_be_restored_is_said(photos: Path, tmp_path: Path):
    with pytest.raises(NotFoundError, match="no such picture or folder"):
        plan(Wish(source=tmp_path / "none", target=tmp_path / "out"))
    with pytest.raises(UsageError, match="convert it to one of them"):
        plan(Wish(source=photos / "notes.txt", target=tmp_path / "b.png"))
    with pytest.raises(UsageError, match="is a file; name a folder"):
        plan(Wish(source=photos, target=photos / "notes.txt"))
