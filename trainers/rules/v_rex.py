"""V-REx (Krueger et al., ICML 2021, Eq. 8), a confounder for each training domain."""

from torch import Tensor

from trainers.experiment import VRex
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, Theta


def outer_step(objective: Objective, theta: Theta, draw: Draw, settings: VRex) -> OuterStep:
    """∇_θ of (1/n) Σ_i ℓ_i(θ) + β Var_i ℓ_i(θ), over the confounders of a mixed batch.

    Its weight of ∇ℓ_i is (1 + 2β (ℓ_i - mean ℓ)) / n. Eq. 8 has the sum where this has the mean,
    which keeps the losses of all rules of one size: its β is n times this one.
    """
    batch = draw.mixed()

    def weights(losses: Tensor) -> Tensor:
        from_mean = losses - batch.mean_over_confounders(losses)
        return (1 + 2 * settings.penalty * from_mean) / batch.present.sum()

    gradient, losses = objective.weighted_gradient(theta, batch, weights)
    return OuterStep(gradient=gradient, loss=batch.mean_over_confounders(losses))
