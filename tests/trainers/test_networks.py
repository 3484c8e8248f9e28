"""The networks: their size, and where their first weights come from."""

import pytest
import torch

from trainers.experiment import Rrdb
from trainers.networks.build import build
from trainers.networks.rrdb import RRDB


def test_the_released_rrdb_has_its_published_size():
    settings = Rrdb(features=64, blocks=23, growth=32)
    with torch.device("meta"):
        network = RRDB(features=64, blocks=23, growth=32)
    assert sum(parameter.numel() for parameter in network.parameters()) == 16_624_131
    assert settings.parameters == 16_624_131


def test_four_times_larger_it_has_the_published_size_of_esrgan():
    settings = Rrdb(scale=4)
    with torch.device("meta"):
        network = RRDB(features=64, blocks=23, growth=32, scale=4)
    assert sum(parameter.numel() for parameter in network.parameters()) == 16_697_987
    assert settings.parameters == 16_697_987


@pytest.mark.parametrize("scale", [1, 4])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("features", "blocks", "growth"), [(1, 1, 1), (4, 1, 3), (5, 3, 2)])
def test_the_settings_know_how_many_weights_a_network_has(features, blocks, growth, bias, scale):
    settings = Rrdb(features=features, blocks=blocks, growth=growth, bias=bias, scale=scale)
    weights = sum(parameter.numel() for parameter in build(settings, seed=1).parameters())
    assert settings.parameters == weights


@pytest.mark.parametrize("scale", [1, 4])
def test_without_biases_a_network_scales_with_its_input(scale):
    degraded = torch.rand(2, 3, 16, 16, dtype=torch.float64)
    free, biased = (
        build(Rrdb(features=4, blocks=2, growth=3, bias=bias, scale=scale), seed=1).double()
        for bias in (False, True)
    )
    for factor in (0.1, 3.0):
        scaled = factor * free(degraded)
        assert (free(factor * degraded) - scaled).abs().max() < 1e-12 * scaled.abs().max()
    assert (biased(3 * degraded) - 3 * biased(degraded)).abs().max() > 1e-3


@pytest.mark.parametrize(("height", "width"), [(16, 16), (17, 31)])
def test_the_network_keeps_the_shape_of_an_image(height, width):
    network = build(Rrdb(features=4, blocks=1, growth=2), seed=1)
    assert network(torch.rand(2, 3, height, width)).shape == (2, 3, height, width)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (5, 8), (17, 31)])
def test_the_enlarging_network_makes_sixteen_pixels_of_one(height, width):
    network = build(Rrdb(features=4, blocks=1, growth=2, scale=4), seed=1).double()
    degraded = torch.rand(3, 3, height, width, dtype=torch.float64)
    restored = network(degraded)
    assert restored.shape == (3, 3, 4 * height, 4 * width)
    one_by_one = torch.cat([network(each[None]) for each in degraded])
    torch.testing.assert_close(restored, one_by_one, rtol=1e-12, atol=1e-12)


def test_it_enlarges_as_esrgan_does():
    network = build(Rrdb(features=4, blocks=1, growth=2, scale=4), seed=1).double()
    degraded = torch.rand(1, 3, 5, 6, dtype=torch.float64)
    features = network.head(degraded)
    features = features + network.body_end(network.body(features))
    for layer in network.enlarge:
        doubled = features.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
        features = torch.where((y := layer(doubled)) > 0, y, 0.2 * y)
    refined = network.refine(features)
    expected = network.tail(torch.where(refined > 0, refined, 0.2 * refined))
    torch.testing.assert_close(network(degraded), expected, rtol=1e-12, atol=1e-12)


def test_the_network_has_no_global_residual():
    network = build(Rrdb(features=4, blocks=1, growth=2), seed=1)
    with torch.no_grad():
        network.tail.weight.zero_()
        network.tail.bias.zero_()
    assert network(torch.rand(1, 3, 8, 8)).abs().max() == 0


@pytest.mark.parametrize("scale", [1, 4])
def test_first_weights_depend_on_the_seed_and_on_nothing_else(scale):
    settings = Rrdb(features=4, blocks=1, growth=2, scale=scale)
    first = build(settings, seed=1).state_dict()
    torch.rand(3)
    again, other = build(settings, seed=1).state_dict(), build(settings, seed=2).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])
