"""What a step of a rule costs and takes, counted while it is made."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from tests.trainers.plain import ALONE, CONFOUNDERS, RULES, Draws, open_store, spelled
from trainers.data.batches import StepDraw
from trainers.experiment import (
    DilPf,
    DilPs,
    DilSf,
    DilSs,
    Erm,
    Experiment,
    Fish,
    GroupDro,
    Mldg,
    Settings,
    Train,
    VRex,
    draws_per_step,
    gradients_per_step,
)
from trainers.rules.choose import outer_step
from trainers.rules.objective import Objective

pytestmark = pytest.mark.slow

VARIANTS = [
    *RULES,
    DilSf(inner_steps=2),
    DilPf(inner_steps=2),
    DilSs(inner_steps=2),
    DilPs(inner_steps=2),
    DilSs(query="support"),
    DilPs(query="support"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return open_store(tmp_path_factory.mktemp("cost"))


@pytest.fixture(scope="module", params=[False, True], ids=["own patches", "shared patches"])
def draws(store, request):
    return Draws(
        store, batch=4, patch=8, draws=9, shared_content=request.param, dtype=torch.float32
    )


def experiment(rule, shared_content):
    train = Train(shared_content=shared_content)
    return Experiment(task="denoise", confounders=CONFOUNDERS, rule=rule, train=train)


def convolutions():
    """A network of which nearly all work is in layers whose inputs have gradients."""
    layers = [torch.nn.Conv2d(3, 3, 1)]
    for inputs, outputs in ((3, 12), (12, 12), (12, 3)):
        layers += [torch.nn.LeakyReLU(), torch.nn.Conv2d(inputs, outputs, 3, padding=1)]
    return torch.nn.Sequential(*layers)


def operations(work):
    """Floating-point operations of all convolutions, forward and backward and twice backward."""
    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops()


@pytest.mark.parametrize("rule", VARIANTS, ids=spelled)
def test_a_step_costs_as_many_gradient_evaluations_as_it_is_said_to(draws, rule):
    """Of a layer that takes F forward, a gradient takes 3 F, and the gradient of that 6 F more.

    Backward, the gradients of input and weight take F each. Backward through these two, each
    asks for the gradients of both that it was made of, 4 F; and then 2 F go backward through
    the forward pass. But the first layer's input, which has no gradient, spares some, so that
    half a percent is left open.
    """
    objective = Objective(convolutions(), ALONE)
    theta, draw = objective.flatten(), draws.remembered(0)
    one = operations(lambda: objective.gradient(theta, draw.one_by_one()[0]))
    step = operations(lambda: outer_step(rule, objective, theta, draw, None))
    said = gradients_per_step(experiment(rule, draws.shared_content))
    assert step / one == pytest.approx(said, rel=5e-3)


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        (Erm(), 0),
        (DilSf(), 0),
        (DilPf(), 0),
        (Fish(), 0),
        (GroupDro(), 1 / 6),  # one of two pieces goes forward twice, a sixth of the batch's passes
        (VRex(), 1 / 6),
        (DilSs(inner_steps=2), 4 * 2),  # every differentiable update is passed once more
        (DilPs(inner_steps=2), 2),
        (Mldg(), 1),
    ],
    ids=lambda value: value.kind if isinstance(value, Settings) else None,
)
def test_two_pieces_cost_what_their_rule_has_to_pass_again(store, rule, more):
    draw = Draws(store, batch=4, patch=8, draws=9, dtype=torch.float32).remembered(0)
    whole, split = (Objective(convolutions(), ALONE, micro_batch=most) for most in (None, 2))
    theta = whole.flatten()
    one = operations(lambda: whole.gradient(theta, draw.one_by_one()[0]))
    extra = operations(lambda: outer_step(rule, split, theta, draw, None)) - operations(
        lambda: outer_step(rule, whole, theta, draw, None)
    )
    assert extra / one == pytest.approx(more, rel=5e-2)


class Recorded(StepDraw):
    """A draw that remembers which draws of clean patches were taken."""

    def __init__(self, draws, step):
        super().__init__(draws.stores, draws.recipe, draws.processes, step)
        self.taken = set()

    def images(self, places, count):
        self.taken |= {draw for draw, _ in places}
        return super().images(places, count)


@pytest.mark.parametrize("shared_content", [False, True], ids=["own patches", "shared patches"])
@pytest.mark.parametrize("rule", VARIANTS, ids=spelled)
def test_a_step_takes_all_the_clean_patches_of_its_draws_and_no_others(store, rule, shared_content):
    objective = Objective(torch.nn.Conv2d(3, 3, 1).double(), ALONE)
    count = draws_per_step(experiment(rule, shared_content))
    draws = Draws(store, batch=4, patch=8, draws=count, shared_content=shared_content)
    draw = Recorded(draws, step=5)
    outer_step(rule, objective, objective.flatten(), draw, None)
    assert draw.taken == set(range(5 * count, 6 * count))
