import json
import os
from pathlib import Path

import pytest

from tests.trainers.data_fixtures import noise, png
from trainers.data.manifest import Changes, Manifest, changes
from trainers.data.packed import former, is_packed, pack, place_of
from trainers.data.sources import ImageFile, training_images
from trainers.data.verifying import verify
from trainers.errors import DataError


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images ü"
    for number in range(3):
        png(folder / "sub" / f"{number}.png", noise(12 + number, 16, seed=number))
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "packed"


def _files(images: Path) -> tuple[ImageFile, ...]:
    return training_images(str(images))


def _older(place: Path) -> None:
    """Make a manifest what format 1 was."""
    said = json.loads((place / "manifest.json").read_text())
    for key in ("parts", "sizes", "changed", "hashes"):
        del said[key]
    (place / "manifest.json").write_text(json.dumps(said | {"format": 1}))


def test_a_manifest_knows_sizes_and_hashes_of_every_file(images: Path, root: Path):
    files = _files(images)
    pack(files, root, workers=2)
    manifest = Manifest.read(place_of(files, root))
    assert manifest is not None
    assert manifest.size == sum((12 + n) * 16 * 3 for n in range(3))
    assert [file.size for file in manifest.files] == [f.path.stat().st_size for f in files]
    assert all(len(file.sha256 or "") == 64 for file in manifest.files)
    assert manifest.roots() == {str(images)}


def test_files_that_were_added_removed_and_changed_are_told_apart(images: Path, root: Path):
    pack(_files(images), root, workers=1)
    (images / "sub" / "0.png").unlink()
    png(images / "sub" / "1.png", noise(9, 9))
    png(images / "new.png", noise(9, 9))
    files = _files(images)
    before = former(files, root)
    assert before is not None
    assert changes(before, files) == Changes(
        added=(str(images / "new.png"),),
        removed=(str(images / "sub" / "0.png"),),
        changed=(str(images / "sub" / "1.png"),),
    )


def test_manifests_of_format_1_are_still_read(images: Path, root: Path):
    files = _files(images)
    pack(files, root, workers=1)
    _older(place_of(files, root))
    pack(files, root, workers=1, progress=lambda done, total: pytest.fail("decoded again"))
    verdict = verify(place_of(files, root), workers=1)
    assert verdict.is_good
    assert verdict.files is None
    png(images / "new.png", noise(9, 9))
    before = former(_files(images), root)
    assert before is not None
    assert changes(before, _files(images)) == Changes(added=(str(images / "new.png"),))


def test_stores_of_the_first_release_are_still_found(root: Path):
    files = [ImageFile(name=name, path=Path("/nowhere", name)) for name in ("a.png", "b.png")]
    assert place_of(files, root).name == "e96d44ac6ec451e086650962c6f08881"


def test_hashing_finds_spoilt_pixels_and_files_whose_time_was_not_changed(images: Path, root: Path):
    files = _files(images)
    pack(files, root, workers=1)
    place = place_of(files, root)
    assert verify(place, workers=2).is_good
    path = files[1].path
    state = path.stat()
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    with (place / "pixels.bin").open("r+b") as pixels:
        pixels.write(b"\x00\xff\x00")
    assert is_packed(files, root)
    told: list[tuple[int, int]] = []
    verdict = verify(place, workers=2, progress=lambda *done: told.append(done))
    assert not verdict.pixels
    assert verdict.files == (str(path),)
    assert told[-1][0] == told[-1][1]


def test_a_store_that_is_not_there_cannot_be_verified(tmp_path: Path):
    with pytest.raises(DataError, match="pack them first"):
        verify(tmp_path, workers=1)


@pytest.mark.parametrize("spoilt", ["[]", "{}", '{"paths": 3}', "\x00", "null"])
def test_a_spoilt_manifest_is_as_none(tmp_path: Path, spoilt: str):
    (tmp_path / "manifest.json").write_text(spoilt)
    assert Manifest.read(tmp_path) is None
