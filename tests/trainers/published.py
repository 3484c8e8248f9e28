"""Networks written as their authors publish them, with their names of tensors: references."""

import torch
from torch import Tensor, nn


def conv(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, 1, 1)


def leaky(x: Tensor) -> Tensor:
    return nn.functional.leaky_relu(x, 0.2)


class PublishedDense(nn.Module):
    def __init__(self, nf: int, gc: int) -> None:
        super().__init__()
        for k in range(4):
            setattr(self, f"conv{k + 1}", conv(nf + k * gc, gc))
        self.conv5 = conv(nf + 4 * gc, nf)

    def forward(self, x: Tensor) -> Tensor:
        seen = [x]
        for k in range(4):
            seen.append(leaky(getattr(self, f"conv{k + 1}")(torch.cat(seen, 1))))
        return self.conv5(torch.cat(seen, 1)) * 0.2 + x


class PublishedBlock(nn.Module):
    def __init__(self, nf: int, gc: int, name: str) -> None:
        super().__init__()
        self.names = [f"{name}{k}" for k in (1, 2, 3)]
        for each in self.names:
            setattr(self, each, PublishedDense(nf, gc))

    def forward(self, x: Tensor) -> Tensor:
        deep = x
        for each in self.names:
            deep = getattr(self, each)(deep)
        return deep * 0.2 + x


# Names of the layers: in ESRGAN and the released code of DIL, and in BasicSR.
ESRGAN = ("RRDB_trunk", "RDB", "trunk_conv", "upconv1", "upconv2", "HRconv")
BASICSR = ("body", "rdb", "conv_body", "conv_up1", "conv_up2", "conv_hr")


class PublishedRRDB(nn.Module):
    """RRDBNet (scale 1, as the released code of DIL has it) and RRDBNetX4."""

    def __init__(self, nf: int, nb: int, gc: int, *, scale: int, names: tuple[str, ...]) -> None:
        super().__init__()
        self.body_name, dense, self.end, *self.ups, self.hr = names
        self.ups = self.ups if scale == 4 else []
        self.conv_first = conv(3, nf)
        blocks = (PublishedBlock(nf, gc, dense) for _ in range(nb))
        setattr(self, self.body_name, nn.Sequential(*blocks))
        for name in (self.end, *self.ups, self.hr):
            setattr(self, name, conv(nf, nf))
        self.conv_last = conv(nf, 3)

    def forward(self, x: Tensor) -> Tensor:
        fea = self.conv_first(x)
        fea = fea + getattr(self, self.end)(getattr(self, self.body_name)(fea))
        for name in self.ups:
            larger = nn.functional.interpolate(fea, scale_factor=2, mode="nearest")
            fea = leaky(getattr(self, name)(larger))
        return self.conv_last(leaky(getattr(self, self.hr)(fea)))


class PublishedAttention(nn.Module):
    def __init__(self, dim: int, window: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.relative_position_bias_table = nn.Parameter(
            torch.randn((2 * window - 1) ** 2, heads)
        )  # fmt: skip
        places = torch.stack(torch.meshgrid(2 * [torch.arange(window)], indexing="ij")).flatten(1)
        apart = (places[:, :, None] - places[:, None, :]).permute(1, 2, 0) + window - 1
        index = apart[:, :, 0] * (2 * window - 1) + apart[:, :, 1]
        self.register_buffer("relative_position_index", index)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        windows, pixels, dim = x.shape
        qkv = self.qkv(x).reshape(windows, pixels, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = qkv
        attention = (query * query.shape[-1] ** -0.5) @ key.transpose(-2, -1)
        index = self.relative_position_index.view(-1)
        bias = self.relative_position_bias_table[index].view(pixels, pixels, -1)
        attention = attention + bias.permute(2, 0, 1)
        if mask is not None:
            number = mask.shape[0]
            attention = attention.view(-1, number, self.heads, pixels, pixels)
            attention = (attention + mask[None, :, None]).view(-1, self.heads, pixels, pixels)
        seen = attention.softmax(-1) @ value
        return self.proj(seen.transpose(1, 2).reshape(windows, pixels, dim))


class PublishedMlp(nn.Module):
    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(dim, hidden), nn.Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(nn.functional.gelu(self.fc1(x)))


def partition(x: Tensor, window: int) -> Tensor:
    n, h, w, c = x.shape
    x = x.view(n, h // window, window, w // window, window, c)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, window * window, c)


def reverse(windows: Tensor, window: int, h: int, w: int) -> Tensor:
    x = windows.view(-1, h // window, w // window, window, window, windows.shape[-1])
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, h, w, windows.shape[-1])


class PublishedSwinBlock(nn.Module):
    def __init__(self, dim: int, window: int, heads: int, shift: int, side: int) -> None:
        super().__init__()
        self.window, self.shift = window, shift
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attn = PublishedAttention(dim, window, heads)
        self.mlp = PublishedMlp(dim, 2 * dim)
        self.register_buffer("attn_mask", self.mask(side, side) if shift else None)

    def mask(self, h: int, w: int) -> Tensor:
        image = torch.zeros(1, h, w, 1)
        edges = (slice(0, -self.window), slice(-self.window, -self.shift), slice(-self.shift, None))
        for number, (rows, columns) in enumerate((r, c) for r in edges for c in edges):
            image[:, rows, columns] = number
        regions = partition(image, self.window).squeeze(-1)
        return (regions[:, None] != regions[:, :, None]) * -100.0

    def forward(self, x: Tensor) -> Tensor:
        _, h, w, _ = x.shape
        y = self.norm1(x)
        y = torch.roll(y, (-self.shift, -self.shift), (1, 2))
        mask = self.mask(h, w) if self.shift else None
        y = reverse(self.attn(partition(y, self.window), mask), self.window, h, w)
        x = x + torch.roll(y, (self.shift, self.shift), (1, 2))
        return x + self.mlp(self.norm2(x))


class PublishedGroup(nn.Module):
    def __init__(self, dim: int, window: int, heads: int, depth: int) -> None:
        super().__init__()
        self.residual_group = nn.Module()
        self.residual_group.blocks = nn.ModuleList(
            PublishedSwinBlock(dim, window, heads, n % 2 * (window // 2), 2 * window)
            for n in range(depth)
        )
        self.conv = conv(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for block in self.residual_group.blocks:
            y = block(y)
        return x + self.conv(y.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


class PublishedSwinIR(nn.Module):
    """Denoising in colour: img_range 1, no up-sampling, resi_connection 1conv."""

    def __init__(self, dim: int, depths: list[int], heads: int, window: int) -> None:
        super().__init__()
        self.conv_first = conv(3, dim)
        self.patch_embed = nn.Module()
        self.patch_embed.norm = nn.LayerNorm(dim)
        self.layers = nn.ModuleList(PublishedGroup(dim, window, heads, depth) for depth in depths)
        self.norm = nn.LayerNorm(dim)
        self.conv_after_body = conv(dim, dim)
        self.conv_last = conv(dim, 3)

    def forward(self, x: Tensor) -> Tensor:
        mean = torch.tensor((0.4488, 0.4371, 0.4040)).view(1, 3, 1, 1)
        x = x - mean
        first = self.conv_first(x)
        y = self.patch_embed.norm(first.permute(0, 2, 3, 1))
        for layer in self.layers:
            y = layer(y)
        deep = self.conv_after_body(self.norm(y).permute(0, 3, 1, 2)) + first
        return x + self.conv_last(deep) + mean
