"""Group DRO (Sagawa et al., ICLR 2020, Algorithm 1), a confounder for each group."""

import torch
from torch import Tensor

from trainers.experiment import GroupDro
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, GroupWeights, OuterStep, RuleState, Theta


def outer_step(
    objective: Objective, theta: Theta, draw: Draw, settings: GroupDro, state: RuleState
) -> OuterStep:
    """q_i ← q_i exp(η ℓ_i(θ)), normalised; the outer gradient is Σ_i q_i ∇ℓ_i(θ)."""
    batch = draw.mixed()
    before = state.logarithms if isinstance(state, GroupWeights) else theta.new_zeros(())

    def updated(losses: Tensor) -> Tensor:
        return torch.log_softmax(before + settings.weight_rate * losses, dim=0)

    gradient, losses = objective.weighted_gradient(
        theta, batch, lambda losses: updated(losses).exp()
    )
    return OuterStep(
        gradient=gradient,
        loss=batch.mean_over_confounders(losses),
        state=GroupWeights(logarithms=updated(losses)),
    )
