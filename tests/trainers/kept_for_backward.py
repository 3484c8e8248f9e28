"""How much memory autograd keeps for its way back, at the worst moment."""

from dataclasses import dataclass, field

import torch
from torch import Tensor


class _Kept:
    """A tensor that autograd keeps, counted for as long as it does."""

    def __init__(self, tensor: Tensor, count: "KeptForBackward") -> None:
        self.tensor, self._count = tensor.detach(), count
        count.now += tensor.nbytes
        count.most = max(count.most, count.now)

    def __del__(self) -> None:
        self._count.now -= self.tensor.nbytes


@dataclass
class KeptForBackward:
    """Counts inside its ``with``, in bytes: what is kept now, and the most that ever was."""

    now: int = 0
    most: int = 0
    _hooks: list[torch.autograd.graph.saved_tensors_hooks] = field(default_factory=list)

    def __enter__(self) -> "KeptForBackward":
        hooks = torch.autograd.graph.saved_tensors_hooks(
            lambda tensor: _Kept(tensor, self), lambda kept: kept.tensor
        )
        hooks.__enter__()
        self._hooks.append(hooks)
        return self

    def __exit__(self, *_: object) -> None:
        self._hooks.pop().__exit__()
