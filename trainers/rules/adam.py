"""Adam (Kingma and Ba, ICLR 2015) as a pure function, for the rules' virtual updates."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class AdamState:
    """Adam's memory: updates made so far, and its two moment estimates, shape (P,)."""

    updates: int
    first: Tensor
    second: Tensor

    @classmethod
    def fresh(cls, theta: Tensor) -> "AdamState":
        """The memory before the first update."""
        return cls(updates=0, first=torch.zeros_like(theta), second=torch.zeros_like(theta))


def adam(
    theta: Tensor,
    gradient: Tensor,
    state: AdamState,
    *,
    rate: float,
    betas: tuple[float, float],
    epsilon: float = 1e-8,
) -> tuple[Tensor, AdamState]:
    """One update: the new weights and the new memory; nothing is changed in place."""
    updates = state.updates + 1
    first = state.first.lerp(gradient, 1 - betas[0])
    second = (state.second * betas[1]).addcmul_(gradient, gradient, value=1 - betas[1])
    scale = (second / (1 - betas[1] ** updates)).sqrt_().add_(epsilon)
    moved = theta.addcdiv(first, scale, value=-rate / (1 - betas[0] ** updates))
    return moved, AdamState(updates=updates, first=first, second=second)
