"""What a run's settings say on a board: names, labels, and which runs were trained alike."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from pydantic import TypeAdapter

from storage.records import Json
from trainers.degradations.kinds import Degradation, DegradationKind

# These say how the work is carried out, or are the same for the whole board.
_SILENT = ("resources.", "train.log_every", "train.checkpoint_every", "confounders")
# These change what is measured, not what is trained.
_UNTRAINED = (*_SILENT, "evaluate.", "data.test", "rule.")

_DEGRADATIONS: TypeAdapter[tuple[DegradationKind, ...]] = TypeAdapter(tuple[Degradation, ...])


def confounders_of(experiment: Json) -> tuple[str, ...]:
    """Full names of the degradations trained on, in the order of the experiment."""
    known = _DEGRADATIONS.validate_python(experiment["confounders"])
    return tuple(degradation.name for degradation in known)


def network_of(experiment: Json) -> str:
    """The network in a word and its sizes, as ``rrdb 24×2×12`` (features, blocks, growth)."""
    network = dict(experiment["network"])
    kind = network.pop("kind")
    return f"{kind} {'×'.join(str(size) for size in network.values())}"


def trained_as(experiment: Json) -> Mapping[str, str]:
    """All settings that shape the weights, except the rule and the confounders."""
    return {
        path: str(value)
        for path, value in _flat(experiment).items()
        if not path.startswith(_UNTRAINED)
    }


def labels(experiments: Sequence[Json]) -> tuple[str, ...]:
    """A label for each experiment: rule, network, and the settings that tell its kin apart."""
    heads = [f"{each['rule']['kind']} {network_of(each)}" for each in experiments]
    flats = [_flat(each) for each in experiments]
    return tuple(
        " ".join(
            [
                head,
                *_distinctions(flat, [f for f, h in zip(flats, heads, strict=True) if h == head]),
            ]
        )
        for head, flat in zip(heads, flats, strict=True)
    )


def short_name(source: str) -> str:
    """The last part of a source of images: a folder's name, or ``bundled``."""
    return PurePath(source).name


def _distinctions(own: Mapping[str, Any], kin: Sequence[Mapping[str, Any]]) -> list[str]:
    paths = {path: None for flat in kin for path in flat if not path.startswith(_SILENT)}
    return [
        _said(path, own[path])
        for path in paths
        if path in own and any(flat.get(path) != own[path] for flat in kin)
    ]


def _said(path: str, value: Any) -> str:
    if path == "train.budget":
        return str(value)
    if isinstance(value, list):
        value = "+".join(short_name(str(each)) for each in value)
    return f"{path.rpartition('.')[2]}={value}"


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings by their paths, as ``train.batch``; lists count as values."""
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat
