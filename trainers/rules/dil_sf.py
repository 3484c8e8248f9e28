"""DIL, serial and first order: Reptile (Nichol et al., 2018) with a confounder for each task."""

from trainers.experiment import DilSf, Fish
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, RuleState, Theta
from trainers.rules.walk import walk


def outer_step(
    objective: Objective, theta: Theta, draw: Draw, settings: DilSf | Fish, state: RuleState
) -> OuterStep:
    """Let the confounders intervene one after the other, in a freshly shuffled order.

    φ_0 = θ; φ_k = Adam(φ_{k-1}, ∇ℓ_{d_k}(φ_{k-1})); the outer gradient is θ - φ_n, unscaled.
    Fish walks the same way; it differs in what is made of the gradient (``outer_optimiser``).
    """
    passes = settings.inner_steps if isinstance(settings, DilSf) else 1
    return walk(objective, theta, draw.one_by_one(passes), settings, state)
