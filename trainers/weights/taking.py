"""The weights of a run, taken from its checkpoint."""

from dataclasses import dataclass
from pathlib import Path
from typing import assert_never, get_args

import torch
from torch import Tensor

from trainers import checkpoint as checkpoints
from trainers.checkpoint import Checkpoint
from trainers.errors import WeightsError
from trainers.experiment import Network
from trainers.networks.build import unweighted
from trainers.reporter import Position, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Weights of a run.

    Attributes:
        tensors: by name.
        position: how far the run had come.
    """

    tensors: dict[str, Tensor]
    position: Position


def take(path: Path, name: Weights, settings: Network, *, signature: str, seed: int) -> Taken:
    """The weights of this name in a run's checkpoint.

    Args:
        path: the checkpoint.
        name: which of them.
        settings: the run's network.
        signature: of the run's experiment.
        seed: of the run.

    Raises:
        WeightsError: there is no checkpoint yet, or it keeps no such weights.
        CheckpointError: it is damaged, or of another run.
    """
    checkpoint = checkpoints.load(
        path, signature=signature, seed=seed, device=torch.device("cpu")
    )  # fmt: skip
    if checkpoint is None:
        raise WeightsError(f"{path}: there is no checkpoint, so there are no weights")
    theta = _of(checkpoint, name)
    if theta is None:
        kept = ", ".join(each for each in get_args(Weights) if _of(checkpoint, each) is not None)
        raise WeightsError(f"{path}: keeps no {name} weights; there are {kept}")
    return Taken(tensors=_named(theta, settings), position=checkpoint.position)


def _of(checkpoint: Checkpoint, name: Weights) -> Tensor | None:
    kept = checkpoint.kept
    match name:
        case "last":
            return checkpoint.theta
        case "best-seen":
            return None if kept.best_seen is None else kept.best_seen.theta
        case "average":
            return None if kept.average is None else kept.average.theta
        case _:
            assert_never(name)


def _named(theta: Tensor, settings: Network) -> dict[str, Tensor]:
    """One vector as named weights, as ``trainers.rules.objective`` lays them out."""
    with torch.device("meta"):
        outline = dict(unweighted(settings).named_parameters())
    parts = theta.split([parameter.numel() for parameter in outline.values()])
    return {
        name: part.view(parameter.shape).clone()
        for (name, parameter), part in zip(outline.items(), parts, strict=True)
    }
