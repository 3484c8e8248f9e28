"""What a file of weights holds, whatever program wrote it; no code in it is ever executed.

| layout | as written by |
|---|---|
| safetensors | ``dilctl`` itself, whose experiment lies inside, and others |
| ``{"model_meta": …, "model_task": …}`` | the released code of DIL |
| ``{"params": …, "params_ema": …}`` | BasicSR, Real-ESRGAN, SwinIR |
| ``{"state_dict": …}``, ``{"model": …}`` and the like | most training loops |
| a plain state dictionary | ``torch.save(network.state_dict())`` |
"""

import errno
import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from trainers.errors import WeightsError

# Which part of a file is meant where nobody says: averages before what they are averages of.
_PREFERRED = (
    *("params_ema", "params", "model_meta", "ema", "model_ema", "state_dict_ema"),
    *("state_dict", "model", "net", "network", "generator"),
)
_RELEASED = frozenset({"model_meta", "model_task"})
_BASICSR = frozenset({"params", "params_ema"})

_ZIP = b"PK\x03\x04"
_DIGEST = 32  # bytes before the archive in a checkpoint of `trainers.checkpoint`
_LONGEST_HEADER = 100_000_000  # bytes; of safetensors
_CODE = re.compile(r"(?:GLOBAL|type) ([\w.]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a file holds.

    Attributes:
        layout: in words.
        part: name of the part that was read, empty where the file has none.
        parts: all that could have been read.
        tensors: by the names in the file.
        said: text that lies beside them, as ``experiment``.
    """

    layout: str
    part: str
    parts: tuple[str, ...]
    tensors: Mapping[str, Tensor]
    said: Mapping[str, str]


def read(path: Path, *, part: str | None = None) -> Held:
    """What a file of weights holds, on the CPU.

    Args:
        path: the file.
        part: which of its parts, as ``params_ema`` or its end, ``ema``; None for the usual one.

    Raises:
        WeightsError: it is damaged, needs code to be read, or holds no weights or no such part.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_DIGEST + len(_ZIP))
    if _is_safetensors(head):
        return _read_safetensors(path, part)
    if head[_DIGEST:] == _ZIP and not head.startswith(_ZIP):
        raise WeightsError(
            f"{path}: is a checkpoint, with all that training needs; take a run's weights with: "
            "dilctl weights export RUN FILE"
        )
    content = _unpickled(path)
    parts = _parts(content)
    if not parts:
        raise WeightsError(f"{path}: holds no named tensors; save the network's state_dict()")
    name = _chosen(path, tuple(parts), part)
    return Held(
        layout=_layout(name),
        part=name,
        parts=tuple(name for name in parts if name),
        tensors=parts[name],
        said={},
    )


def _is_safetensors(head: bytes) -> bool:
    """Whether it begins as they do: the length of a header, then the header, which is JSON."""
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= _LONGEST_HEADER


def _read_safetensors(path: Path, part: str | None) -> Held:
    try:
        with safe_open(path, framework="pt") as file:
            said: dict[str, str] = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    except SafetensorError as error:
        raise WeightsError(f"{path}: damaged ({error}); fetch it again") from error
    if part is not None:
        raise WeightsError(f"{path}: has no parts, so no {part}")
    layout = "weights of dilctl" if "experiment" in said else "safetensors"
    return Held(layout=layout, part="", parts=(), tensors=tensors, said=said)


def _unpickled(path: Path) -> object:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except pickle.UnpicklingError as error:
        raise WeightsError(_refusal(path, str(error))) from error
    except Exception as error:  # whatever a damaged file makes the reader stumble over
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # to seek beyond its end
            raise
        if "TorchScript" in str(error):
            said = "is a TorchScript program, which is code; save the network's state_dict()"
        else:
            said = "is no file of weights, or a damaged one"
        raise WeightsError(f"{path}: {said}") from error


def _refusal(path: Path, complaint: str) -> str:
    needed = _CODE.search(complaint.replace("builtins.type", ""))
    if needed is None:
        return f"{path}: is no file of weights, or a damaged one"
    return (
        f"{path}: needs code to be read ({needed[1]}), which could do anything, so it is refused; "
        "where you trust it, keep its tensors only: torch.save(network.state_dict(), FILE)"
    )


def _parts(content: object) -> dict[str, dict[str, Tensor]]:
    """Named tensors by the name of the part that they are; the name of all is empty."""
    if not isinstance(content, Mapping):
        return {}
    entries: Mapping[Any, Any] = content
    inner = {str(key): found for key, value in entries.items() if (found := _tensors(value))}
    return inner or ({"": flat} if (flat := _tensors(entries)) else {})


def _tensors(value: object) -> dict[str, Tensor]:
    if not isinstance(value, Mapping):
        return {}
    entries: Mapping[Any, Any] = value
    return {
        key: tensor
        for key, tensor in entries.items()
        if isinstance(key, str) and isinstance(tensor, Tensor)
    }


def _chosen(path: Path, parts: tuple[str, ...], wanted: str | None) -> str:
    if wanted is not None:
        found = [name for name in parts if name == wanted or name.endswith(f"_{wanted}")]
    else:
        found = [name for name in _PREFERRED if name in parts][:1] or list(parts)
    if wanted in found:
        return wanted
    if len(found) == 1:
        return found[0]
    there = ", ".join(filter(None, parts))
    if wanted is None:
        raise WeightsError(f"{path}: holds {there}; say which with --weights")
    raise WeightsError(f"{path}: has no {wanted}; {f'it holds {there}' if there else 'no parts'}")


def _layout(part: str) -> str:
    if part in _RELEASED:
        return "checkpoint of DIL's released code"
    if part in _BASICSR:
        return "checkpoint of BasicSR"
    return "checkpoint" if part else "plain state dictionary"
