"""The training rules against plainly written references."""

import copy

import pytest
import torch

from tests.trainers.plain import ALONE, Draws, flat, open_store, tiny_network
from trainers.experiment import DilSf, Erm
from trainers.rules.choose import initial_state, outer_step
from trainers.rules.objective import Objective

STEPS = 10


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return open_store(tmp_path_factory.mktemp("rules"))


def walk(rule, draws, *, rate=1e-4, steps=STEPS):
    """Train by the product's rule; return the weights after each outer step."""
    objective = Objective(tiny_network(), ALONE)
    theta = objective.flatten()
    optimiser, state = torch.optim.Adam([theta], lr=rate), initial_state(rule, theta)
    path = []
    for step in range(steps):
        outer = outer_step(rule, objective, theta, draws.at(step), state)
        theta.grad, state = outer.gradient, outer.state
        optimiser.step()
        path.append(theta.clone())
    return torch.stack(path)


def plain_loss(network, batch):
    return torch.nn.functional.l1_loss(network(batch.degraded), batch.clean)


def test_dil_sf_is_the_papers(store):
    """A network, a scratch copy of it and two of PyTorch's optimisers, as one writes it by hand."""
    draws = Draws(store)
    network = tiny_network()
    scratch = copy.deepcopy(network)
    outer = torch.optim.Adam(network.parameters(), lr=1e-4)
    inner = torch.optim.Adam(scratch.parameters(), lr=1e-4, betas=(0.0, 0.999))
    path = []
    for step in range(STEPS):
        scratch.load_state_dict(network.state_dict())
        for batch in draws.at(step).one_by_one():
            inner.zero_grad()
            plain_loss(scratch, batch).backward()
            inner.step()
        for mine, walked in zip(network.parameters(), scratch.parameters(), strict=True):
            mine.grad = mine.detach() - walked.detach()
        outer.step()
        path.append(flat(list(network.parameters())))
    difference = (walk(DilSf(), draws) - torch.stack(path)).abs().max()
    assert difference < 1e-10


def test_erm_is_adam_on_the_mean_loss_of_a_mixed_batch(store):
    draws = Draws(store)
    network = tiny_network()
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-4)
    path = []
    for step in range(STEPS):
        optimiser.zero_grad()
        plain_loss(network, draws.at(step).mixed()).backward()
        optimiser.step()
        path.append(flat(list(network.parameters())))
    assert (walk(Erm(), draws) - torch.stack(path)).abs().max() < 1e-10


def test_the_rules_move_the_weights_differently(store):
    draws = Draws(store)
    assert (walk(DilSf(), draws) - walk(Erm(), draws)).abs().max() > 1e-5


def test_a_rule_leaves_network_weights_and_state_as_they_were(store):
    network = tiny_network()
    before = flat(list(network.parameters()))
    objective = Objective(network, ALONE)
    theta = objective.flatten()
    state = initial_state(DilSf(), theta)
    first = outer_step(DilSf(), objective, theta, Draws(store).at(0), state)
    second = outer_step(DilSf(), objective, theta, Draws(store).at(0), state)
    assert torch.equal(first.gradient, second.gradient)
    assert torch.equal(theta, before)
    assert torch.equal(flat(list(network.parameters())), before)
    assert network.training
    assert all(parameter.grad is None for parameter in network.parameters())


def test_the_loss_reported_is_the_mean_over_the_batches_used(store):
    objective = Objective(tiny_network(), ALONE)
    theta = objective.flatten()
    batch = Draws(store).at(3).mixed()
    outer = outer_step(Erm(), objective, theta, Draws(store).at(3), None)
    assert outer.loss.item() == pytest.approx(plain_loss(tiny_network(), batch).item(), rel=1e-12)


@pytest.mark.parametrize(
    ("rule", "shared_content", "passes"),
    [(Erm(), False, 1), (Erm(), True, 4), (DilSf(), False, 4), (DilSf(), True, 4)],
)
def test_a_step_costs_the_images_it_is_said_to_cost(store, rule, shared_content, passes):
    counted = CountedNetwork(tiny_network())
    objective = Objective(counted, ALONE)
    theta = objective.flatten()
    draws = Draws(store, shared_content=shared_content)
    outer_step(rule, objective, theta, draws.at(0), initial_state(rule, theta))
    assert counted.images == passes * draws.batch


class CountedNetwork(torch.nn.Module):
    """A network that counts the images that go through it."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.images = 0

    def forward(self, degraded):
        self.images += len(degraded)
        return self.inner(degraded)
