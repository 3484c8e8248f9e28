"""The virtual update of the second-order rules, φ(θ) = θ - α∇ℓ(θ), kept differentiable."""

from trainers.data.batch import Batch
from trainers.rules.objective import Objective
from trainers.rules.values import Theta


def virtual_update(
    objective: Objective, theta: Theta, support: Batch, *, rate: float, steps: int = 1
) -> Theta:
    """Plain gradient descent on one support batch, as a function of θ, shape (P,)."""
    phi = theta
    for _ in range(steps):
        gradient, _ = objective.differentiable_gradient(phi, support)
        phi = phi - rate * gradient
    return phi
