import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.trainers.data_fixtures import noise, png
from trainers.data.packed import Packed, pack
from trainers.data.store import PatchStore

SHAPES = ((9, 7), (6, 13), (10, 10), (6, 6))
CHOSEN = (2, 0, 3)
CPU = torch.device("cpu")


def _pixels(index: int) -> np.ndarray:
    return noise(*SHAPES[index], seed=index)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    folder = tmp_path_factory.mktemp("store")
    files = [png(folder / f"{i}.png", _pixels(i)) for i in range(len(SHAPES))]
    return pack(files, folder / "packed", workers=1)


@pytest.fixture(scope="module")
def store(packed: Packed) -> PatchStore:
    return PatchStore(packed, CHOSEN, device=CPU)


def _cut(index: int, top: int, left: int, flip: int, size: int) -> np.ndarray:
    crop = _pixels(CHOSEN[index])[top : top + size, left : left + size]
    turned = np.rot90(crop, flip % 4)
    return (np.fliplr(turned) if flip >= 4 else turned).transpose(2, 0, 1)


@st.composite
def _places(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, int, int]]]:
    size = draw(st.integers(1, 6))
    places: list[tuple[int, int, int, int]] = []
    for index in draw(st.lists(st.integers(0, len(CHOSEN) - 1), min_size=1, max_size=6)):
        height, width = SHAPES[CHOSEN[index]]
        top, left = draw(st.integers(0, height - size)), draw(st.integers(0, width - size))
        places.append((index, top, left, draw(st.integers(0, 7))))
    return size, places


@given(drawn=_places())
def test_crops_are_slices_turned_and_mirrored(
    store: PatchStore, drawn: tuple[int, list[tuple[int, int, int, int]]]
) -> None:
    size, places = drawn
    crops = store.crops(*torch.tensor(places).unbind(1), size)
    expected = np.stack([_cut(*place, size) for place in places])
    assert crops.dtype == torch.uint8
    assert np.array_equal(crops.numpy(), expected)


@pytest.mark.parametrize("flip", range(8))
def test_crops_at_the_limits_reach_the_last_row_and_column(store: PatchStore, flip: int) -> None:
    images = torch.arange(store.count)
    tops, lefts = store.limits(images, 5)
    assert tops.tolist() == [SHAPES[i][0] - 5 for i in CHOSEN]
    assert lefts.tolist() == [SHAPES[i][1] - 5 for i in CHOSEN]
    crops = store.crops(images, tops, lefts, torch.full_like(images, flip), 5)
    for index, crop in enumerate(crops.numpy()):
        corner = _pixels(CHOSEN[index])[-5:, -5:]
        turned = np.rot90(corner, flip % 4)
        assert np.array_equal(crop.transpose(1, 2, 0), np.fliplr(turned) if flip >= 4 else turned)


def test_a_whole_image_is_the_image(store: PatchStore) -> None:
    for index, chosen in enumerate(CHOSEN):
        assert np.array_equal(store.image(index).numpy(), _pixels(chosen).transpose(2, 0, 1))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("free", [0, 1 << 30])
def test_a_gpu_cuts_the_same_patches_whether_or_not_the_pixels_fit(
    packed: Packed, store: PatchStore, free: int
) -> None:
    there = PatchStore(packed, CHOSEN, device=torch.device("cuda"), free=lambda device: free)
    places = torch.tensor([(i % 3, i % 2, i % 3, i % 8) for i in range(24)]).unbind(1)
    crops = there.crops(*places, 4)
    assert crops.device.type == "cuda"
    assert torch.equal(crops.cpu(), store.crops(*places, 4))
    assert torch.equal(there.image(1).cpu(), store.image(1))
