"""DIL, parallel and first order: a walk on the mean loss over all confounders."""

from trainers.experiment import DilPf
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, RuleState, Theta
from trainers.rules.walk import walk


def outer_step(
    objective: Objective, theta: Theta, draw: Draw, settings: DilPf, state: RuleState
) -> OuterStep:
    """Let all confounders intervene at once, k times, each time on fresh patches.

    φ_0 = θ; φ_j = Adam(φ_{j-1}, ∇ (1/n) Σ_i ℓ_i(φ_{j-1})); the outer gradient is θ - φ_k.
    """
    batches = (draw.mixed(number) for number in range(settings.inner_steps))
    return walk(objective, theta, batches, settings, state)
