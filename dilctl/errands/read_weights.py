"""Reads a file of weights of any layout, and writes it anew as a run's own."""

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dilctl.errand import Json, Tell
from dilctl.errors import UsageError
from trainers.checkpoint import export_weights
from trainers.errors import ExperimentError, WeightsError
from trainers.experiment import Experiment, Network
from trainers.recipe import parse_experiment
from trainers.weights import load_network
from trainers.weights.layouts import Held, read


def carry_out(request: Json, tell: Tell) -> Json:
    """Read a file.

    The request holds ``file`` and ``part`` (null for the usual one); and where it is to be written
    anew ``target``, the ``experiment`` that its weights are said to come from (null: the file
    itself says so), ``is_network_said`` (whether that experiment's network must be theirs, which
    else follows from the tensors), and ``seed`` (null: the one in the file, or 1).
    """
    path, part = Path(request["file"]), request["part"]
    if request.get("target") is None:
        return _look(path, part)
    given = request["experiment"]
    settings = parse_experiment(given).network if request["is_network_said"] else None
    loaded = load_network(path, part=part, settings=settings)
    experiment = _experiment(path, given, loaded.held, loaded.settings)
    tensors = {name: _kept(tensor) for name, tensor in loaded.tensors.items()}
    facts = _facts(path, loaded.held)
    seed = next(n for n in (request["seed"], facts["seed"], 1) if n is not None)
    export_weights(
        tensors,
        Path(request["target"]),
        experiment=experiment.model_dump_json(),
        said={"seed": str(seed)},
    )
    return {
        **facts,
        "seed": seed,
        "network": loaded.settings.model_dump(mode="json"),
        "experiment": experiment.model_dump(mode="json"),
    }


def _look(path: Path, part: str | None) -> Json:
    """What a file holds, also where no network here fits it."""
    held = read(path, part=part)
    network, fault = None, None
    try:
        network = load_network(path, part=part).settings.model_dump(mode="json")
    except WeightsError as error:
        fault = str(error)
    text = held.said.get("experiment")
    return {
        **_facts(path, held),
        "network": network,
        "fault": fault,
        "experiment": None if text is None else _plain(text),
    }


def _facts(path: Path, held: Held) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    sizes = [tensor.numel() for tensor in held.tensors.values()]
    run = held.said.get("run")
    return {
        "layout": held.layout,
        "part": held.part,
        "parts": list(held.parts),
        "sha256": digest,
        "bytes": path.stat().st_size,
        "tensors": len(sizes),
        "numbers": sum(sizes),
        "seed": _seed(held.said.get("seed")),
        "signature": held.said.get("signature"),
        "weights": held.said.get("weights"),
        "run": None if run is None else _plain(run),
    }


def _experiment(path: Path, given: Json | None, held: Held, network: Network) -> Experiment:
    """The experiment, with the network that the weights are of."""
    inside = held.said.get("experiment")
    if given is not None and inside is not None:
        raise UsageError(f"{path}: says itself what it was trained with; leave --recipe away")
    if given is not None:
        return parse_experiment({**given, "network": network.model_dump(mode="json")})
    if inside is None:
        raise UsageError(
            f"{path}: does not say what it was trained with; name the recipe with --recipe, as in "
            "--recipe denoise"
        )
    try:
        return parse_experiment(_plain(inside) or {})
    except ExperimentError as error:
        raise ExperimentError([f"{path}: {fault}" for fault in error.faults]) from error


def _plain(text: str) -> Any:
    """What JSON says; None for what is no JSON object."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _seed(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 19 else None


def _kept(tensor: Tensor) -> Tensor:
    """As it is in the types that runs train in, in float32 otherwise."""
    return tensor if tensor.dtype in (torch.float32, torch.float64) else tensor.float()
