"""Writes a run's weights into a file that says what they are."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dilctl.errand import Json, Tell
from trainers.checkpoint import export_weights
from trainers.recipe import parse_experiment
from trainers.weights.layouts import read
from trainers.weights.taking import take


def carry_out(request: Json, tell: Tell) -> Json:
    """Write the weights.

    The request holds ``exported`` (where the run has written them itself; null if it has not),
    ``checkpoint``, ``signature``, ``seed``, ``experiment``, ``weights`` (their name), ``said``
    (facts of the run) and ``target``. The answer is the number of ``tensors`` and of
    ``parameters``, and the ``step`` of a checkpoint.
    """
    experiment, said = parse_experiment(request["experiment"]), dict(request["said"])
    if request["exported"] is not None:
        tensors = read(Path(request["exported"])).tensors
    else:
        taken = take(
            Path(request["checkpoint"]),
            request["weights"],
            experiment.network,
            signature=request["signature"],
            seed=request["seed"],
        )
        tensors, said = taken.tensors, {**said, **asdict(taken.position)}
    export_weights(
        tensors,
        Path(request["target"]),
        experiment=experiment.model_dump_json(),
        said=_texts(request, said),
    )
    return {
        "tensors": len(tensors),
        "parameters": sum(tensor.numel() for tensor in tensors.values()),
        "step": said["step"],
    }


def _texts(request: Json, said: Mapping[str, Any]) -> dict[str, str]:
    return {
        "seed": str(request["seed"]),
        "weights": request["weights"],
        "signature": request["signature"],
        "run": json.dumps(said),
    }
