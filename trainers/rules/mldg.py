"""MLDG (Li et al., "Learning to generalize", AAAI 2018, Algorithm 1), second order."""

import torch

from trainers.experiment import Mldg
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, Theta


def outer_step(objective: Objective, theta: Theta, draw: Draw, settings: Mldg) -> OuterStep:
    """Learn on all confounders but one what also helps on that one, drawn anew at every step.

    F is the mean loss over the others, G the loss on the one held out; the outer gradient is
    ∇_θ [F(θ) + β G(θ - α∇F(θ))].
    """
    theta = theta.detach().requires_grad_()
    others, held_out = draw.split()
    loss_others = objective.loss(theta, others)
    (own,) = torch.autograd.grad(loss_others, theta, create_graph=True)
    phi = theta - settings.inner_rate * objective.differentiable_sum(own)
    loss_held_out = objective.loss(phi, held_out)
    (through,) = torch.autograd.grad(loss_held_out, theta)
    weight = settings.held_out_weight
    gradient, loss = objective.summed(
        own.detach() + weight * through, (loss_others + weight * loss_held_out) / (1 + weight)
    )
    return OuterStep(gradient=gradient, loss=loss)
