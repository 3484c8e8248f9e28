import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.trainers.data_fixtures import noise, png
from trainers.data.packed import Packed, pack
from trainers.data.sources import ImageFile
from trainers.errors import DataError, NoSpaceError


@pytest.fixture
def files(tmp_path: Path) -> list[ImageFile]:
    return [png(tmp_path / f"{i}.png", noise(20 + i, 30 - i, seed=i)) for i in range(9)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "home" / "packed"


def _image(packed: Packed, index: int) -> np.ndarray:
    height, width = packed.heights[index], packed.widths[index]
    start = packed.offsets[index]
    return packed.pixels[start : start + height * width * 3].reshape(height, width, 3)


def _kept(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name != ".lock"]


def test_packed_images_are_the_images(files: list[ImageFile], root: Path) -> None:
    packed = pack(files, root, workers=3)
    assert packed.names == tuple(file.name for file in files)
    for i in range(len(files)):
        assert np.array_equal(_image(packed, i), noise(20 + i, 30 - i, seed=i))


def test_images_are_decoded_once_and_progress_tells_each(
    files: list[ImageFile], root: Path
) -> None:
    told: list[tuple[int, int]] = []
    pack(files, root, workers=2, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 9) for done in range(10)]
    pack(files, root, workers=2, progress=lambda done, total: pytest.fail("decoded again"))


def test_a_changed_image_is_decoded_again(files: list[ImageFile], root: Path) -> None:
    pack(files, root, workers=1)
    changed = noise(20, 30, seed=99)
    png(files[0].path, changed)
    os.utime(files[0].path, ns=(0, 0))
    assert np.array_equal(_image(pack(files, root, workers=1), 0), changed)


def test_all_bad_images_are_named_at_once_and_nothing_is_kept(
    files: list[ImageFile], root: Path
) -> None:
    files[3].path.write_text("text")
    files[5].path.write_bytes(files[5].path.read_bytes()[:-600])
    files[7].path.unlink()
    files[7].path.symlink_to("gone.png")
    with pytest.raises(DataError) as refusal:
        pack(files, root, workers=2)
    lines = str(refusal.value).splitlines()
    assert lines[0] == "3 of 9 images cannot be used:"
    assert [line.strip().split(":")[0] for line in lines[1:]] == [
        str(files[i].path) for i in (3, 5, 7)
    ]
    assert _kept(root) == []


def test_beyond_ten_bad_images_are_counted(tmp_path: Path, root: Path) -> None:
    files = [ImageFile(name=f"{i}.png", path=tmp_path / f"{i}.png") for i in range(13)]
    for file in files:
        file.path.write_text("text")
    with pytest.raises(DataError) as refusal:
        pack(files, root, workers=1)
    lines = str(refusal.value).splitlines()
    assert len(lines) == 12
    assert lines[-1].strip() == "and 3 more"


def test_interrupted_packing_leaves_nothing(files: list[ImageFile], root: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pack(files, root, workers=2, progress=interrupt)
    assert _kept(root) == []


def test_leftovers_of_a_dead_process_are_removed(files: list[ImageFile], root: Path) -> None:
    leftover = root / ".partial"
    leftover.mkdir(parents=True)
    (leftover / "pixels.bin").write_bytes(b"half")
    pack(files, root, workers=1)
    assert len(_kept(root)) == 1


@pytest.mark.parametrize("damaged", ["pixels.bin", "manifest.json"])
def test_damaged_pixels_are_made_again(files: list[ImageFile], root: Path, damaged: str) -> None:
    file = pack(files, root, workers=1).file.with_name(damaged)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    pack(files, root, workers=1)
    assert file.read_bytes() == whole


def test_a_disk_without_room_is_refused_before_anything_is_written(
    files: list[ImageFile], root: Path
) -> None:
    with pytest.raises(
        NoSpaceError, match="need 0.0 MB there, 0.0 MB are free; make room"
    ) as refusal:
        pack(files, root, workers=1, free=lambda folder: 10)
    assert str(refusal.value).startswith(f"{root}: ")
    assert _kept(root) == []


_CHILD = """
import resource, sys
from pathlib import Path
from trainers.data import packed, sources
from trainers.errors import NoSpaceError
limit = int(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    packed.pack(sources.training_images(sys.argv[1]), Path(sys.argv[2]), workers=1)
except NoSpaceError as error:
    sys.exit(str(error))
"""


def _child(images: Path, root: Path, largest_file: int = 0) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(images), str(root), str(largest_file)],
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_a_disk_that_fills_up_on_the_way_is_cleaned_up(
    files: list[ImageFile], root: Path, tmp_path: Path
) -> None:
    _, said = _child(tmp_path, root, largest_file=3000).communicate()
    assert "make room" in said
    assert "Traceback" not in said
    assert _kept(root) == []


@pytest.mark.slow
def test_processes_that_pack_the_same_images_end_with_one_good_result(
    files: list[ImageFile], root: Path, tmp_path: Path
) -> None:
    children = [_child(tmp_path, root) for _ in range(3)]
    assert [child.communicate()[1] for child in children] == ["", "", ""]
    assert len(_kept(root)) == 1
    packed = pack(files, root, workers=1, progress=lambda done, total: pytest.fail("not kept"))
    assert np.array_equal(_image(packed, 8), noise(28, 22, seed=8))


def test_a_place_that_cannot_hold_pixels_is_refused(files: list[ImageFile], root: Path) -> None:
    root.parent.write_text("a file where the folder should be")
    with pytest.raises(DataError, match="cannot hold the decoded images"):
        pack(files, root, workers=1)
