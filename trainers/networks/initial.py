"""First weights of a layer, drawn from a generator as PyTorch draws them from its own."""

import torch
from torch import nn


def draw_convolution(layer: nn.Conv2d, generator: torch.Generator) -> None:
    """Uniform weights and biases, within one over the square root of the inputs of an output."""
    bound = layer.weight[0].numel() ** -0.5
    nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
    if layer.bias is not None:
        nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
