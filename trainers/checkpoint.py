"""Everything that the next step depends on, kept on disk so that no crash can spoil it.

A checkpoint is written beside, flushed, and renamed; the one before it is kept. The first 32
bytes are the SHA-256 of the rest, which is a ``torch.save`` archive without pickled code.
"""

import hashlib
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, get_args

import torch
from safetensors import torch as safetensors
from torch import Tensor

from trainers.errors import CheckpointError
from trainers.kept import Averaged, BestSeen, Kept
from trainers.reporter import Position
from trainers.rules.values import RuleState

_DIGEST = 32

# What may lie in a checkpoint beside plain values and tensors, by the name that is written.
_STATES = {state.__name__: state for state in (Averaged, BestSeen, *get_args(RuleState))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a run between two outer steps.

    Attributes:
        signature: of the experiment; seed: of the run. A checkpoint of another is refused.
        position: how far the run has come.
        theta: all weights as one vector.
        outer: state of the outer optimiser.
        rule: memory of the rule.
        kept: weights beside the last ones.
        losses: those not yet reported, each of shape ().
    """

    signature: str
    seed: int
    position: Position
    theta: Tensor
    outer: Mapping[str, Any]
    rule: RuleState
    kept: Kept
    losses: tuple[Tensor, ...]


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint; the one that was there before becomes ``<name>.previous``.

    Raises:
        OSError: it cannot be written; what was there before is untouched.
    """
    plain = {
        "signature": checkpoint.signature,
        "seed": checkpoint.seed,
        "position": asdict(checkpoint.position),
        "theta": checkpoint.theta,
        "outer": dict(checkpoint.outer),
        "rule": _plain(checkpoint.rule),
        "average": _plain(checkpoint.kept.average),
        "best_seen": _plain(checkpoint.kept.best_seen),
        "losses": list(checkpoint.losses),
    }
    buffer = io.BytesIO()
    torch.save(plain, buffer)
    payload = buffer.getbuffer()

    def write(beside: Path) -> None:
        with beside.open("wb") as file:
            file.write(hashlib.sha256(payload).digest())
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())

    _write_beside(path, write, keep_previous=True)


def load(path: Path, *, signature: str, seed: int, device: torch.device) -> Checkpoint | None:
    """The newest whole checkpoint at a path, None if there is none.

    Raises:
        CheckpointError: all that is there is damaged, or is of another experiment or seed.
    """
    candidates = [p for p in (path, previous(path)) if p.is_file()]
    damaged: list[str] = []
    for candidate in candidates:
        plain = _read(candidate)
        if plain is None:
            damaged.append(str(candidate))
            continue
        if (plain["signature"], plain["seed"]) != (signature, seed):
            raise CheckpointError(f"{candidate}: is of another experiment or seed; move it away")
        return _restored(plain, device)
    if damaged:
        raise CheckpointError(f"{' and '.join(damaged)}: damaged; delete to start again")
    return None


def previous(path: Path) -> Path:
    """Where the checkpoint before the newest lies."""
    return path.with_name(path.name + ".previous")


def export_weights(
    weights: Mapping[str, Tensor],
    path: Path,
    *,
    experiment: str,
    said: Mapping[str, str] | None = None,
) -> None:
    """Write named weights as safetensors, with the experiment (JSON) and more text inside.

    Raises:
        OSError: they cannot be written; what was there before is untouched.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    payload = safetensors.save(plain, {"experiment": experiment, **(said or {})})

    def write(beside: Path) -> None:
        with beside.open("wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())

    _write_beside(path, write)


def _write_beside(
    path: Path, write: Callable[[Path], None], *, keep_previous: bool = False
) -> None:
    beside = path.with_name(path.name + ".new")
    try:
        write(beside)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if keep_previous and path.exists():
        path.replace(previous(path))
    beside.replace(path)


def _read(path: Path) -> dict[str, Any] | None:
    raw = path.read_bytes()
    if len(raw) <= _DIGEST or hashlib.sha256(memoryview(raw)[_DIGEST:]).digest() != raw[:_DIGEST]:
        return None
    return torch.load(io.BytesIO(raw[_DIGEST:]), map_location="cpu", weights_only=True)


def _restored(plain: dict[str, Any], device: torch.device) -> Checkpoint:
    """The checkpoint with its tensors on the device, but for the outer optimiser's.

    The first release kept no weights but the last, and no state of a rule but Adam's, unnamed.

    The optimiser moves its moments itself. Its count of steps must stay on the CPU, where Adam
    keeps it: read from a GPU, it would make every step wait for the device.
    """
    return Checkpoint(
        signature=plain["signature"],
        seed=plain["seed"],
        position=Position(**plain["position"]),
        theta=plain["theta"].to(device),
        outer=plain["outer"],
        rule=_state(plain["rule"], device),
        kept=Kept(
            average=_state(plain.get("average"), device),
            best_seen=_state(plain.get("best_seen"), device),
        ),
        losses=tuple(loss.to(device) for loss in plain["losses"]),
    )


def _plain(state: RuleState | Averaged | BestSeen) -> dict[str, Any] | None:
    """A state as plain values and tensors, with its name."""
    if state is None:
        return None
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    return {"state": type(state).__name__, **values}


def _state(plain: dict[str, Any] | None, device: torch.device) -> Any:
    """The state that was made plain, its tensors on the device."""
    if plain is None:
        return None
    values: dict[str, Any] = {
        name: value.to(device) if isinstance(value, Tensor) else value
        for name, value in plain.items()
        if name != "state"
    }
    return _STATES[plain.get("state", "AdamState")](**values)
