"""SwinIR: attention in shifted windows (Liang et al., ICCVW 2021, without up-sampling).

What it adds to the degraded image makes the clean one. It takes images of any size: they are
continued by reflection to whole windows, and cut again. Of the published training it leaves out
that residual branches are dropped at random ("stochastic depth", up to 0.1): a step would then
depend on more than weights and batch, and its authors saw no effect of it on super-resolution.

Published weights fit (``trainers.weights`` knows their names).
"""

import torch
from torch import Tensor, nn

from trainers.networks.initial import draw_convolution

MEAN = (0.4488, 0.4371, 0.4040)  # of the published training images, red, green and blue
DEVIATION = 0.02  # of first weights (ibid., after Swin)


class Attention(nn.Module):
    """Each pixel of a window looks at all of them, by several heads.

    Written with plain products, as the fused kernels cannot be differentiated twice.
    """

    def __init__(self, features: int, *, heads: int, window: int) -> None:
        super().__init__()
        self.heads, self.window = heads, window
        self.qkv = nn.Linear(features, 3 * features)
        self.project = nn.Linear(features, features)
        self.positions = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))

    def forward(self, pixels: Tensor, apart: Tensor | None) -> Tensor:
        """Map (N, windows, window², features) to the same shape.

        Args:
            pixels: of each window, row by row.
            apart: pairs of pixels that must not see each other: (windows, 1, window², window²).
        """
        # Each of shape (N, windows, heads, window², features / heads).
        query, key, value = (
            part.unflatten(-1, (self.heads, -1)).transpose(2, 3)
            for part in self.qkv(pixels).chunk(3, dim=-1)
        )
        scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-2, -1) + self._by_position()
        if apart is not None:
            scores = scores.masked_fill(apart, -torch.inf)
        seen = scores.softmax(dim=-1) @ value
        return self.project(seen.transpose(2, 3).flatten(-2))

    def _by_position(self) -> Tensor:
        """What each head adds for how two pixels lie to each other: (heads, window², window²).

        The table has a row for each offset; for a pixel (i, j) the part that holds its offsets to
        all pixels (k, l) of the window is a window itself, upside down. Taken as such and not by
        an index, so that the way back sums in the same order each time.
        """
        side = self.window
        table = self.positions.view(2 * side - 1, 2 * side - 1, self.heads)
        parts = table.unfold(0, side, 1).unfold(1, side, 1).flip(-2, -1)
        return parts.permute(2, 0, 1, 3, 4).reshape(self.heads, side * side, side * side)


class Block(nn.Module):
    """Attention, then a small network for each pixel, both added to what comes in.

    Args:
        features: channels.
        heads: attention heads.
        window: side of a window, pixels.
        shift: how far the windows are moved down and to the right, pixels.
        mlp_ratio: width of the hidden layer, in features.
    """

    def __init__(
        self, features: int, *, heads: int, window: int, shift: int, mlp_ratio: int
    ) -> None:
        super().__init__()
        self.window, self.shift = window, shift
        self.attention_norm = nn.LayerNorm(features)
        self.attention = Attention(features, heads=heads, window=window)
        self.mlp_norm = nn.LayerNorm(features)
        self.mlp = nn.Sequential(
            nn.Linear(features, mlp_ratio * features),
            nn.GELU(),
            nn.Linear(mlp_ratio * features, features),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, H, W, features) to the same shape; H and W are whole windows."""
        _, height, width, _ = x.shape
        apart = self._apart(height, width, x.device) if self.shift else None
        pixels = _in_windows(_rolled(x, -self.shift), self.window)
        pixels = pixels + self.attention(self.attention_norm(pixels), apart)
        pixels = pixels + self.mlp(self.mlp_norm(pixels))
        return _rolled(_out_of_windows(pixels, self.window, height, width), self.shift)

    def _apart(self, height: int, width: int, device: torch.device) -> Tensor:
        """Pixels that share a shifted window only because they came round from the other side."""
        below = torch.arange(height, device=device) >= height - self.shift
        right = torch.arange(width, device=device) >= width - self.shift
        regions = 2 * below[:, None] + right
        regions = _in_windows(regions[None, :, :, None], self.window)[0]
        return (regions != regions.transpose(1, 2))[:, None]


class Group(nn.Module):
    """Blocks whose windows lie still and shifted by turns, then a convolution, in a residual."""

    def __init__(
        self, features: int, *, blocks: int, heads: int, window: int, mlp_ratio: int
    ) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            *(
                Block(
                    features,
                    heads=heads,
                    window=window,
                    shift=number % 2 * (window // 2),
                    mlp_ratio=mlp_ratio,
                )
                for number in range(blocks)
            )
        )
        self.end = _convolution(features, features)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, H, W, features) to the same shape."""
        return x + _channels_last(self.end(_channels_first(self.blocks(x))))


class SwinIR(nn.Module):
    """The whole network, from a degraded image to a restored one.

    Args:
        features: channels between blocks.
        groups: residual groups.
        blocks: blocks in a group.
        heads: attention heads, which share the features evenly.
        window: side of a window, pixels.
        mlp_ratio: width of the hidden layers, in features.
    """

    mean: Tensor

    def __init__(
        self, *, features: int, groups: int, blocks: int, heads: int, window: int, mlp_ratio: int
    ) -> None:
        super().__init__()
        self.window = window
        self.register_buffer("mean", torch.tensor(MEAN).view(3, 1, 1), persistent=False)
        self.head = _convolution(3, features)
        self.head_norm = nn.LayerNorm(features)
        self.groups = nn.Sequential(
            *(
                Group(features, blocks=blocks, heads=heads, window=window, mlp_ratio=mlp_ratio)
                for _ in range(groups)
            )
        )
        self.body_norm = nn.LayerNorm(features)
        self.body_end = _convolution(features, features)
        self.tail = _convolution(features, 3)

    def forward(self, degraded: Tensor) -> Tensor:
        """Restore images in [0, 1]: (N, 3, H, W) to the same shape, not clipped."""
        height, width = degraded.shape[-2:]
        image = _continued(_continued(degraded, self.window, dim=2), self.window, dim=3)
        shallow = self.head(image - self.mean)
        deep = self.body_norm(self.groups(self.head_norm(_channels_last(shallow))))
        restored = image + self.tail(shallow + self.body_end(_channels_first(deep)))
        return restored[:, :, :height, :width]

    def initialise(self, generator: torch.Generator) -> None:
        """Draw the weights anew: normal ones for attention, convolutions as PyTorch does."""
        for layer in self.modules():
            match layer:
                case nn.Conv2d():
                    draw_convolution(layer, generator)
                case nn.Linear():
                    nn.init.trunc_normal_(layer.weight, std=DEVIATION, generator=generator)
                    nn.init.zeros_(layer.bias)
                case Attention():
                    nn.init.trunc_normal_(layer.positions, std=DEVIATION, generator=generator)
                case nn.LayerNorm():
                    nn.init.ones_(layer.weight)
                    nn.init.zeros_(layer.bias)
                case _:
                    pass


def _convolution(channels_in: int, channels_out: int) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, kernel_size=3, padding=1)


def _channels_last(x: Tensor) -> Tensor:
    return x.permute(0, 2, 3, 1)


def _channels_first(x: Tensor) -> Tensor:
    return x.permute(0, 3, 1, 2)


def _continued(image: Tensor, window: int, *, dim: int) -> Tensor:
    """Continued to whole windows by reflection, to and fro where it is short: abc|bab."""
    length = image.shape[dim]
    missing = -length % window
    if not missing:
        return image
    period = max(1, 2 * (length - 1))
    places = torch.arange(length + missing, device=image.device) % period
    return image.index_select(dim, torch.minimum(places, period - places))


def _rolled(x: Tensor, shift: int) -> Tensor:
    return x.roll((shift, shift), dims=(1, 2)) if shift else x


def _in_windows(x: Tensor, window: int) -> Tensor:
    """(N, H, W, C) to (N, windows, window², C)."""
    tiled = x.unflatten(2, (-1, window)).unflatten(1, (-1, window))
    return tiled.transpose(2, 3).flatten(3, 4).flatten(1, 2)


def _out_of_windows(pixels: Tensor, window: int, height: int, width: int) -> Tensor:
    """(N, windows, window², C) to (N, H, W, C)."""
    tiled = pixels.unflatten(2, (window, window)).unflatten(1, (height // window, width // window))
    return tiled.transpose(2, 3).flatten(3, 4).flatten(1, 2)
