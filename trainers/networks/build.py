"""From a network's settings to the network, its weights drawn from the run's seed."""

import torch

from trainers import chance
from trainers.experiment import Network
from trainers.networks.rrdb import RRDB


def build(settings: Network, *, seed: int) -> RRDB:
    """The network on the CPU, in float32; its weights depend on the settings and the seed alone."""
    network = RRDB(
        features=settings.features,
        blocks=settings.blocks,
        growth=settings.growth,
        bias=settings.bias,
    )
    # Of a generator's seed PyTorch takes 64 bits, as a key has.
    network.initialise(torch.Generator().manual_seed(chance.key(seed, "weights")))
    return network
