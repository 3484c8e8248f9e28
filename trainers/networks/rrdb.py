"""RRDB: residual-in-residual dense blocks (Wang et al., ESRGAN, ECCVW 2018, section 3.1).

The network of the DIL paper: without batch normalisation, and without a global residual, so that
it paints the clean image itself; at full resolution, or four times larger as ESRGAN does.
"""

import torch
from torch import Tensor, nn

from trainers.networks.initial import draw_convolution

RESIDUAL_SCALE = 0.2
NEGATIVE_SLOPE = 0.2
DENSE_INITIAL_SCALE = 0.1  # deep residual networks train better from small residues (ibid.)


def _convolution(channels_in: int, channels_out: int, *, bias: bool) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, kernel_size=3, padding=1, bias=bias)


class DenseBlock(nn.Module):
    """Five convolutions, each of which sees the outputs of all before it."""

    def __init__(self, features: int, growth: int, *, bias: bool) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            _convolution(features + k * growth, growth if k < 4 else features, bias=bias)
            for k in range(5)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, features, H, W) to the same shape."""
        seen = x
        for layer in self.layers[:-1]:
            grown = nn.functional.leaky_relu(layer(seen), NEGATIVE_SLOPE)
            seen = torch.cat([seen, grown], dim=1)
        return x + RESIDUAL_SCALE * self.layers[-1](seen)


class ResidualBlock(nn.Module):
    """Three dense blocks inside one more residual connection."""

    def __init__(self, features: int, growth: int, *, bias: bool) -> None:
        super().__init__()
        self.dense = nn.Sequential(*(DenseBlock(features, growth, bias=bias) for _ in range(3)))

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, features, H, W) to the same shape."""
        return x + RESIDUAL_SCALE * self.dense(x)


class RRDB(nn.Module):
    """The whole network, from a degraded image to a restored one.

    Args:
        features: channels between blocks.
        blocks: number of residual blocks.
        growth: channels that each dense layer adds.
        bias: whether layers add constants. Without them f(c·y) = c·f(y) for c > 0, so that what
            was learned at one noise level carries over to others (Mohan et al., ICLR 2020).
        scale: how many times larger the restored image is, a power of two.
    """

    def __init__(
        self, *, features: int, blocks: int, growth: int, bias: bool = True, scale: int = 1
    ) -> None:
        super().__init__()
        self.head = _convolution(3, features, bias=bias)
        self.body = nn.Sequential(
            *(ResidualBlock(features, growth, bias=bias) for _ in range(blocks))
        )
        self.body_end = _convolution(features, features, bias=bias)
        doublings = scale.bit_length() - 1
        self.enlarge = nn.ModuleList(
            _convolution(features, features, bias=bias) for _ in range(doublings)
        )
        self.refine = _convolution(features, features, bias=bias)
        self.tail = _convolution(features, 3, bias=bias)

    def forward(self, degraded: Tensor) -> Tensor:
        """Restore images in [0, 1]: (N, 3, H, W) to (N, 3, scale·H, scale·W), not clipped."""
        shallow = self.head(degraded)
        deep = shallow + self.body_end(self.body(shallow))
        for layer in self.enlarge:
            larger = nn.functional.interpolate(deep, scale_factor=2, mode="nearest")
            deep = nn.functional.leaky_relu(layer(larger), NEGATIVE_SLOPE)
        return self.tail(nn.functional.leaky_relu(self.refine(deep), NEGATIVE_SLOPE))

    def initialise(self, generator: torch.Generator) -> None:
        """Draw the weights anew: dense layers He-normal times 0.1, the others as PyTorch does."""
        dense = {layer for m in self.modules() if isinstance(m, DenseBlock) for layer in m.layers}
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                draw = _draw_dense if layer in dense else draw_convolution
                draw(layer, generator)


@torch.no_grad()
def _draw_dense(layer: nn.Conv2d, generator: torch.Generator) -> None:
    nn.init.kaiming_normal_(layer.weight, generator=generator).mul_(DENSE_INITIAL_SCALE)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
