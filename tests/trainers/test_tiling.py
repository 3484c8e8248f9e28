import pytest
import torch
from torch import Tensor

from trainers.experiment import Network
from trainers.experiment.networks import Rrdb, SwinIr
from trainers.networks.build import build
from trainers.tiling import TILING, Tiling, restore, restored_tiles, tiles_of, tiling_for

CPU = torch.device("cpu")
NEAR = 24  # receptive field of the networks below, and more


def enlarging(degraded: Tensor) -> Tensor:
    return torch.nn.functional.interpolate(degraded, scale_factor=4, mode="nearest")


@pytest.mark.parametrize(
    "settings",
    [
        Rrdb(features=4, blocks=1, growth=2),
        Rrdb(features=4, blocks=1, growth=2, scale=4),
        SwinIr(features=8, groups=1, blocks=2, heads=2, window=4, mlp_ratio=1),
    ],
    ids=["rrdb", "rrdb×4", "swinir"],
)
def test_tiles_join_without_seams_where_the_network_sees_no_further_than_the_halo(
    settings: Network,
):
    network = build(settings, seed=1).double().requires_grad_(requires_grad=False)
    degraded = torch.rand(1, 3, 34, 45, dtype=torch.float64)
    tiled = restore(
        network,
        degraded,
        CPU,
        dtype=torch.float64,
        tiling=Tiling(pixels=100, core=24, halo=NEAR),
    )
    assert tiled.shape == (1, 3, 34 * settings.scale, 45 * settings.scale)
    assert torch.allclose(tiled, network(degraded), rtol=0, atol=1e-12)


def test_each_tile_says_where_it_belongs_in_the_enlarged_image():
    degraded = torch.rand(1, 3, 30, 50)
    tiling = Tiling(pixels=100, core=16, halo=4)
    whole = torch.zeros(1, 3, 120, 200)
    tiles = list(restored_tiles(enlarging, degraded, tiling))
    for tile in tiles:
        assert tile.size == (120, 200)
        whole[..., tile.rows, tile.columns] = tile.pixels
    assert torch.equal(whole, enlarging(degraded))
    assert len(tiles) == tiles_of(30, 50, tiling) == 8
    assert len(list(restored_tiles(enlarging, degraded, TILING))) == tiles_of(30, 50, TILING) == 1


def test_tiles_lie_on_whole_windows():
    for window in (7, 8, 10):
        tiling = tiling_for(SwinIr(window=window))
        assert tiling.core % window == tiling.halo % window == 0
        assert tiling_for(SwinIr(window=window), side=100).core == 100 // window * window


def test_the_usual_network_restores_a_megapixel_whole_and_greedier_ones_less():
    assert tiling_for(Rrdb()) == TILING
    greedy = [tiling_for(network) for network in (Rrdb(scale=4), SwinIr(), Rrdb(features=1024))]
    for tiling in greedy:
        assert 0 < tiling.core + 2 * tiling.halo <= tiling.pixels**0.5 < 1024


def test_a_chosen_side_is_what_a_tile_contributes():
    assert tiling_for(Rrdb(), side=256) == Tiling(pixels=256**2, core=256, halo=64)
