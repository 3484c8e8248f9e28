"""From a rule's settings to its outer step, and to the optimiser that is given its gradient."""

from typing import assert_never

import torch

from trainers.experiment import (
    DilPf,
    DilPs,
    DilSf,
    DilSs,
    Erm,
    Fish,
    GroupDro,
    Mldg,
    Rule,
    Train,
    VRex,
)
from trainers.rules import dil_pf, dil_ps, dil_sf, dil_ss, erm, group_dro, mldg, v_rex
from trainers.rules.objective import Objective
from trainers.rules.values import Draw, OuterStep, RuleState, Theta


def outer_step(  # noqa: C901 - one line for each rule is simple
    rule: Rule, objective: Objective, theta: Theta, draw: Draw, state: RuleState
) -> OuterStep:
    """One outer step of the rule; see the rule's own file.

    Args:
        rule: the settings.
        objective: the loss as a function of θ.
        theta: weights, shape (P,).
        draw: the batches of this step.
        state: the rule's memory; None before the first step.
    """
    match rule:
        case Erm():
            return erm.outer_step(objective, theta, draw)
        case DilSf() | Fish():
            return dil_sf.outer_step(objective, theta, draw, rule, state)
        case DilPf():
            return dil_pf.outer_step(objective, theta, draw, rule, state)
        case DilSs():
            return dil_ss.outer_step(objective, theta, draw, rule)
        case DilPs():
            return dil_ps.outer_step(objective, theta, draw, rule)
        case GroupDro():
            return group_dro.outer_step(objective, theta, draw, rule, state)
        case VRex():
            return v_rex.outer_step(objective, theta, draw, rule)
        case Mldg():
            return mldg.outer_step(objective, theta, draw, rule)
        case _:
            assert_never(rule)


def outer_optimiser(rule: Rule, train: Train, theta: Theta) -> torch.optim.Optimizer:
    """What makes a step of θ out of a rule's outer gradient.

    Adam for all rules alike, but for Fish: θ - ε (θ - φ_n) is plain gradient descent at rate ε.
    """
    if isinstance(rule, Fish):
        return torch.optim.SGD([theta], lr=outer_rate(rule, train))
    return torch.optim.Adam([theta], lr=outer_rate(rule, train), betas=train.betas)


def outer_rate(rule: Rule, train: Train) -> float:
    """The rate of the outer optimiser before it is halved."""
    return rule.outer_rate if isinstance(rule, Fish) else train.lr
