"""The walk of the first-order rules: virtual updates from θ to φ, whose way is the gradient."""

from collections.abc import Iterable

import torch
from torch import Tensor

from trainers.data.batch import Batch
from trainers.experiment import FirstOrder
from trainers.rules.adam import AdamState, adam
from trainers.rules.objective import Objective
from trainers.rules.values import OuterStep, RuleState, Theta


def walk(
    objective: Objective,
    theta: Theta,
    batches: Iterable[Batch],
    settings: FirstOrder,
    state: RuleState,
) -> OuterStep:
    """φ_0 = θ; φ_k = Adam(φ_{k-1}, ∇ℓ_k(φ_{k-1})); the outer gradient is θ - φ, unscaled.

    With ``reduce = "inner"`` every ∇ℓ_k is that of the whole batch. With ``"outer"`` every
    process walks on its own images alone, and the ways are averaged, and with them the moments
    of the inner Adam, each process weighing as much as it has images.
    """
    assert state is None or isinstance(state, AdamState)
    alone = settings.reduce == "outer"
    walker = objective.alone() if alone else objective
    phi, losses, share = theta, list[Tensor](), 1.0
    for batch in batches:
        share = len(batch.clean) / batch.total
        gradient, loss = walker.gradient(phi, batch.alone() if alone else batch)
        phi, state = _virtual_update(phi, gradient, state, settings)
        losses.append(loss)
    step = OuterStep(gradient=theta - phi, loss=torch.stack(losses).mean(), state=state)
    if alone:
        step = _averaged(objective, step, share)
    return step if settings.carry_state else OuterStep(gradient=step.gradient, loss=step.loss)


def _virtual_update(
    phi: Theta, gradient: Tensor, state: AdamState | None, settings: FirstOrder
) -> tuple[Theta, AdamState | None]:
    if settings.inner_optimiser == "sgd":
        return phi - settings.inner_rate * gradient, None
    state = state or AdamState.fresh(phi)
    return adam(phi, gradient, state, rate=settings.inner_rate, betas=settings.inner_betas)


def _averaged(objective: Objective, step: OuterStep, share: float) -> OuterStep:
    """The mean of what the processes came to, in one message."""
    parts = [step.gradient, step.loss.view(1)]
    if isinstance(step.state, AdamState):
        parts += [step.state.first, step.state.second]
    mean = objective.sum(torch.cat(parts) * share).split([len(part) for part in parts])
    state = step.state
    if isinstance(state, AdamState):
        state = AdamState(updates=state.updates, first=mean[2], second=mean[3])
    return OuterStep(gradient=mean[0], loss=mean[1].squeeze(), state=state)
