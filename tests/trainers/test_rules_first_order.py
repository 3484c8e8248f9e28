"""The first-order rules against plainly written references with PyTorch's own optimisers."""

import copy

import pytest
import torch

from tests.trainers.plain import (
    ALONE,
    CONFOUNDERS,
    Draws,
    flat,
    open_store,
    plain_loss,
    small_network,
    spelled,
    tiny_network,
    tiny_swinir,
)
from tests.trainers.threads import in_threads
from trainers.distributed import Processes
from trainers.experiment import DilPf, DilSf, Erm, Fish, Train
from trainers.rules.adam import AdamState
from trainers.rules.choose import outer_optimiser, outer_step
from trainers.rules.objective import Objective

STEPS = 4


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return open_store(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def draws(store):
    return Draws(store, patch=8, draws=8)


@pytest.fixture(scope="module")
def shared_draws(store):
    return Draws(store, patch=8, draws=8, shared_content=True)


def path_of(rule, draws, *, network=small_network, steps=STEPS):
    """Train by the product's rule; return the weights after each outer step."""
    objective = Objective(network(), ALONE)
    theta = objective.flatten()
    optimiser, state = outer_optimiser(rule, Train(), theta), None
    path = []
    for step in range(steps):
        outer = outer_step(rule, objective, theta, draws.remembered(step), state)
        theta.grad, state = outer.gradient, outer.state
        optimiser.step()
        path.append(theta.clone())
    return torch.stack(path)


def inner_batches(rule, draw):
    if isinstance(rule, DilPf):
        return [draw.mixed(number) for number in range(rule.inner_steps)]
    return draw.one_by_one(getattr(rule, "inner_steps", 1))


def inner_optimiser(rule, parameters):
    if rule.inner_optimiser == "sgd":
        return torch.optim.SGD(parameters, lr=rule.inner_rate)
    return torch.optim.Adam(parameters, lr=rule.inner_rate, betas=rule.inner_betas)


def walk_by_hand(rule, draws, *, network=small_network, steps=STEPS):
    """A network, a scratch copy of it and two of PyTorch's optimisers, as one writes it."""
    network = network()
    scratch = copy.deepcopy(network)
    outer = torch.optim.Adam(network.parameters(), lr=1e-4)
    inner = inner_optimiser(rule, scratch.parameters())
    path = []
    for step in range(steps):
        scratch.load_state_dict(network.state_dict())
        if not rule.carry_state:
            inner = inner_optimiser(rule, scratch.parameters())
        for batch in inner_batches(rule, draws.remembered(step)):
            inner.zero_grad()
            plain_loss(scratch, batch).backward()
            inner.step()
        for mine, walked in zip(network.parameters(), scratch.parameters(), strict=True):
            mine.grad = mine.detach() - walked.detach()
        outer.step()
        path.append(flat(list(network.parameters())))
    return torch.stack(path)


@pytest.mark.parametrize("network", [tiny_network, tiny_swinir])
@pytest.mark.parametrize("rule", [DilSf(), DilPf()], ids=spelled)
def test_the_first_order_rules_are_the_papers(draws, rule, network):
    mine = path_of(rule, draws, network=network)
    by_hand = walk_by_hand(rule, draws, network=network)
    assert (mine - by_hand).abs().max() < 1e-10


@pytest.mark.parametrize(
    "rule",
    [
        DilSf(carry_state=False),
        DilSf(inner_steps=2),
        DilSf(inner_betas=(0.9, 0.99), inner_rate=1e-2),
        DilSf(inner_optimiser="sgd", inner_rate=0.1),
        DilPf(carry_state=False),
        DilPf(inner_steps=3),
        DilPf(inner_optimiser="sgd", inner_rate=0.1),
    ],
    ids=spelled,
)
def test_every_setting_of_a_walk_means_what_it_says(draws, rule):
    assert (path_of(rule, draws) - walk_by_hand(rule, draws)).abs().max() < 1e-10


@pytest.mark.parametrize("rule", [DilSf(inner_steps=2), DilPf(inner_steps=2)], ids=spelled)
def test_a_walk_on_shared_patches_is_the_same_walk(shared_draws, rule):
    by_hand = walk_by_hand(rule, shared_draws)
    assert (path_of(rule, shared_draws) - by_hand).abs().max() < 1e-10


def test_moments_that_are_carried_over_make_a_difference(draws):
    carried, fresh = (path_of(DilSf(carry_state=carry), draws) for carry in (True, False))
    assert (carried - fresh).abs().max() > 1e-6


def test_a_walk_of_one_plain_step_is_the_inner_rate_times_the_gradient_of_erm(store):
    draw = Draws(store, CONFOUNDERS[:1]).at(0)
    objective = Objective(tiny_network(), ALONE)
    theta = objective.flatten()
    rule = DilSf(inner_optimiser="sgd", inner_rate=0.02)
    walked = outer_step(rule, objective, theta, draw, None)
    erm = outer_step(Erm(), objective, theta, draw, None)
    assert (walked.gradient - 0.02 * erm.gradient).abs().max() < 1e-12
    assert walked.loss == erm.loss


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_fish_goes_a_part_of_the_way_to_where_the_walk_ends(draws, optimiser):
    rule = Fish(inner_optimiser=optimiser, inner_rate=0.01, outer_rate=0.3)
    network = small_network()
    start, scratch = flat(list(network.parameters())), network
    inner = inner_optimiser(rule, scratch.parameters())
    for batch in draws.remembered(0).one_by_one():
        inner.zero_grad()
        plain_loss(scratch, batch).backward()
        inner.step()
    expected = start + 0.3 * (flat(list(scratch.parameters())) - start)
    assert (path_of(rule, draws, steps=1)[0] - expected).abs().max() < 1e-12


def test_erm_is_adam_on_the_mean_loss_of_a_mixed_batch(draws):
    network = tiny_network()
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-4)
    path = []
    for step in range(STEPS):
        optimiser.zero_grad()
        plain_loss(network, draws.remembered(step).mixed()).backward()
        optimiser.step()
        path.append(flat(list(network.parameters())))
    mine = path_of(Erm(), draws, network=tiny_network)
    assert (mine - torch.stack(path)).abs().max() < 1e-10


class Part:
    """What one process is given of a draw, as batches of their own."""

    def __init__(self, draw):
        self.draw = draw

    def one_by_one(self, passes=1):
        return (batch.alone() for batch in self.draw.one_by_one(passes))

    def mixed(self, number=0):
        return self.draw.mixed(number).alone()


def mean_of_walks(rule, store, *, size, batch, steps):
    """Outer gradients and moments of processes that walk alone and meet after each outer step."""
    objective = Objective(small_network(), ALONE)
    theta, state, gradients = objective.flatten(), None, []
    ranks = [Processes(rank=rank, size=size, device=ALONE.device) for rank in range(size)]
    weights = torch.tensor([len(rank.share(batch)) / batch for rank in ranks], dtype=torch.float64)
    for step in range(steps):
        draws = [Draws(store, batch=batch, patch=8, processes=rank).at(step) for rank in ranks]
        ways = [outer_step(rule, objective, theta, Part(draw), state) for draw in draws]
        first = weights @ torch.stack([way.state.first for way in ways])
        second = weights @ torch.stack([way.state.second for way in ways])
        state = AdamState(updates=ways[0].state.updates, first=first, second=second)
        gradients.append(weights @ torch.stack([way.gradient for way in ways]))
        theta = theta - gradients[-1]
    return torch.stack([*gradients, state.first, state.second])


def walks_apart(rule, store, *, batch, steps):
    """The same in one of several processes."""

    def work(processes):
        objective = Objective(small_network(), processes)
        theta, state, gradients = objective.flatten(), None, []
        draws = Draws(store, batch=batch, patch=8, processes=processes)
        for step in range(steps):
            outer = outer_step(rule, objective, theta, draws.remembered(step), state)
            state = outer.state
            gradients.append(outer.gradient)
            theta = theta - outer.gradient
        return torch.stack([*gradients, state.first, state.second])

    return work


@pytest.mark.parametrize("kind", [DilSf, DilPf, Fish])
@pytest.mark.parametrize("size", [2, 3])
def test_processes_that_walk_alone_meet_at_the_mean_of_their_ends(store, kind, size):
    settings = {"inner_rate": 1e-2, "inner_betas": (0.5, 0.9)}
    told = in_threads(size, walks_apart(kind(**settings, reduce="outer"), store, batch=8, steps=2))
    expected = mean_of_walks(kind(**settings), store, size=size, batch=8, steps=2)
    together = walks_apart(kind(**settings), store, batch=8, steps=2)(ALONE)
    assert all((each - expected).abs().max() < 1e-12 for each in told)
    assert (told[0] - together).abs().max() > 1e-4, "another algorithm than that of one process"
