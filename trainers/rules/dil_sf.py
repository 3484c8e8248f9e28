"""DIL, serial and first order: Reptile (Nichol et al., 2018) with a confounder for each task."""

import torch

from trainers.experiment import DilSf
from trainers.rules.adam import AdamState, adam
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, Theta


def outer_step(
    objective: Objective, theta: Theta, draw: Draw, settings: DilSf, state: AdamState
) -> OuterStep:
    """Let the confounders intervene one after the other, in a freshly shuffled order.

    φ_0 = θ; φ_k = Adam(φ_{k-1}, ∇ℓ_{d_k}(φ_{k-1})); the outer gradient is θ - φ_n, unscaled.
    """
    phi, losses = theta, list[torch.Tensor]()
    for batch in draw.one_by_one():
        gradient, loss = objective.gradient(phi, batch)
        phi, state = adam(
            phi, gradient, state, rate=settings.inner_rate, betas=settings.inner_betas
        )
        losses.append(loss)
    return OuterStep(gradient=theta - phi, loss=torch.stack(losses).mean(), state=state)
