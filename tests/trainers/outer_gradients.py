"""Outer gradients of every rule on small networks, in one of the processes of a run.

As a program, under torchrun: python -m tests.trainers.outer_gradients FOLDER FILE
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from tests.trainers.plain import RULES, Draws, small_network, spelled, store_of, tiny_swinir
from trainers.data.store import PatchStore
from trainers.distributed import Processes, processes
from trainers.experiment import DilPf, DilPs, DilSf, DilSs, Mldg, Rule, Train
from trainers.rules.choose import outer_optimiser, outer_step
from trainers.rules.objective import Objective
from trainers.rules.values import Draw

EVERY: tuple[Rule, ...] = (
    *RULES,
    DilSf(inner_steps=2, carry_state=False),
    DilPf(inner_optimiser="sgd", inner_rate=0.1),
    DilSs(inner_steps=2, query="support"),
    DilPs(inner_steps=2, query="support"),
)
WITH_ATTENTION: tuple[Rule, ...] = (DilSf(), DilPs(), Mldg())
STEPS = 2


def outer_gradients(
    rule: Rule,
    draws: Sequence[Draw],
    group: Processes,
    network: Callable[[], nn.Module] = small_network,
) -> Tensor:
    """Gradients and losses of outer steps, one for each draw: shape (draws, P + 1)."""
    objective = Objective(network(), group)
    theta, state, rows = objective.flatten(), None, []
    optimiser = outer_optimiser(rule, Train(lr=1e-2), theta)
    for draw in draws:
        outer = outer_step(rule, objective, theta, draw, state)
        theta.grad, state = outer.gradient, outer.state
        optimiser.step()
        rows.append(torch.cat([outer.gradient, outer.loss.view(1)]))
    return torch.stack(rows)


def of_every_rule(store: PatchStore, group: Processes) -> dict[str, Tensor]:
    """All of them, with own and with shared patches, eight images a batch."""
    gradients = {}
    for shared in (False, True):
        draws = Draws(store, patch=8, draws=9, shared_content=shared, processes=group)
        steps = [draws.remembered(step) for step in range(STEPS)]
        for rule in EVERY:
            case = f"{spelled(rule)}, {'shared' if shared else 'own'} patches"
            gradients[case] = outer_gradients(rule, steps, group)
        if not shared:
            for rule in WITH_ATTENTION:
                case = f"{spelled(rule)}, attention"
                gradients[case] = outer_gradients(rule, steps[:1], group, tiny_swinir)
    return gradients


def main() -> None:
    torch.set_num_threads(1)
    folder, file = Path(sys.argv[1]), Path(sys.argv[2])
    with processes("cpu") as group:
        told = of_every_rule(store_of(folder), group)
        if group.is_first:
            torch.save(told, file)


if __name__ == "__main__":
    main()
