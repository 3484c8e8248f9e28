"""Which network weights are of, told by their names and shapes."""

from collections.abc import Collection, Iterator, Mapping
from itertools import count
from math import isqrt

import torch
from pydantic import TypeAdapter, ValidationError
from torch import Tensor, nn

from trainers.errors import WeightsError
from trainers.experiment import Network
from trainers.networks.build import unweighted

_NAMED = 4  # tensors that a sentence names; it counts the others
_RRDB = "body.0.dense.0.layers.0.weight"
_SWINIR = "groups.0.blocks.0.attention.qkv.weight"


def settings_of(tensors: Mapping[str, Tensor]) -> Network:
    """The settings of the network that weights are of.

    Raises:
        WeightsError: they are of no network that there is here.
    """
    if _RRDB in tensors:
        said = _rrdb(tensors)
    elif _SWINIR in tensors:
        said = _swinir(tensors)
    else:
        raise WeightsError(
            f"holds no rrdb and no swinir, which are the networks that dilctl has: {_some(tensors)}"
        )
    try:
        return TypeAdapter[Network](Network).validate_python(said)
    except ValidationError as error:
        raise WeightsError(f"no {said['kind']} has such shapes: {said}") from error


def fit(tensors: Mapping[str, Tensor], settings: Network) -> nn.Module:
    """The network with these weights, on the CPU in float32, ready to restore.

    Raises:
        WeightsError: tensors are missing, left over, of another shape, or not finite.
    """
    with torch.device("meta"):  # no memory is taken for what does not fit
        outline = unweighted(settings).state_dict()
    wanted = {name: tuple(tensor.shape) for name, tensor in outline.items()}
    if faults := tuple(_faults(tensors, wanted)):
        raise WeightsError(f"does not fit a network {_said(settings)}: {'; '.join(faults)}")
    if broken := [name for name in wanted if not tensors[name].isfinite().all()]:
        raise WeightsError(f"holds numbers that are not finite, in {_some(broken)}")
    network = unweighted(settings)
    network.load_state_dict({name: tensors[name].float() for name in wanted})
    return network.requires_grad_(requires_grad=False).eval()


def _rrdb(tensors: Mapping[str, Tensor]) -> dict[str, object]:
    return {
        "kind": "rrdb",
        "features": _size(tensors, "head.weight", 0),
        "blocks": _number(tensors, "body.{}.dense.0.layers.0.weight"),
        "growth": _size(tensors, _RRDB, 0),
        "bias": "head.bias" in tensors,
        "scale": 2 ** _number(tensors, "enlarge.{}.weight"),
    }


def _swinir(tensors: Mapping[str, Tensor]) -> dict[str, object]:
    positions = "groups.0.blocks.0.attention.positions"
    features = _size(tensors, "head.weight", 0)
    return {
        "kind": "swinir",
        "features": features,
        "groups": _number(tensors, "groups.{}.blocks.0.attention.qkv.weight"),
        "blocks": _number(tensors, "groups.0.blocks.{}.attention.qkv.weight"),
        "heads": _size(tensors, positions, 1),
        "window": (isqrt(_size(tensors, positions, 0)) + 1) // 2,
        "mlp_ratio": _size(tensors, "groups.0.blocks.0.mlp.0.weight", 0) // max(1, features),
    }


def _size(tensors: Mapping[str, Tensor], name: str, dimension: int) -> int:
    if name not in tensors or tensors[name].dim() <= dimension:
        raise WeightsError(f"has no {name} of the shape that it should have")
    return tensors[name].shape[dimension]


def _number(tensors: Mapping[str, Tensor], name: str) -> int:
    """How many of a tensor there are, counted from 0 without a gap."""
    return next(number for number in count() if name.format(number) not in tensors)


def _faults(tensors: Mapping[str, Tensor], wanted: Mapping[str, tuple[int, ...]]) -> Iterator[str]:
    if missing := [name for name in wanted if name not in tensors]:
        yield f"without {_some(missing)}"
    if left_over := [name for name in tensors if name not in wanted]:
        yield f"no place for {_some(left_over)}"
    shapes = {name: tuple(tensors[name].shape) for name in wanted if name in tensors}
    if others := [name for name in shapes if shapes[name] != wanted[name]]:
        first = others[0]
        yield f"{first} is {shapes[first]}, not {wanted[first]}{_more(len(others) - 1)}"


def _said(settings: Network) -> str:
    values = settings.model_dump(exclude_defaults=True)
    return " ".join([str(values.pop("kind")), *(f"{key}={value}" for key, value in values.items())])


def _some(names: Collection[str]) -> str:
    return f"{', '.join(list(names)[:_NAMED])}{_more(len(names) - _NAMED)}"


def _more(number: int) -> str:
    return f" and {number} more" if number > 0 else ""
