"""SwinIR: the published network, on images of any size."""

import pytest
import torch
from torch.func import functional_call

from trainers.experiment import SwinIr
from trainers.networks.build import build
from trainers.networks.swinir import Attention, Block, SwinIR

TINY = SwinIr(features=6, groups=2, blocks=2, heads=2, window=4)


def lively(module):
    """With weights of a size that lets each matter."""
    generator = torch.Generator().manual_seed(3)
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.7, generator=generator)
    return module.double()


def image(*shape, seed=1):
    return torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_the_defaults_have_the_size_of_the_published_colour_denoiser():
    settings = SwinIr()
    with torch.device("meta"):
        network = SwinIR(features=180, groups=6, blocks=6, heads=6, window=8, mlp_ratio=2)
    assert sum(parameter.numel() for parameter in network.parameters()) == 11_504_163
    assert settings.parameters == 11_504_163


@pytest.mark.parametrize(
    "settings",
    [
        SwinIr(features=1, groups=1, blocks=1, heads=1, window=1, mlp_ratio=1),
        SwinIr(features=6, groups=2, blocks=3, heads=3, window=4, mlp_ratio=2),
        SwinIr(features=10, groups=3, blocks=1, heads=5, window=5, mlp_ratio=3),
    ],
)
def test_the_settings_know_how_many_weights_it_has(settings):
    network = build(settings, seed=1)
    assert settings.parameters == sum(parameter.numel() for parameter in network.parameters())
    assert network(torch.rand(1, 3, 5, 7)).shape == (1, 3, 5, 7)


def regions(height, width, *, window, shift):
    """Which window each pixel lies in, the windows moved by a shift over the image: (H·W,)."""
    rows = (torch.arange(height) + window - shift) // window
    columns = (torch.arange(width) + window - shift) // window
    return (1000 * rows[:, None] + columns).flatten()


def between_all(attention, pixels, places, allowed):
    """Attention of all pixels of an image to all that they may see, head by head."""
    queries, keys, values = attention.qkv(pixels).chunk(3, dim=-1)
    size, side, found = pixels.shape[-1] // attention.heads, 2 * attention.window - 1, []
    offsets = places[:, None] - places[None, :] + attention.window - 1
    rows = (side * offsets[..., 0] + offsets[..., 1]).where(allowed, torch.tensor(0))
    for head in range(attention.heads):
        own = slice(head * size, (head + 1) * size)
        scores = queries[:, own] @ keys[:, own].T / size**0.5 + attention.positions[rows, head]
        weights = scores.exp() * allowed
        found.append(weights / weights.sum(dim=1, keepdim=True) @ values[:, own])
    return attention.project(torch.cat(found, dim=1))


@pytest.mark.parametrize("shift", [0, 1, 2])
@pytest.mark.parametrize(("height", "width"), [(4, 4), (8, 12)])
def test_a_block_lets_each_pixel_see_its_window_of_the_image_and_no_more(height, width, shift):
    block = lively(Block(6, heads=2, window=4, shift=shift, mlp_ratio=2))
    pixels = image(height * width, 6)
    rows, columns = torch.arange(height), torch.arange(width)
    places = torch.cartesian_prod(rows, columns)
    window = regions(height, width, window=4, shift=shift)
    seen = between_all(
        block.attention, block.attention_norm(pixels), places, window[:, None] == window
    )
    expected = pixels + seen
    expected = expected + block.mlp(block.mlp_norm(expected))
    found = block(pixels.view(1, height, width, 6)).view(-1, 6)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def test_every_second_block_of_a_group_shifts_its_windows_by_half():
    network = build(SwinIr(features=2, groups=2, blocks=3, heads=1), seed=1)
    shifts = [module.shift for module in network.modules() if isinstance(module, Block)]
    assert shifts == [0, 4, 0, 0, 4, 0]


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (2, 3), (3, 30), (17, 31)])
def test_it_keeps_the_shape_of_any_image(height, width):
    restored = build(TINY, seed=1).double()(image(2, 3, height, width))
    assert restored.shape == (2, 3, height, width)
    assert restored.isfinite().all()


@pytest.mark.parametrize("length", [1, 2, 3, 5, 6, 7])
def test_an_image_that_ends_inside_a_window_is_continued_by_reflection(length):
    network, whole = lively(build(TINY, seed=1)), -(-length // 4) * 4
    degraded = image(1, 3, 8, length)
    places = [0] * whole
    if length > 1:
        to_and_fro = [*range(length), *range(length - 2, 0, -1)]
        places = [to_and_fro[place % len(to_and_fro)] for place in range(whole)]
    for one, other in (
        (degraded, degraded[..., places]),
        (degraded.mT.contiguous(), degraded.mT[:, :, places]),
    ):
        restored = network(other)[:, :, : one.shape[2], : one.shape[3]]
        torch.testing.assert_close(network(one), restored, rtol=1e-12, atol=1e-12)


def test_a_tile_that_starts_at_a_window_and_sees_far_enough_is_restored_as_in_the_image():
    network, degraded = lively(build(TINY, seed=1)), image(1, 3, 61, 47)
    tile, core = degraded[:, :, 20:, 8:], (..., slice(16, None), slice(16, None))
    restored = network(degraded)[:, :, 20:, 8:]
    torch.testing.assert_close(network(tile)[core], restored[core], rtol=1e-12, atol=1e-12)


def test_a_batch_is_restored_as_its_images_are_one_by_one():
    network, degraded = lively(build(TINY, seed=1)), image(3, 3, 10, 13)
    one_by_one = torch.cat([network(each[None]) for each in degraded])
    torch.testing.assert_close(network(degraded), one_by_one, rtol=1e-12, atol=1e-12)


def test_the_order_of_channels_in_memory_makes_no_difference():
    network, degraded = lively(build(TINY, seed=1)), image(2, 3, 10, 13)
    last = degraded.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(network(last), network(degraded), rtol=1e-12, atol=1e-12)


def test_it_adds_what_it_paints_to_the_degraded_image():
    network, degraded = lively(build(TINY, seed=1)), image(1, 3, 9, 10)
    silent = {name: torch.zeros_like(w) for name, w in network.tail.named_parameters(prefix="tail")}
    assert torch.equal(functional_call(network, silent, (degraded,)), degraded)


def test_first_weights_depend_on_the_seed_and_on_nothing_else():
    first = build(TINY, seed=1).state_dict()
    torch.rand(3)
    again, other = build(TINY, seed=1).state_dict(), build(TINY, seed=2).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    for kind in ("head.weight", "head.bias", "qkv.weight", "positions", "tail.weight"):
        (name, *_) = (name for name in first if name.endswith(kind))
        assert not torch.equal(first[name], other[name])


def test_first_weights_are_drawn_as_the_published_ones_were():
    for module in build(SwinIr(features=60, groups=1, blocks=2), seed=1).modules():
        match module:
            case torch.nn.Linear():
                assert module.weight.std().item() == pytest.approx(0.02, rel=0.05)
                assert not module.bias.any()
            case Attention():
                assert module.positions.std().item() == pytest.approx(0.02, rel=0.1)
            case torch.nn.LayerNorm():
                assert (module.weight == 1).all()
                assert not module.bias.any()
            case torch.nn.Conv2d():
                bound = (9 * module.in_channels) ** -0.5
                assert 0.9 * bound < module.weight.abs().max() <= bound
                assert 0.3 * bound < module.bias.abs().max() <= bound
            case _:
                pass


def test_a_refactoring_moves_no_number():
    restored = build(TINY, seed=1).double()(image(1, 3, 10, 13))
    assert restored.mean().item() == pytest.approx(0.5427230119, rel=1e-6)
    assert restored.std().item() == pytest.approx(0.4010945281, rel=1e-6)
