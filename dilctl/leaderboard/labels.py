"""What a run's settings say on a board: names, labels, and which runs were trained alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from types import NoneType
from typing import Any, assert_never

from pydantic import TypeAdapter, ValidationError

from dilctl.flat import flat
from storage.records import Json
from trainers.degradations.kinds import Confounder, Pairs
from trainers.experiment import Evaluate, Network, Rrdb, Rule, SwinIr, Train

# These say how the work is carried out, or are the same for the whole board.
_SILENT = ("resources.", "train.log_every", "train.checkpoint_every", "confounders")
# These change what is measured or kept, not what is trained.
_UNTRAINED = (*_SILENT, "evaluate.", "data.test", "rule.", "train.average")
# Controls that every rule can take: a rule is compared with ERM that has the same of them.
_SWITCHES = ("network.bias", "train.mask")

_CONFOUNDERS: TypeAdapter[tuple[Confounder, ...]] = TypeAdapter(tuple[Confounder, ...])
_NETWORK: TypeAdapter[Network] = TypeAdapter(Network)
_GROUPS: Mapping[str, TypeAdapter[Any]] = {
    "rule": TypeAdapter(Rule),
    "network": _NETWORK,
    "train": TypeAdapter(Train),
    "evaluate": TypeAdapter(Evaluate),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a label is made of.

    Attributes:
        experiment: as the registry keeps it.
        weights: which of the run's weights were tested.
        is_oracle: whether it was trained on every degradation of the suite.
    """

    experiment: Json
    weights: str
    is_oracle: bool


def degradations_trained_on(experiment: Json) -> tuple[Confounder, ...]:
    """The confounders, in the order of the experiment."""
    return _CONFOUNDERS.validate_python(experiment["confounders"])


def confounders_of(experiment: Json) -> tuple[str, ...]:
    """Full names of the degradations trained on, in the order of the experiment."""
    return tuple(degradation.name for degradation in degradations_trained_on(experiment))


def images_of(experiment: Json) -> tuple[str, ...]:
    """The sources that a run is trained on: clean images, then pairs."""
    trained_on = degradations_trained_on(experiment)
    folders = tuple(each.folder for each in trained_on if isinstance(each, Pairs))
    clean = () if len(folders) == len(trained_on) else tuple(experiment["data"]["train"])
    return (*clean, *folders)


def network_of(experiment: Json) -> str:
    """The network in a word, its sizes, and its scale unless that is 1: ``rrdb 24×2×12 scale=4``.

    Sizes are features, blocks and growth of ``rrdb``, features, groups and blocks of ``swinir``.
    """
    try:
        network = _NETWORK.validate_python(experiment["network"])
    except ValidationError:  # another version's words: what it says is all that is known
        return _as_written(experiment["network"])
    scale = f" scale={network.scale}" if network.scale != 1 else ""
    return f"{network.kind} {'×'.join(map(str, _sizes(network)))}{scale}"


def _sizes(network: Network) -> tuple[int, ...]:
    match network:
        case Rrdb():
            return network.features, network.blocks, network.growth
        case SwinIr():
            return network.features, network.groups, network.blocks
        case _:
            assert_never(network)


def _as_written(network: Json) -> str:
    sizes = dict(network)
    kind = sizes.pop("kind")
    return f"{kind} {'×'.join(str(size) for size in sizes.values() if not isinstance(size, bool))}"


def parameters_of(experiment: Json) -> int | None:
    """How many numbers the network trains; None for one that this version does not know."""
    try:
        return _NETWORK.validate_python(experiment["network"]).parameters
    except ValidationError:
        return None


def trained_as(experiment: Json) -> Mapping[str, str]:
    """All settings that shape the weights, except the rule and the confounders.

    Settings that are younger than the run stand in it with their defaults.
    """
    return {
        path: str(value)
        for path, value in flat(_completed(experiment)).items()
        if not path.startswith(_UNTRAINED)
    }


def trained_as_but_for_switches(experiment: Json) -> Mapping[str, str]:
    """The same without the controls that any rule can take: biases and masked training."""
    settings = trained_as(experiment)
    return {path: value for path, value in settings.items() if path not in _SWITCHES}


def averaged_as(experiment: Json) -> object:
    """How the weights are averaged over training; equal only for the same kind and settings."""
    return _completed(experiment)["train"].get("average")


def switches(experiment: Json) -> Mapping[str, Any]:
    """Those controls of an experiment that are not as plain training has them."""
    settings, plain = flat(_completed(experiment)), {"network.bias": True, "train.mask": 0}
    return {
        path: settings[path] for path in _SWITCHES if settings.get(path, plain[path]) != plain[path]
    }


def labels(named: Sequence[Named]) -> tuple[str, ...]:
    """A label for each row: rule, network, and what tells it from others of the same two.

    Controls, oracles and weights other than the last are always named.
    """
    flats = [flat(_completed(each.experiment)) for each in named]
    heads = [f"{each.experiment['rule']['kind']} {network_of(each.experiment)}" for each in named]
    kinds = [(head, each.is_oracle) for head, each in zip(heads, named, strict=True)]
    kin: defaultdict[tuple[str, bool], list[Mapping[str, Any]]] = defaultdict(list)
    for kind, own in zip(kinds, flats, strict=True):
        kin[kind].append(own)
    differing = {kind: _differing(own) for kind, own in kin.items()}
    return tuple(
        " ".join(
            [
                head,
                *(["oracle"] if each.is_oracle else []),
                *(_said(path, value) for path, value in switches(each.experiment).items()),
                *(_said(path, own[path]) for path in differing[kind] if path in own),
                *([f"weights={each.weights}"] if each.weights != "last" else []),
            ]
        )
        for head, kind, own, each in zip(heads, kinds, flats, named, strict=True)
    )


def short_name(source: str) -> str:
    """The last part of a source of images: a folder's name, or ``bundled``."""
    return PurePath(source).name


def _differing(kin: Sequence[Mapping[str, Any]]) -> list[str]:
    """The settings in which some experiments, one at least, are not all alike."""
    known = {path: None for own in kin for path in own}
    paths = [path for path in known if not path.startswith(_SILENT) and path not in _SWITCHES]
    first = kin[0]
    return [path for path in paths if any(own.get(path) != first.get(path) for own in kin)]


def _said(path: str, value: Any) -> str:
    if path == "train.budget":
        return str(value)
    if isinstance(value, list):
        value = "+".join(short_name(str(each)) for each in value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] -- JSON
    # What is evaluated has words that would be misread without it: weights, suites, every.
    short = path if path.startswith("evaluate.") else path.rpartition(".")[2]
    name = "average" if path == "train.average.kind" else short
    return f"{name}={str(value).lower() if isinstance(value, bool | NoneType) else value}"


def _completed(experiment: Json) -> Json:
    """With the defaults of settings that the run is older than."""
    evaluate = dict(experiment.get("evaluate", {}))
    if "suite" in evaluate:  # until 0.1 a run was tested on a single one
        evaluate["suites"] = [evaluate.pop("suite")]
    settings = {**experiment, "evaluate": evaluate}
    groups = {name: adapter for name, adapter in _GROUPS.items() if name in settings}
    return settings | {name: _filled(groups[name], settings[name]) for name in groups}


def _filled(adapter: TypeAdapter[Any], settings: Any) -> Any:
    try:
        return adapter.dump_python(adapter.validate_python(settings), mode="json")
    except ValidationError:  # another version's words: what it says is all that is known
        return settings
