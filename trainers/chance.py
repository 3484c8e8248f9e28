"""Chance without state: random numbers that depend on a key and on nothing else.

Every random choice is drawn from a key made of (run seed, purpose, step, image, ...). So nothing
has to be stored to resume a run, any number of processes draws what one would, and a batch of n
images is spoilt exactly as n batches of one. The generator is Philox 4x32-10 (Salmon, Moraes,
Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), computed with whole
tensors on the device of the keys; its integers are the same on every device.
"""

import hashlib
import math
from collections.abc import Sequence

import torch
from torch import Tensor

_LOW = 0xFFFFFFFF
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10


def key(*parts: str | int) -> int:
    """A 64-bit key (as a signed integer) of what a choice is about, as ``key(seed, "flip", 3)``."""
    text = "\x1f".join(f"{type(part).__name__}:{part}" for part in parts)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def keys(parts: Sequence[tuple[str | int, ...]], *, device: torch.device | None = None) -> Tensor:
    """One key for each tuple of parts: int64, shape (N,)."""
    return torch.tensor([key(*each) for each in parts], dtype=torch.int64, device=device)


def derived(keys: Tensor, number: int) -> Tensor:
    """New keys for one of several choices about the same thing, as the parts of a mixture.

    They come from a counter that ``words`` never reaches, so they have nothing in common with
    what is drawn from the keys themselves.

    Args:
        keys: int64, shape (N,).
        number: which of the choices, 0 to 2**32 - 1.

    Returns:
        int64, shape (N,).
    """
    zero = torch.zeros_like(keys)
    counter = (zero + number, zero, zero, zero + 1)
    low, high, _, _ = philox(counter, (keys & _LOW, (keys >> 32) & _LOW))
    return (high << 32) | low


def words(keys: Tensor, count: int) -> Tensor:
    """Random 32-bit words.

    Args:
        keys: int64, shape (N,).
        count: words for each key, at least 1.

    Returns:
        int64, shape (N, count), each in [0, 2**32).
    """
    blocks = -(-count // 4)
    block = torch.arange(blocks, dtype=torch.int64, device=keys.device).expand(len(keys), blocks)
    zero = torch.zeros_like(block)
    low, high = (keys & _LOW)[:, None], ((keys >> 32) & _LOW)[:, None]
    drawn = philox((block, zero, zero, zero), (low, high))
    return torch.stack(drawn, dim=-1).reshape(len(keys), -1)[:, :count]


def philox(
    counter: tuple[Tensor, Tensor, Tensor, Tensor], key: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ten rounds of Philox 4x32 on 32-bit words held in int64 tensors of one common shape."""
    first, second, third, fourth = counter
    key_low, key_high = key
    for _ in range(_ROUNDS):
        high_a, low_a = _multiply(first, _MULTIPLIERS[0])
        high_b, low_b = _multiply(third, _MULTIPLIERS[1])
        first, second, third, fourth = (
            high_b ^ second ^ key_low,
            low_b,
            high_a ^ fourth ^ key_high,
            low_a,
        )
        key_low = (key_low + _WEYL[0]) & _LOW
        key_high = (key_high + _WEYL[1]) & _LOW
    return first, second, third, fourth


def _multiply(words: Tensor, multiplier: int) -> tuple[Tensor, Tensor]:
    """High and low word of the 64-bit product; int64 wraps, and its bits are what is wanted."""
    product = words * multiplier
    return (product >> 32) & _LOW, product & _LOW


def uniform(keys: Tensor, shape: Sequence[int]) -> Tensor:
    """Uniform numbers in [0, 1): float32, shape (N, *shape), from the top 24 bits of each word."""
    drawn = words(keys, math.prod(shape)) >> 8
    return (drawn.to(torch.float32) * 2.0**-24).reshape(len(keys), *shape)


def fine_uniform(keys: Tensor, shape: Sequence[int]) -> Tensor:
    """Uniform numbers in (0, 1) of 52 bits: float64, shape (N, *shape), from two words each."""
    count = math.prod(shape)
    drawn = words(keys, 2 * count)
    bits = (drawn[:, :count] << 20) | (drawn[:, count:] >> 12)
    return ((bits.double() + 0.5) * 2.0**-52).reshape(len(keys), *shape)


def normal(keys: Tensor, shape: Sequence[int]) -> Tensor:
    """Standard normal numbers by Box and Muller: float32, shape (N, *shape)."""
    count = math.prod(shape)
    pairs = -(-count // 2)
    drawn = words(keys, 2 * pairs)
    # (word + 1) / 2**32 lies in (0, 1], so its logarithm is finite.
    radius = ((drawn[:, :pairs] + 1).to(torch.float32) * 2.0**-32).log_().mul_(-2.0).sqrt_()
    angle = (drawn[:, pairs:] >> 8).to(torch.float32) * (2.0 * math.pi * 2.0**-24)
    values = torch.cat([radius * angle.cos(), radius * angle.sin()], dim=1)
    return values[:, :count].reshape(len(keys), *shape)


def integers(keys: Tensor, limits: Tensor) -> Tensor:
    """Whole numbers, one for each key: int64, shape (N,), each in [0, limit) of its own.

    Args:
        keys: int64, shape (N,).
        limits: int64, shape (N,), 1 to 2**31; the bias of the multiplication is below 2**-32 a
            number, far below what a crop or a flip could show.
    """
    return (words(keys, 1)[:, 0] * limits) >> 32


def permutation(key: int, length: int) -> Tensor:
    """A random order of ``length`` things: int64 on the CPU, shape (length,)."""
    drawn = words(torch.tensor([key]), 2 * length).reshape(2, length)
    return ((drawn[0] << 31) | (drawn[1] >> 1)).argsort(stable=True)
