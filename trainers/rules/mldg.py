"""MLDG (Li et al., "Learning to generalize", AAAI 2018, Algorithm 1), second order."""

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
    own, loss_others = objective.differentiable_gradient(theta, others)
    phi = theta - settings.inner_rate * own
    through, loss_held_out = objective.gradient_through(phi, theta, held_out)
    weight = settings.held_out_weight
    through, loss = objective.summed(
        weight * through, (loss_others + weight * loss_held_out) / (1 + weight)
    )
    return OuterStep(gradient=own.detach() + through, loss=loss)
