import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers import chance
from trainers.degradations.camera_mosaic import Bayer

PATTERNS = {"RGGB": (0, 0), "GRBG": (0, 1), "GBRG": (1, 0), "BGGR": (1, 1)}
patterns = pytest.mark.parametrize("pattern", PATTERNS)

# Malvar, He and Cutler, Figure 2, in sixteenths.
GREEN = [[0, 0, -2, 0, 0], [0, 0, 4, 0, 0], [-2, 4, 8, 4, -2], [0, 0, 4, 0, 0], [0, 0, -2, 0, 0]]
ACROSS = [
    [0, 0, 1, 0, 0],
    [0, -2, 0, -2, 0],
    [-2, 8, 10, 8, -2],
    [0, -2, 0, -2, 0],
    [0, 0, 1, 0, 0],
]
DIAGONAL = [
    [0, 0, -3, 0, 0],
    [0, 4, 0, 4, 0],
    [-3, 0, 12, 0, -3],
    [0, 4, 0, 4, 0],
    [0, 0, -3, 0, 0],
]
DOWN = [list(column) for column in zip(*ACROSS, strict=True)]


def bayer(*patterns: str) -> Bayer:
    rows, columns = torch.tensor([PATTERNS[pattern] for pattern in patterns]).unbind(1)
    return Bayer(red_row=rows, red_column=columns)


def mirrored(place: int, side: int) -> int:
    if side == 1:
        return 0
    place = abs(place)
    while place >= side:
        place = abs(2 * (side - 1) - place)
    return place


def sees(pattern: str, row: int, column: int) -> int:
    return "RGB".index(pattern[2 * (row % 2) + column % 2])


def filter_for(pattern: str, row: int, column: int, channel: int):
    """The filter that finds a channel at a pixel that sees another one."""
    own = sees(pattern, row, column)
    if channel == 1:
        return GREEN
    if own != 1:
        return DIAGONAL
    return ACROSS if sees(pattern, row, column + 1) == channel else DOWN


def plainly(image: torch.Tensor, pattern: str) -> torch.Tensor:
    """Mosaic and demosaicing, pixel by pixel: (3, H, W) to (3, H, W)."""
    _, height, width = image.shape

    def seen(row: int, column: int) -> float:
        place = mirrored(row, height), mirrored(column, width)
        return image[sees(pattern, row, column), place[0], place[1]].item()

    result = torch.empty_like(image)
    for channel in range(3):
        for row in range(height):
            for column in range(width):
                if sees(pattern, row, column) == channel:
                    result[channel, row, column] = seen(row, column)
                    continue
                weights = filter_for(pattern, row, column, channel)
                result[channel, row, column] = sum(
                    weights[down + 2][right + 2] / 16 * seen(row + down, column + right)
                    for down in range(-2, 3)
                    for right in range(-2, 3)
                )
    return result


@settings(max_examples=20)
@given(st.sampled_from(list(PATTERNS)), st.integers(1, 7), st.integers(1, 7), st.integers(0, 99))
def test_demosaicing_is_what_a_plain_loop_finds_whatever_the_size(pattern, height, width, seed):
    image = chance.uniform(torch.tensor([seed]), (3, height, width)).double()
    found = bayer(pattern).through(image)
    assert found.shape == image.shape
    assert torch.allclose(found[0], plainly(image[0], pattern), atol=1e-14)


@patterns
def test_every_pixel_keeps_the_colour_that_its_filter_let_through(pattern):
    image = chance.uniform(torch.tensor([3]), (3, 6, 9))
    found = bayer(pattern).through(image)
    for row in range(6):
        for column in range(9):
            channel = sees(pattern, row, column)
            assert found[0, channel, row, column] == image[0, channel, row, column]


@patterns
def test_linear_ramps_of_each_colour_are_found_exactly_away_from_the_border(pattern):
    rows, columns = torch.meshgrid(torch.arange(12.0), torch.arange(14.0), indexing="ij")
    ramps = torch.stack((rows + 2 * columns, 40 - 3 * rows + columns, 5 * rows - 2 * columns))[None]
    inner = (..., slice(2, -2), slice(2, -2))
    assert torch.equal(bayer(pattern).through(ramps)[inner], ramps[inner])


@patterns
def test_flat_colour_passes_unchanged_border_and_all(pattern):
    flat = torch.tensor([0.25, 0.5, 0.125]).reshape(1, 3, 1, 1)
    for height, width in ((1, 1), (1, 2), (2, 1), (2, 3), (5, 4)):
        image = flat.expand(1, 3, height, width)
        assert torch.equal(bayer(pattern).through(image), image)


def test_every_image_of_a_batch_has_its_own_pattern():
    image = chance.uniform(torch.tensor([1]), (3, 8, 9)).expand(4, -1, -1, -1)
    together = bayer(*PATTERNS).through(image)
    alone = [bayer(pattern).through(image[:1]) for pattern in PATTERNS]
    assert torch.equal(together, torch.cat(alone))


def test_the_four_patterns_are_drawn_alike_often():
    drawn = Bayer.drawn(chance.keys([(image,) for image in range(4000)]))
    counts = torch.bincount(2 * drawn.red_row + drawn.red_column, minlength=4)
    assert len(counts) == 4
    assert (counts - 1000).abs().max() < 100
