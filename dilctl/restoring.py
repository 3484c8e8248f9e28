"""Restoring pictures with trained weights, in a child process that loads PyTorch."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dilctl import errand
from dilctl.errand import Json
from dilctl.pictures import Plan, folders_of

Device = Literal["auto", "cpu", "cuda"]

Told = Callable[[int, int], None]
"""Told how far it is: (pixels restored, pixels in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How pictures are restored.

    Attributes:
        device: where; ``auto`` takes a GPU where there is one.
        threads: of the CPU; None for as many as PyTorch takes.
        tile: what a tile contributes each way, in pixels; None for as much as memory allows.
        quality: of JPEGs that are written, 1 to 100.
    """

    device: Device = "auto"
    threads: int | None = None
    tile: int | None = None
    quality: int = 95


def restore(weights: Path, part: str | None, plan: Plan, how: How, told: Told) -> tuple[str, ...]:
    """Restore the pictures of a plan; those that cannot be are left out.

    Args:
        weights: the file that holds the network.
        part: which of its parts; None for the usual one.
        plan: the pictures.
        how: with what of the machine.
        told: told of progress.

    Returns:
        A sentence for each picture that could not be restored.

    Raises:
        TrainerError: the weights cannot be used.
        OSError: a file cannot be written.
    """
    beside = f".dilctl-{os.getpid()}~"
    request: Json = {
        "weights": str(weights.absolute()),
        "part": part,
        "pairs": [[str(p.source.absolute()), str(p.target.absolute())] for p in plan.pairs],
        "beside": beside,
        "device": how.device,
        "threads": how.threads,
        "tile": how.tile,
        "quality": how.quality,
    }
    try:
        answer = errand.run(
            "restore", request, progress=lambda said: told(said["pixels"], said["total"])
        )
    finally:
        for folder in folders_of(plan.pairs):  # of a child that was killed as it wrote
            with suppress(OSError):
                (folder / beside).unlink()
    return tuple(answer["faults"])
