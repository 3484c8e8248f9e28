import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.trainers.data_fixtures import png
from trainers.data.likeness import likeness_of, views
from trainers.data.overlap import Index, compare
from trainers.data.sources import ImageFile

Picture = Image.Image


def picture(seed: int, width: int = 304, height: int = 240) -> Picture:
    """Blobs of several sizes, as photographs have them."""
    generator = np.random.default_rng(seed)
    layers = [
        Image.fromarray(
            generator.integers(0, 256, (height // step, width // step, 3), np.uint8)
        ).resize((width, height), Image.Resampling.BICUBIC)
        for step in (8, 16, 40)
    ]
    return Image.blend(Image.blend(layers[0], layers[1], 0.5), layers[2], 0.5)


def pixels(image: Picture) -> NDArray[np.uint8]:
    return np.array(image)


def recompressed(image: Picture, quality: int) -> Picture:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


@pytest.fixture(scope="module")
def index() -> Index:
    return Index([likeness_of(pixels(picture(seed))) for seed in range(4)])


CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "as it is": lambda image: image,
    "recompressed": lambda image: recompressed(image, 30),
    "halved": lambda image: image.resize((152, 120), Image.Resampling.LANCZOS),
    "enlarged, out of shape": lambda image: image.resize((500, 420)),
    "turned": lambda image: image.transpose(Image.Transpose.ROTATE_270),
    "mirrored and recompressed": lambda image: recompressed(
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 60
    ),
    "transposed, a part": lambda image: image.transpose(Image.Transpose.TRANSPOSE).crop(
        (11, 23, 211, 253)
    ),
    "a tile": lambda image: image.crop((33, 7, 225, 199)),
    "a small tile, recompressed": lambda image: recompressed(image.crop((80, 56, 240, 216)), 75),
    "without its border": lambda image: image.crop((5, 4, 300, 237)),
    "grey": lambda image: image.convert("L").convert("RGB"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_is_known_again(index: Index, change: str):
    assert index.shown_by(likeness_of(pixels(CHANGES[change](picture(2))))) == (2,)


def test_other_pictures_are_not_taken_for_it(index: Index):
    assert all(index.shown_by(likeness_of(pixels(picture(seed)))) == () for seed in range(10, 16))


@pytest.mark.parametrize(
    "flat",
    [
        np.zeros((64, 64, 3), np.uint8),
        np.full((200, 200, 3), 255, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.tile(np.arange(200, dtype=np.uint8)[:, None, None], (1, 200, 3)),
        np.tile((np.arange(200) % 20 * 12).astype(np.uint8)[None, :, None], (200, 1, 3)),
    ],
)
def test_what_has_no_detail_is_like_nothing_else(index: Index, flat: NDArray[np.uint8]):
    look = likeness_of(flat)
    assert index.shown_by(look) == ()
    assert Index([look]).shown_by(likeness_of(pixels(picture(1)))) == ()
    assert Index([]).shown_by(look) == ()


def test_the_views_are_the_eight_symmetries():
    image = picture(5, width=160, height=160)
    straight = [
        likeness_of(pixels(view))
        for turned in (image, image.transpose(Image.Transpose.TRANSPOSE))
        for flipped in (turned, turned.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
        for view in (flipped, flipped.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    ]
    for expected, view in zip(straight, views(likeness_of(pixels(image))), strict=True):
        assert view.whole == pytest.approx(expected.whole, abs=0.02)


def test_overlaps_name_places_and_unreadable_images_are_reported(tmp_path):
    tests = [png(tmp_path / f"test{n}.png", pixels(picture(n))) for n in range(2)]
    training = [
        png(tmp_path / "other.png", pixels(picture(7))),
        png(tmp_path / "one.png", pixels(picture(1).crop((0, 0, 192, 192)))),
        png(tmp_path / "two.png", pixels(recompressed(picture(1), 50))),
        ImageFile(name="gone.png", path=tmp_path / "gone.png"),
    ]
    told: list[tuple[int, int]] = []
    found = compare(training, tests, workers=2, progress=lambda *done: told.append(done))
    assert [(each.test, each.training) for each in found.overlaps] == [(1, (1, 2))]
    assert [fault.split(":")[0] for fault in found.faults] == [str(tmp_path / "gone.png")]
    assert told == [(done, 6) for done in range(1, 7)]
