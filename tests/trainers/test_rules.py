"""What all training rules have in common."""

import pytest
import torch

from tests.trainers.outer_gradients import of_every_rule
from tests.trainers.plain import (
    ALONE,
    RULES,
    Draws,
    flat,
    open_store,
    plain_loss,
    small_network,
    spelled,
    tiny_network,
)
from tests.trainers.threads import in_threads
from trainers.experiment import DilPf, DilPs, DilSf, DilSs, Erm
from trainers.rules.choose import outer_step
from trainers.rules.objective import Objective

every_rule = pytest.mark.parametrize("rule", RULES, ids=spelled)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return open_store(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def gradients_alone(store):
    return of_every_rule(store, ALONE)


@pytest.mark.slow
@pytest.mark.parametrize("size", [2, 3])
def test_any_number_of_processes_computes_what_one_does(store, gradients_alone, size):
    for told in in_threads(size, lambda processes: of_every_rule(store, processes)):
        for case, alone in gradients_alone.items():
            torch.testing.assert_close(told[case], alone, rtol=0, atol=1e-9, msg=case)


class Normalised(torch.nn.Module):
    """A network with buffers that a forward pass in training writes to, and none but it reads."""

    def __init__(self):
        super().__init__()
        self.network = small_network()
        self.norm = torch.nn.BatchNorm2d(3).double()

    def forward(self, degraded):
        return self.network(self.norm(degraded))


@pytest.mark.parametrize("training", [True, False], ids=["in training", "in evaluation"])
@every_rule
def test_a_rule_leaves_weights_buffers_and_mode_as_they_were(store, rule, training):
    network = Normalised().train(training)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    objective = Objective(network, ALONE)
    theta = objective.flatten()
    draw = Draws(store, patch=8, draws=9).at(0)
    first, second = (outer_step(rule, objective, theta, draw, None) for _ in range(2))
    assert torch.equal(first.gradient, second.gradient)
    assert all(torch.equal(now, before[name]) for name, now in network.state_dict().items())
    assert all(module.training is training for module in network.modules())
    assert all(parameter.grad is None for parameter in network.parameters())
    assert torch.equal(theta, flat(list(network.parameters())))
    assert theta.grad is None
    assert not theta.requires_grad


@every_rule
def test_what_a_rule_gives_holds_on_to_no_graph(store, rule):
    objective = Objective(small_network(), ALONE)
    draw = Draws(store, patch=8, draws=9).at(0)
    outer = outer_step(rule, objective, objective.flatten(), draw, None)
    assert outer.gradient.shape == objective.flatten().shape
    assert outer.loss.shape == ()
    assert not outer.gradient.requires_grad
    assert not outer.loss.requires_grad


@every_rule
def test_a_memory_that_was_given_to_a_rule_stays_as_it_was(store, rule):
    objective = Objective(small_network(), ALONE)
    theta, draws = objective.flatten(), Draws(store, patch=8, draws=9)
    state = outer_step(rule, objective, theta, draws.at(0), None).state
    first, second = (outer_step(rule, objective, theta, draws.at(1), state) for _ in range(2))
    assert torch.equal(first.gradient, second.gradient)


def test_the_loss_reported_is_the_mean_over_the_batches_used(store):
    objective = Objective(tiny_network(), ALONE)
    theta = objective.flatten()
    batch = Draws(store).at(3).mixed()
    outer = outer_step(Erm(), objective, theta, Draws(store).at(3), None)
    assert outer.loss.item() == pytest.approx(plain_loss(tiny_network(), batch).item(), rel=1e-12)


def test_the_rules_of_the_paper_give_different_gradients(store):
    objective = Objective(small_network(), ALONE)
    theta, draw = objective.flatten(), Draws(store, patch=8, draws=9).at(0)
    gradients = torch.stack(
        [
            outer_step(rule, objective, theta, draw, None).gradient
            for rule in (Erm(), DilSf(), DilPf(), DilSs(), DilPs())
        ]
    )
    directions = torch.nn.functional.normalize(gradients)
    cosines = directions @ directions.T - torch.eye(5)
    assert cosines.max() < 0.999999
