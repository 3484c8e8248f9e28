"""Empirical risk minimisation: the rule that DIL is measured against."""

from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, Theta


def outer_step(objective: Objective, theta: Theta, draw: Draw) -> OuterStep:
    """∇_θ of the mean loss on a batch that spreads its images evenly over all confounders."""
    gradient, loss = objective.gradient(theta, draw.mixed())
    return OuterStep(gradient=gradient, loss=loss)
