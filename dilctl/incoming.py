"""Weights that come from elsewhere, and the run that they become."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from dilctl.members import only_member
from dilctl.request import LONGEST_NAME, Request, key_of
from dilctl.resolving import Bases, resolve
from storage.records import Json, NewRun, Past
from trainers.errors import DataError, ExperimentError
from trainers.experiment import Experiment
from trainers.recipe import parse_experiment

_MOST = 2**62  # of a count in a file that anybody may have written


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a person says of a file of weights.

    Attributes:
        file: where it lies.
        recipe: what the weights were trained with; None where the file says so itself.
        assignments: ``key=value`` settings of that recipe.
        part: which part of the file; None for the usual one.
        seed: of the run; None for the one in the file, or 1.
        name: what to call the run; None for the name in the file, or the file's own.
        tags, note: what to find and remember it by.
        again: also when it is there already.
    """

    file: Path
    recipe: str | None = None
    assignments: tuple[str, ...] = ()
    part: str | None = None
    seed: int | None = None
    name: str | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    again: bool = False


def experiment_of(incoming: Incoming, *, here: Path) -> Experiment | None:
    """The experiment that a person says the weights come from; None where the file says so.

    Folders that are not here stay as they were written: the training is over.
    """
    if incoming.recipe is None:
        if incoming.assignments:
            raise ExperimentError(["--set: changes a recipe; name it with --recipe"])
        return None
    request = Request(recipe=incoming.recipe, assignments=incoming.assignments)
    member = only_member(request, here=here)
    bases = Bases(train=member.train_base, test=member.test_base)
    try:
        return resolve(member.experiment, bases, may_lack_tests=True).experiment
    except (DataError, ExperimentError):
        return member.experiment


def is_network_said(incoming: Incoming) -> bool:
    """Whether the person says which network it is, so that no other will do."""
    keys = [key_of(assignment) for assignment in incoming.assignments]
    return any(key == "network" or key.startswith("network.") for key in keys)


def new_run(incoming: Incoming, answer: Json) -> NewRun:
    """The run that weights become, after the errand ``read-weights`` has read them."""
    experiment = parse_experiment(answer["experiment"])
    told = _told(answer)
    name = incoming.name or str(told.get("name") or incoming.file.stem)
    return NewRun(
        name=name[:LONGEST_NAME],
        experiment=experiment.model_dump(mode="json"),
        seed=answer["seed"],
        signature=_signature(answer, experiment),
        task=experiment.task,
        rule=experiment.rule.kind,
        network=experiment.network.kind,
        needs=experiment.resources.model_dump(include={"processes", "threads", "device"}),
        provenance=_provenance(incoming, answer),
        tags=incoming.tags,
        note=incoming.note,
    )


def past(answer: Json, *, host: str) -> Past:
    """How far training came, where the file says so."""
    told = _told(answer)
    seconds = told.get("seconds")
    return Past(
        host=host,
        step=_count(told.get("step")),
        gradients=_count(told.get("gradients")),
        seconds=float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < _MOST else 0,
    )


def _signature(answer: Json, experiment: Experiment) -> str:
    """What these weights are the same as.

    The last weights of a run that ended are that run, wherever they are. Others were made we do
    not know how: only they themselves are their like.
    """
    is_whole = answer["weights"] == "last" and _told(answer).get("status") == "done"
    if is_whole and answer["signature"]:
        return str(answer["signature"])[:16]
    text = json.dumps([answer["sha256"], answer["part"], experiment.signature])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _provenance(incoming: Incoming, answer: Json) -> dict[str, Any]:
    told = _told(answer)
    known = {key: told[key] for key in ("commit", "python") if isinstance(told.get(key), str)}
    if isinstance(told.get("packages"), dict):
        known["packages"] = told["packages"]
    about = {key: answer[key] for key in ("sha256", "layout", "part", "weights")}
    return {**known, "imported": {"file": incoming.file.name, **about}}


def _told(answer: Json) -> Mapping[str, Any]:
    """What the file says of the run that it comes from."""
    return cast("Mapping[str, Any]", answer["run"] or {})


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < _MOST else 0
