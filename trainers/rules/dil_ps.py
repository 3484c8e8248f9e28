"""DIL, parallel and second order (the paper's Eq. 5)."""

from trainers.experiment import DilPs
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, Theta
from trainers.rules.virtual import virtual_update


def outer_step(objective: Objective, theta: Theta, draw: Draw, settings: DilPs) -> OuterStep:
    """All confounders intervene at once; the updated weights are judged on all of them.

    φ = θ - α∇ (1/n) Σ_i ℓ_i(θ); the outer gradient is ∇_θ ℓ_query(φ(θ)).
    """
    theta = theta.detach().requires_grad_()
    support = draw.mixed()
    query = draw.mixed(1) if settings.query == "fresh" else support
    phi = virtual_update(
        objective, theta, support, rate=settings.inner_rate, steps=settings.inner_steps
    )
    gradient, loss = objective.summed(*objective.gradient_through(phi, theta, query))
    return OuterStep(gradient=gradient, loss=loss)
