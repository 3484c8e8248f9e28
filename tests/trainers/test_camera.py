import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainers.degradation_strategies import CAMERAS
from trainers import chance
from trainers.degradations.camera import (
    PATTERN,
    RESPONSE,
    Levels,
    matrices,
    photographed,
    sensitivity,
)
from trainers.degradations.camera_colours import recoloured
from trainers.degradations.camera_mosaic import Bayer
from trainers.degradations.camera_response import Response
from trainers.degradations.kinds import CameraNoise

SPACES = ("raw", "camera-rgb", "xyz", "srgb")
MODELS = ("deviation", "variance")
FLAT = (0.55, 0.45, 0.35)
every_space = pytest.mark.parametrize("space", SPACES)
every_model = pytest.mark.parametrize("model", MODELS)


def keys(count: int) -> torch.Tensor:
    return chance.keys([("camera", image) for image in range(count)])


def flat(count: int, side: int) -> torch.Tensor:
    colour = torch.tensor(FLAT, dtype=torch.float64).reshape(1, 3, 1, 1)
    return colour.expand(count, 3, side, side)


def response(drawn_from: torch.Tensor) -> Response:
    return Response.drawn(chance.derived(drawn_from, RESPONSE))


def seen(picture: torch.Tensor, camera: CameraNoise, drawn_from: torch.Tensor) -> torch.Tensor:
    """A picture in the space that noise was added in, white-balanced."""
    if camera.space == "srgb":
        return picture
    return recoloured(response(drawn_from).light(picture), matrices(camera, drawn_from))


@settings(max_examples=40)
@given(
    CAMERAS,
    st.integers(0, 2**31),
    st.integers(1, 19),
    st.integers(1, 19),
    st.sampled_from([torch.float32, torch.float64]),
)
def test_a_photograph_depends_on_its_key_alone_and_keeps_shape_range_and_type(
    camera, seed, height, width, dtype
):
    each = chance.keys([(seed, image) for image in range(3)])
    clean = chance.uniform(each, (3, height, width)).to(dtype)

    noisy = photographed(clean, camera, each)

    alone = [photographed(clean[k : k + 1], camera, each[k : k + 1]) for k in range(3)]
    assert torch.equal(noisy, torch.cat(alone))
    assert (noisy.shape, noisy.dtype) == (clean.shape, dtype)
    assert noisy.isfinite().all()
    assert noisy.min() >= 0
    assert noisy.max() <= 1


@pytest.mark.parametrize("space", ["camera-rgb", "xyz", "srgb"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_without_noise_a_picture_stays_as_it_was(space, dtype):
    clean = chance.uniform(keys(20), (3, 16, 16)).to(dtype)
    clean[:, :, :4] = clean[:, :, :4].round()  # colours as pure as can be

    same = photographed(clean, CameraNoise(space=space, shot=0, read=0), keys(20))

    # Where a response begins steepest, it makes 1e-16 of rounding as large as 1e-9.
    assert (same - clean).abs().max() < 1e-8


def test_without_noise_raw_is_mosaic_and_demosaicing_alone():
    camera = CameraNoise(space="raw", shot=0, read=0)
    clean = chance.uniform(keys(8), (3, 12, 11)).double()
    pattern = Bayer.drawn(chance.derived(keys(8), PATTERN))

    spoilt = photographed(clean, camera, keys(8))

    expected = pattern.through(seen(clean, camera, keys(8)))
    inside = (spoilt > 0).all(1) & (spoilt < 1).all(1)  # where nothing was clipped
    found = seen(spoilt, camera, keys(8))
    assert inside.float().mean() > 0.3
    assert torch.allclose(
        found.movedim(1, -1)[inside], expected.movedim(1, -1)[inside], rtol=0, atol=1e-12
    )


@every_model
@pytest.mark.parametrize("space", ["camera-rgb", "xyz", "srgb"])
def test_noise_is_as_strong_as_the_formula_says_in_the_space_it_enters(space, model):
    camera = CameraNoise(space=space, shot=0.08, read=0.02, model=model)
    clean, each = flat(12, 96), keys(12)

    noise = seen(photographed(clean, camera, each), camera, each) - seen(clean, camera, each)

    expected = _formula(seen(clean, camera, each)[:, :, 0, 0], camera, each)
    assert torch.allclose(noise.std((2, 3)), expected, rtol=0.03)
    assert (noise.mean((2, 3)).abs() < 4 / 96 * expected).all()


@every_model
def test_raw_noise_is_as_strong_as_the_formula_says_where_a_pixel_sees_its_colour(model):
    camera = CameraNoise(space="raw", shot=0.08, read=0.02, model=model)
    clean, each = flat(12, 128), keys(12)

    noise = seen(photographed(clean, camera, each), camera, each) - seen(clean, camera, each)

    expected = _formula(seen(clean, camera, each)[:, :, 0, 0], camera, each)
    pattern = Bayer.drawn(chance.derived(each, PATTERN))
    for image in range(12):
        row, column = int(pattern.red_row[image]), int(pattern.red_column[image])
        red = noise[image, 0, row::2, column::2]
        blue = noise[image, 2, 1 - row :: 2, 1 - column :: 2]
        green = noise[image, 1, row::2, 1 - column :: 2]
        found = torch.stack([each.std() for each in (red, green, blue)])
        assert torch.allclose(found, expected[image], rtol=0.06)


def _formula(light: torch.Tensor, camera: CameraNoise, drawn_from: torch.Tensor) -> torch.Tensor:
    """The deviation of each channel of each image, (N, 3), written plainly."""
    levels = Levels.drawn(camera, drawn_from)
    shot, read = levels.shot[:, 0, 0], levels.read[:, 0, 0]
    gain = 1 if camera.space == "srgb" else sensitivity(camera, drawn_from)[:, :, 0, 0]
    light = light * gain
    varying = (shot * light) ** 2 if camera.model == "deviation" else shot**2 * light
    return (varying + read**2) ** 0.5 / gain


def test_levels_are_drawn_evenly_up_to_the_most_that_is_allowed():
    levels = Levels.drawn(CameraNoise(space="raw"), keys(4000))
    for drawn, most in ((levels.shot, 0.16), (levels.read, 0.06)):
        assert drawn.min() >= 0
        assert most * 0.99 < drawn.max() < most
        assert drawn.mean().item() == pytest.approx(most / 2, rel=0.03)
        assert drawn.std().item() == pytest.approx(most / 12**0.5, rel=0.03)


@every_space
def test_the_noise_of_neighbours_is_alike_only_behind_a_mosaic(space):
    camera = CameraNoise(space=space, shot=0.02, read=0.02)
    noise = photographed(flat(6, 64), camera, keys(6)) - flat(6, 64)
    noise = noise / noise.std((2, 3), keepdim=True)
    alike = (noise[..., 1:] * noise[..., :-1]).mean().item()
    assert alike > 0.1 if space == "raw" else abs(alike) < 0.02


@every_space
def test_another_key_is_another_photograph(space):
    clean = flat(1, 8).expand(2, -1, -1, -1)
    first, second = photographed(clean, CameraNoise(space=space), keys(2))
    assert not torch.equal(first, second)


@every_space
def test_black_white_and_values_out_of_range_are_photographed_too(space):
    extremes = torch.tensor([0.0, 1.0, -0.5, 1.5]).repeat(3, 8, 2).reshape(1, 3, 8, 8)
    noisy = photographed(extremes, CameraNoise(space=space, shot=1, read=1), keys(1))
    assert noisy.isfinite().all()
    assert noisy.min() >= 0
    assert noisy.max() <= 1


def test_the_label_of_camera_noise_is_short():
    assert CameraNoise(space="raw").label == "cam raw"
    assert CameraNoise(space="xyz", model="variance").label == "cam xyz model=variance"


# Mean absolute change of a fixed image, in grey levels: what boards were measured on must not move.
GOLDEN = {
    ("raw", "deviation"): 53.4335,
    ("raw", "variance"): 53.7130,
    ("camera-rgb", "deviation"): 19.4790,
    ("camera-rgb", "variance"): 20.6956,
    ("xyz", "deviation"): 24.2157,
    ("xyz", "variance"): 25.8019,
    ("srgb", "deviation"): 8.1020,
    ("srgb", "variance"): 8.7019,
}


@every_space
@every_model
def test_test_images_keep_their_pixels_for_good(space, model):
    clean = ((torch.arange(3 * 24 * 20) * 37) % 256 / 255).reshape(1, 3, 24, 20)
    spoilt = photographed(clean, CameraNoise(space=space, model=model), torch.tensor([20230613]))
    distance = (spoilt - clean).abs().double().mean().item() * 255
    assert distance == pytest.approx(GOLDEN[space, model], abs=1e-3)
