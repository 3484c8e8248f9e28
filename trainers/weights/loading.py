"""From a file of weights to the network that they are of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from trainers.errors import ExperimentError, WeightsError
from trainers.experiment import Experiment, Network
from trainers.recipe import parse_experiment
from trainers.weights.layouts import Held, read
from trainers.weights.names import ours
from trainers.weights.shapes import fit, settings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedNetwork:
    """A network that is ready to restore.

    Attributes:
        network: on the CPU, in float32, not to be trained: (N, 3, H, W) to (N, 3, s·H, s·W), where
            s is the ``scale`` of its settings.
        settings: what network it is.
        tensors: its weights as the file has them, by the names that they have here.
        experiment: what it was trained with; None where the file does not say, or says it in words
            of another version of dilctl.
        held: what else there was.
    """

    network: nn.Module
    settings: Network
    tensors: Mapping[str, Tensor]
    experiment: Experiment | None
    held: Held


def load_network(
    path: Path, *, part: str | None = None, settings: Network | None = None
) -> LoadedNetwork:
    """The network that a file of weights is of.

    Args:
        path: the file, in any layout of ``trainers.weights.layouts``.
        part: which of its parts, as ``params_ema``; None for the usual one.
        settings: the network that it must be; None for whatever the tensors are of.

    Raises:
        WeightsError: the file is damaged or no file of weights, or they do not fit.
        OSError: it cannot be read.
    """
    held = read(path, part=part)
    try:
        tensors = ours(held.tensors)
        settings = settings or settings_of(tensors)
        network = fit(tensors, settings)
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error
    return LoadedNetwork(
        network=network,
        settings=settings,
        tensors=tensors,
        experiment=_experiment(held),
        held=held,
    )


def _experiment(held: Held) -> Experiment | None:
    if "experiment" not in held.said:
        return None
    try:
        return parse_experiment(json.loads(held.said["experiment"]))
    except (ValueError, ExperimentError):
        return None
