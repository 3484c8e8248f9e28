"""Images in MATLAB files: SIDD's blocks, DND's crops, and files that are spoilt."""

import contextlib
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.trainers.data_fixtures import noise, png
from trainers.data.layouts import dnd
from trainers.data.matlab import Region, read_region, shape_of
from trainers.data.pairs import find_pairs, is_pairs, suite_of
from trainers.data.reading import read, read_unrounded, size_of
from trainers.data.sources import ImageFile
from trainers.errors import DataError

_GENERATOR = np.random.default_rng(0)
_NOISY = _GENERATOR.integers(0, 256, (2, 3, 4, 5, 3), dtype=np.uint8)
_CLEAN = 255 - _NOISY


def _version_5(path: Path, variable: str, array: NDArray[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    scipy.io.savemat(path, {variable: array}, do_compression=True)
    return path


def _version_7(path: Path, variable: str, array: NDArray[Any]) -> Path:
    """As MATLAB writes it: 512 bytes of its own first, the axes the other way round."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w", userblock_size=512) as file:
        file[variable] = array.T
    return path


def _sidd(root: Path) -> Path:
    _version_5(root / "ValidationNoisyBlocksSrgb.mat", "ValidationNoisyBlocksSrgb", _NOISY)
    _version_5(root / "ValidationGtBlocksSrgb.mat", "ValidationGtBlocksSrgb", _CLEAN)
    return root


def _dnd(root: Path) -> dict[str, NDArray[np.float32]]:
    """Two photographs with two boxes each; MATLAB counts from 1, ends included."""
    boxes = np.array([[1, 1, 4, 5], [3, 2, 6, 8]], dtype=np.float64)
    photographs = {
        number: _GENERATOR.random((6, 8, 3), dtype=np.float32) for number in ("0001", "0002")
    }
    root.mkdir(parents=True)
    for number, photograph in photographs.items():
        _version_7(root / "images_srgb" / f"{number}.mat", "InoisySRGB", photograph)
    with h5py.File(root / "info.mat", "w", userblock_size=512) as file:
        for number in range(2):
            file[f"#refs#/{number}"] = boxes.T
        references = [[file[f"#refs#/{number}"].ref for number in range(2)]]
        info = file.create_group("info")
        info.create_dataset("boundingboxes", data=references, dtype=h5py.ref_dtype)
    return photographs


def test_the_validation_blocks_of_sidd_are_pairs(tmp_path: Path) -> None:
    source = str(_sidd(tmp_path / "mine"))
    assert is_pairs(source)
    found = find_pairs(source)
    assert [pair.name for pair in found][:4] == ["01_01", "01_02", "01_03", "02_01"]
    assert len(found) == 6
    last = found[-1]
    assert last.clean is not None
    np.testing.assert_array_equal(read(last.degraded), _NOISY[1, 2])
    np.testing.assert_array_equal(read(last.clean), _CLEAN[1, 2])
    assert (size_of(last.clean).height, size_of(last.clean).width) == (4, 5)


def test_half_of_the_blocks_is_refused_and_the_benchmark_has_no_truth(tmp_path: Path) -> None:
    root = _sidd(tmp_path)
    (root / "ValidationGtBlocksSrgb.mat").unlink()
    with pytest.raises(DataError, match="ValidationGtBlocksSrgb.mat: is not there, but its other"):
        find_pairs(str(root))
    (root / "ValidationNoisyBlocksSrgb.mat").unlink()
    _version_5(root / "BenchmarkNoisyBlocksSrgb.mat", "BenchmarkNoisyBlocksSrgb", _NOISY)
    assert {pair.clean for pair in find_pairs(str(root))} == {None}


def test_blocks_of_another_shape_are_refused(tmp_path: Path) -> None:
    root = _sidd(tmp_path)
    _version_5(root / "ValidationGtBlocksSrgb.mat", "ValidationGtBlocksSrgb", _CLEAN[:1])
    with pytest.raises(DataError, match="different numbers of blocks"):
        find_pairs(str(root))
    _version_5(root / "ValidationNoisyBlocksSrgb.mat", "ValidationNoisyBlocksSrgb", _NOISY[0])
    with pytest.raises(DataError, match="is an array of 3 × 4 × 5 × 3, not of images"):
        find_pairs(str(root))


def test_the_crops_of_dnd_are_degraded_images_without_truth(tmp_path: Path) -> None:
    photographs = _dnd(tmp_path / "dnd_2017")
    source = str(tmp_path / "dnd_2017")
    assert is_pairs(source)
    assert suite_of(source) == "real-noise"
    found = find_pairs(source)
    assert [pair.name for pair in found] == ["0001_01", "0001_02", "0002_01", "0002_02"]
    assert {pair.clean for pair in found} == {None}
    crop = photographs["0002"][2:6, 1:8]
    np.testing.assert_array_equal(read_unrounded(found[-1].degraded), crop)
    np.testing.assert_array_equal(read(found[-1].degraded), np.rint(crop * 255))
    assert (size_of(found[-1].degraded).height, size_of(found[-1].degraded).width) == (4, 7)


def test_a_submission_to_dnd_holds_a_cell_a_box(tmp_path: Path) -> None:
    _dnd(tmp_path / "dnd")
    for photograph, files in dnd.crops(tmp_path / "dnd").items():
        restored = [read_unrounded(file) * 2 - 0.5 for file in files]
        file = dnd.write_submission(tmp_path / "out", photograph, restored)
        told = scipy.io.loadmat(file)
        assert told["Idenoised"].shape == (1, 2)
        assert told["Idenoised"][0, 1].dtype == np.float32
        np.testing.assert_array_equal(told["Idenoised"][0, 1], np.clip(restored[1], 0, 1))
        assert not told["israw"].item()
        assert told["eval_version"].item() == "1.0"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0001.mat", "0002.mat"]


def test_a_photograph_of_dnd_that_is_missing_is_named(tmp_path: Path) -> None:
    _dnd(tmp_path / "dnd")
    (tmp_path / "dnd" / "images_srgb" / "0002.mat").unlink()
    with pytest.raises(DataError, match=r"2 of 4 pairs do not fit.*0002.mat: is not there"):
        find_pairs(str(tmp_path / "dnd"))


def test_both_versions_of_matlab_give_the_same_region(tmp_path: Path) -> None:
    region = Region(variable="B", index=(1, (0, 2)))
    for write in (_version_5, _version_7):
        path = write(tmp_path / f"{write.__name__}.mat", "B", _NOISY)
        assert shape_of(path, "B") == _NOISY.shape
        np.testing.assert_array_equal(read_region(path, region), _NOISY[1, 0:2])
        with pytest.raises(DataError, match="holds no array C"):
            shape_of(path, "C")
        with pytest.raises(DataError, match=r"B\[2\] lies outside its 2 × 3 × 4 × 5 × 3"):
            read_region(path, Region(variable="B", index=(2,)))


@given(
    st.sampled_from(("A", "InoisySRGB", "Blocks_2")),
    st.lists(st.integers(0, 99) | st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1),
)
def test_a_region_is_written_and_read_back(
    variable: str, index: list[int | tuple[int, int]]
) -> None:
    region = Region(variable=variable, index=tuple(index))
    assert Region.parse(str(region)) == region


@pytest.mark.parametrize(
    "array",
    [
        np.full((2, 2, 3), 300, dtype=np.int16),
        np.full((2, 2, 3), 1.5),
        np.full((2, 2, 3), np.nan),
        np.zeros((2, 2, 4)),
        np.zeros((2, 2)),
    ],
)
def test_an_array_that_is_no_image_is_refused(tmp_path: Path, array: NDArray[Any]) -> None:
    path = _version_5(tmp_path / "a.mat", "A", array)
    with pytest.raises(DataError, match=r"a.mat: A\["):
        read(ImageFile(name="a", path=path, part="A[0:2]"))


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    file = ImageFile(name="a", path=tmp_path / "a.mat", part="A[0]")
    for value in (1, 2):
        _version_5(file.path, "A", np.full((1, value, 2, 3), value, dtype=np.uint8))
        assert (read(file) == value).all()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255), cut=st.booleans())
def test_a_spoilt_file_raises_nothing_but_a_fault_of_the_data(
    tmp_path: Path, place: float, value: int, cut: bool
) -> None:
    for write in (_version_5, _version_7):
        path = write(tmp_path / f"{write.__name__}.mat", "A", _NOISY)
        whole = path.read_bytes()
        where = int(place * len(whole))
        path.write_bytes(whole[:where] + (b"" if cut else bytes([value]) + whole[where + 1 :]))
        with contextlib.suppress(DataError):
            read(ImageFile(name="a", path=path, part="A[1,2]"))


def test_an_array_of_objects_is_never_unpacked_into_an_image(tmp_path: Path) -> None:
    cells = np.empty((2, 2, 3), dtype=object)
    cells[:] = "import os"
    path = _version_5(tmp_path / "a.mat", "A", cells)
    with pytest.raises(DataError, match=r"A\[0:2\] holds object; make it uint8 or single"):
        read(ImageFile(name="a", path=path, part="A[0:2]"))


def test_the_halves_of_a_file_are_images_of_their_own(tmp_path: Path) -> None:
    pixels = noise(4, 6)
    whole = png(tmp_path / "a.png", pixels)
    for part, half in (("left", pixels[:, :3]), ("right", pixels[:, 3:])):
        file = ImageFile(name="a", path=whole.path, part=part)
        np.testing.assert_array_equal(read(file), half)
        np.testing.assert_array_equal(read_unrounded(file), half.astype(np.float32) / 255)
        assert (size_of(file).height, size_of(file).width) == (4, 3)
