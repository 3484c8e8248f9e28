"""From a network's settings to the network, its weights drawn from the run's seed."""

from typing import assert_never

import torch

from trainers import chance
from trainers.experiment import Network, Rrdb, SwinIr
from trainers.networks.rrdb import RRDB
from trainers.networks.swinir import SwinIR


def build(settings: Network, *, seed: int) -> RRDB | SwinIR:
    """The network on the CPU, in float32; its weights depend on the settings and the seed alone."""
    network = unweighted(settings)
    # Of a generator's seed PyTorch takes 64 bits, as a key has.
    network.initialise(torch.Generator().manual_seed(chance.key(seed, "weights")))
    return network


def unweighted(settings: Network) -> RRDB | SwinIR:
    """The network with weights of PyTorch's own making, for those who have others to load."""
    match settings:
        case Rrdb():
            return RRDB(
                features=settings.features,
                blocks=settings.blocks,
                growth=settings.growth,
                bias=settings.bias,
                scale=settings.scale,
            )
        case SwinIr():
            return SwinIR(
                features=settings.features,
                groups=settings.groups,
                blocks=settings.blocks,
                heads=settings.heads,
                window=settings.window,
                mlp_ratio=settings.mlp_ratio,
            )
        case _:
            assert_never(settings)
