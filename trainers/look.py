"""A look at a network in training: its PSNR on a few degraded crops, the same at every look."""

from dataclasses import dataclass
from statistics import fmean

import torch
from torch import Tensor

from trainers import chance, metrics
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import Synthetic
from trainers.degradations.standing import Standing
from trainers.tiling import Restorer

# Identical 8-bit images have an infinite PSNR, and one of them would make the mean over the crops
# infinite. 100 dB means one sample in 155,000 wrong by one step of 255: nothing real lies beyond.
_CAP = 100.0

# Pixels restored at once. On a CPU, activations of more of them leave its cache: a million at
# once took 2.4 times as long for each.
_PIXELS = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Crops:
    """What a look restores: M crops under each of D degradations, drawn once, on the CPU.

    Attributes:
        clean: uint8, (D, M, 3, c, c).
        degraded: float32, (D, M, 3, c/s, c/s), s the scale of the network.
        degradations: the full names of the degradations.
        standings: what each of them is for the run.
    """

    clean: Tensor
    degraded: Tensor
    degradations: tuple[str, ...]
    standings: tuple[Standing, ...]


def degraded_crops(clean: Tensor, degradation: Synthetic) -> Tensor:
    """Spoil clean crops, each by a key of (its number, degradation).

    Args:
        clean: validation crops, uint8, (M, 3, c, c), on the CPU.
        degradation: what spoils them.

    Returns:
        float32, (M, 3, c/s, c/s).
    """
    keys = chance.keys([("crops", index, degradation.name) for index in range(len(clean))])
    return degrade(clean.to(torch.float32) / 255, degradation, keys)


@torch.inference_mode()
def look(
    network: Restorer,
    crops: Crops,
    *,
    device: torch.device,
    dtype: torch.dtype = torch.float32,
    name: str = "psnr@crops",
) -> dict[str, float]:
    """Look at a network.

    Args:
        network: what restores.
        crops: what it restores, all in batches.
        device: where the network lives.
        dtype: type of the network's weights.
        name: of the metric, which tells one network of a run from another.

    Returns:
        Decibels, means over the crops: ``psnr@crops:NAME`` for each degradation, and
        ``psnr@crops:seen`` and ``psnr@crops:unseen``, the means over the degradations of that
        standing, where there are any. A crop counts as 100 dB at most.
    """
    levels = _decibels(network, crops, device, dtype)
    named = zip(crops.degradations, levels, strict=True)
    values = {f"{name}:{degradation}": level for degradation, level in named}
    for word in ("seen", "unseen"):
        pairs = zip(levels, crops.standings, strict=True)
        if those := [level for level, standing in pairs if standing == word]:
            values[f"{name}:{word}"] = fmean(those)
    return values


def _decibels(
    network: Restorer, crops: Crops, device: torch.device, dtype: torch.dtype
) -> list[float]:
    """Means over the crops, for each degradation."""
    if not crops.degradations:
        return []
    at_once = max(1, _PIXELS // crops.clean[0, 0, 0].numel())
    batches = crops.degraded.flatten(0, 1).split(at_once)
    restored = [metrics.to_8_bit(network(batch.to(device, dtype))) for batch in batches]
    by_degradation = torch.cat(restored).unflatten(0, crops.degraded.shape[:2])
    clean = crops.clean.to(device)
    each = torch.stack(
        [metrics.psnr(images, truth) for images, truth in zip(by_degradation, clean, strict=True)]
    )
    return each.clamp(max=_CAP).mean(dim=1).tolist()
