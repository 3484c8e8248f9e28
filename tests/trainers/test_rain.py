"""Rain keeps its laws, has the shape that its settings promise, and comes from folders as it is."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import integrate, ndimage

from tests.trainers.degradation_strategies import RAINS
from trainers import chance
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import Jpeg, Mixture, Rain, RainFolder
from trainers.degradations.rain_drawn import streaks

KEY = torch.tensor([3])
SIDES = st.integers(1, 12)


def black(height=256, width=256, count=1):
    return torch.zeros(count, 3, height, width)


def rain_of(**settings):
    """Rain alike in all images, unless told otherwise."""
    return Rain(**{"angle": 0, "length": 20, "width": 2, "brightness": 0.6, **settings})


@settings(max_examples=15)
@given(RAINS, st.integers(0, 2**31), SIDES, SIDES)
def test_rain_brightens_without_leaving_the_range(rain, seed, height, width):
    clean = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(seed))
    rainy = degrade(clean, rain.model_copy(update={"veil": (0, 0)}), torch.tensor([seed, 1]))
    assert (rainy >= clean).all()
    assert rainy.max() <= 1


def test_no_rain_leaves_an_image_as_it_was():
    clean = torch.rand(2, 3, 17, 13, dtype=torch.float64)
    assert torch.equal(degrade(clean, Rain(density=0), torch.tensor([1, 2])), clean)


def test_a_batch_whose_streaks_do_not_fit_into_memory_at_once_is_rained_on_as_its_images_alone():
    rain = Rain(density=0.05, angle=(-90, 90))
    keys = torch.arange(24)
    together = degrade(black(48, 40, count=24), rain, keys)
    alone = [degrade(black(48, 40), rain, keys[k : k + 1]) for k in range(24)]
    assert torch.equal(together, torch.cat(alone))


def test_rain_is_as_bright_as_density_length_width_and_brightness_promise():
    rain = rain_of(density=0.01, angle=25)
    cubed = integrate.quad(lambda depth: (1 + 2 * math.sqrt(depth)) ** -3, 0, 1)[0]
    promised = 0.01 * (2 / 3 * 20) * 2 * (0.6 / 2) * cubed  # a streak catches half on average
    assert streaks(700, 700, rain, KEY).mean().item() == pytest.approx(promised, rel=0.05)


def test_so_few_streaks_that_most_images_have_none_are_still_as_many_as_promised():
    rain = rain_of(density=1e-4)
    light = streaks(16, 16, rain, torch.arange(4000)).mean().item()
    assert light == pytest.approx(streaks(1024, 1024, rain, KEY).mean().item(), rel=0.2)


def test_it_rains_as_much_at_the_border_as_in_the_middle():
    light = streaks(60, 60, rain_of(density=0.02, angle=40), torch.arange(200)).mean(0)[0]
    border = torch.cat([light[:4].flatten(), light[-4:].flatten(), light[:, :4].flatten()])
    assert border.mean().item() == pytest.approx(light[20:40, 20:40].mean().item(), rel=0.1)


@pytest.mark.parametrize("angle", [-80, -45, -20, 0, 30, 60, 90])
def test_streaks_run_at_their_angle(angle):
    light = streaks(256, 256, rain_of(density=0.01, angle=angle, length=40), KEY)[0, 0].double()
    # Smoothed, since differences between neighbours lean to the diagonals on thin lines.
    down, right = (
        ndimage.gaussian_filter(light.numpy(), 2, order=order) for order in ((1, 0), (0, 1))
    )
    # Of all directions, a streak changes least along itself.
    doubled = math.atan2(2 * (down * right).sum(), (right**2 - down**2).sum())
    found = -math.degrees(doubled) / 2
    assert abs((found - angle + 90) % 180 - 90) < 1.5


def sizes(rain):
    """Heights and widths, in pixels, of streaks that the border does not cut."""
    light = streaks(400, 400, rain, KEY)[0, 0].numpy()
    boxes = ndimage.find_objects(ndimage.label(light > 0, structure=np.ones((3, 3)))[0])
    whole = [box for box in boxes if all(0 < side.start and side.stop < 400 for side in box)]
    return [tuple(side.stop - side.start for side in box) for box in whole]


def test_the_nearest_streaks_are_as_long_and_wide_as_told_and_the_farthest_a_third_of_it():
    heights, widths = zip(*sizes(rain_of(density=2e-4, length=60, width=6)), strict=True)
    assert 50 <= max(heights) <= 61
    assert 18 <= min(heights) <= 26
    assert 6 <= max(widths) <= 8
    assert 2 <= min(widths) <= 4


def test_a_streak_thinner_than_a_pixel_is_dimmer_instead():
    thin, wide = (streaks(300, 300, rain_of(density=0.01, width=w), KEY) for w in (0.4, 0.8))
    assert thin.mean().item() == pytest.approx(wide.mean().item() / 2, rel=0.01)


def test_what_is_a_span_differs_between_images():
    keys = torch.arange(60)
    light = streaks(40, 40, rain_of(density=0.05, brightness=(0, 1)), keys).mean((1, 2, 3))
    assert light.min() < 0.2 * light.mean()
    assert light.max() > 1.6 * light.mean()


def test_a_veil_draws_every_colour_towards_its_light():
    rain = Rain(density=0, veil=0.25, light=0.8)
    clean = torch.tensor([0.0, 0.4, 1.0]).view(1, 3, 1, 1).expand(1, 3, 5, 4)
    veiled = degrade(clean, rain, KEY)
    assert veiled[0, :, 0, 0].tolist() == pytest.approx([0.2, 0.5, 0.95])
    assert torch.equal(veiled, veiled[..., :1, :1].expand_as(veiled))


def test_the_veil_lies_before_the_streaks():
    rain = rain_of(density=0.02, brightness=1)
    clear = degrade(black(), rain, KEY)
    veiled = degrade(black(), rain.model_copy(update={"veil": (0.5, 0.5), "light": (1, 1)}), KEY)
    assert torch.allclose(veiled, (clear + 1) / 2, atol=1e-6)


# Mean light on black, in grey levels: what boards were measured on must not move.
GOLDEN = {
    "rain .002": 1.6742,
    "rain .01": 4.1418,
    "rain .04": 22.9067,
    "rain .015 angle=-20..20 length=40..100 width=1.5..4": 16.4915,
    "rain .02 length=20..60 width=1..2 veil=0.05..0.25": 28.9777,
}


@pytest.mark.parametrize(
    "rain",
    [
        *(Rain(density=density) for density in (0.002, 0.01, 0.04)),
        Rain(density=0.015, angle=(-20, 20), length=(40, 100), width=(1.5, 4)),
        Rain(density=0.02, length=(20, 60), width=(1, 2), veil=(0.05, 0.25)),
    ],
    ids=lambda rain: rain.label,
)
def test_rain_on_test_images_keeps_its_pixels_for_good(rain):
    keys = chance.keys([("golden", image) for image in range(3)])
    light = degrade(black(64, 48, count=3), rain, keys).double().mean().item() * 255
    assert light == pytest.approx(GOLDEN[rain.label], abs=1e-3)


@pytest.mark.parametrize(
    ("rain", "name", "label"),
    [
        (Rain(density=0.02), "rain density=0.02", "rain .02"),
        (Rain(density=0.02, angle=(-5, 10)), "rain density=0.02 angle=-5..10", None),
        (Rain(density=0.02, angle=7), "rain density=0.02 angle=7", "rain .02 angle=7"),
        (RainFolder(folder="a"), "rain-folder folder=a", None),
        (RainFolder(folder="a", strength=1), "rain-folder folder=a strength=1", None),
        (
            Mixture(parts=(Rain(density=0.1, veil=(0, 0.5)), Jpeg(quality=9))),
            "mixture rain density=0.1 veil=0..0.5 + jpeg quality=9",
            "mix rain .1 veil=0..0.5+jpeg 9",
        ),
    ],
)
def test_rain_is_named_by_its_density_and_whatever_differs_from_the_defaults(rain, name, label):
    assert rain.name == name
    assert label is None or rain.label == label


def test_one_number_stands_for_both_ends_of_a_span():
    assert Rain(density=0.1, length=20) == Rain(density=0.1, length=(20, 20))
    assert RainFolder(folder="a", strength=1) == RainFolder(folder="a", strength=(1, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"density": -0.1},
        {"density": 1.5},
        {"density": 0.1, "angle": [10, -10]},
        {"density": 0.1, "angle": [0, 91]},
        {"density": 0.1, "length": 0},
        {"density": 0.1, "length": [10]},
        {"density": 0.1, "width": [0, 1]},
        {"density": 0.1, "veil": [0, 1.1]},
        {"density": 0.1, "light": float("nan")},
    ],
    ids=str,
)
def test_what_is_no_rain_is_refused(wrong):
    with pytest.raises(ValidationError):
        Rain.model_validate(wrong)
