"""DIL, serial and second order (the paper's Eq. 3 and 4)."""

import torch

from trainers.experiment import DilSs
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, Theta
from trainers.rules.virtual import virtual_update


def outer_step(objective: Objective, theta: Theta, draw: Draw, settings: DilSs) -> OuterStep:
    """Each confounder intervenes alone; all the updated weights are judged on all confounders.

    φ_i = θ - α∇ℓ_i(θ); the outer gradient is ∇_θ (1/n) Σ_i ℓ_query(φ_i(θ)).
    """
    theta = theta.detach().requires_grad_()
    query = draw.query() if settings.query == "fresh" else draw.query_again()
    gradients, losses = list[torch.Tensor](), list[torch.Tensor]()
    for support in draw.one_by_one():  # one by one, so that one graph is held at a time
        phi = virtual_update(
            objective, theta, support, rate=settings.inner_rate, steps=settings.inner_steps
        )
        gradient, loss = objective.gradient_through(phi, theta, query)
        gradients.append(gradient)
        losses.append(loss)
    mean = sum(gradients, torch.zeros_like(theta)) / len(gradients)
    gradient, loss = objective.summed(mean, torch.stack(losses).mean())
    return OuterStep(gradient=gradient, loss=loss)
