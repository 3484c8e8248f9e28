"""What an outer step of an experiment takes and costs (method: Li et al., CVPR 2023, and ours).

A *gradient evaluation* is one forward and backward pass over one batch of degraded patches. A
mixed batch spreads its images over all confounders and costs one, but as many as there are
confounders where every clean patch is degraded by all of them (``train.shared_content``). A
pass through a differentiable update costs two more for its Hessian-vector product.
"""

from typing import assert_never

from trainers.experiment.rules import (
    DilPf,
    DilPs,
    DilSf,
    DilSs,
    Erm,
    Fish,
    GroupDro,
    Mldg,
    VRex,
)
from trainers.experiment.training import Budget
from trainers.experiment.whole import Experiment

_HESSIAN_VECTOR_PRODUCT = 2


def gradients_per_step(experiment: Experiment) -> int:
    """Gradient evaluations that one outer step costs."""
    confounders = len(experiment.confounders)
    shared = experiment.train.shared_content
    mixed = confounders if shared else 1
    through = 1 + _HESSIAN_VECTOR_PRODUCT
    match experiment.rule:
        case Erm() | GroupDro() | VRex():
            return mixed
        case DilSf(inner_steps=steps):
            return confounders * steps
        case Fish():
            return confounders
        case DilPf(inner_steps=steps):
            return steps * mixed
        case DilSs(inner_steps=steps):
            return confounders * (steps * through + mixed)
        case DilPs(inner_steps=steps):
            return steps * mixed * through + mixed
        case Mldg():
            return (confounders - 1 if shared else 1) * through + 1
        case _:
            assert_never(experiment.rule)


def draws_per_step(experiment: Experiment) -> int:
    """Batches of clean patches that one outer step takes.

    A rule that is given as many draws as it makes gradient evaluations sees the same patches as
    ERM after as many of them.
    """
    confounders = len(experiment.confounders)
    match experiment.rule:
        case Erm() | GroupDro() | VRex():
            return 1
        case DilSf(inner_steps=steps):
            return steps if experiment.train.shared_content else confounders * steps
        case Fish():
            return 1 if experiment.train.shared_content else confounders
        case DilPf(inner_steps=steps):
            return steps
        case DilSs(query=query):
            support = 1 if experiment.train.shared_content else confounders
            return support + (query == "fresh")
        case DilPs(query=query):
            return 1 + (query == "fresh")
        case Mldg():
            return 1 if experiment.train.shared_content else 2
        case _:
            assert_never(experiment.rule)


def steps_of(budget: Budget, gradients_per_step: int) -> int | None:
    """Outer steps that a budget allows, None where it is stated in seconds."""
    match budget.unit:
        case "steps":
            return budget.amount
        case "gradients":
            return max(1, budget.amount // gradients_per_step)
        case "seconds":
            return None
