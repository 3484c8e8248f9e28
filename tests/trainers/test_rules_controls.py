"""Group DRO and V-REx against their definitions, written with plain autograd."""

import pytest
import torch

from tests.trainers.plain import ALONE, Draws, flat, open_store, plain_loss, small_network
from trainers.data.batch import Batch
from trainers.experiment import GroupDro, VRex
from trainers.rules.choose import outer_step
from trainers.rules.objective import Objective

STEPS = 6


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return open_store(tmp_path_factory.mktemp("rules"))


def losses_of(network, batch: Batch) -> dict[int, torch.Tensor]:
    """The mean loss of each confounder that has images in the batch."""
    losses = {}
    for confounder in sorted(set(batch.confounders.tolist())):
        own = batch.confounders == confounder
        restored = network(batch.degraded[own])
        losses[confounder] = torch.nn.functional.l1_loss(restored, batch.clean[own])
    return losses


def gradient_of(loss, network):
    return flat(torch.autograd.grad(loss, list(network.parameters())))


@pytest.mark.parametrize("batch", [8, 6, 3], ids=["even", "uneven", "one confounder absent"])
def test_group_dro_weighs_by_the_losses_so_far(store, batch):
    draws, rule = Draws(store, batch=batch, patch=8), GroupDro(weight_rate=5.0)
    network = small_network()
    objective, q, state = Objective(network, ALONE), [1 / 4] * 4, None
    for step in range(STEPS):
        losses = losses_of(network, draws.at(step).mixed())
        for confounder, loss in losses.items():
            q[confounder] *= torch.exp(5.0 * loss.detach()).item()
        q = [each / sum(q) for each in q]
        expected = gradient_of(sum(q[d] * loss for d, loss in losses.items()), network)
        outer = outer_step(rule, objective, objective.flatten(), draws.at(step), state)
        state = outer.state
        assert (outer.gradient - expected).abs().max() < 1e-12
        assert state.logarithms.exp().tolist() == pytest.approx(q, rel=1e-12)
        mean = sum(losses.values()) / len(losses)
        assert outer.loss.item() == pytest.approx(mean.item(), rel=1e-12)
    assert max(q) > 0.3, "the weights should have moved, for the test to mean something"


@pytest.mark.parametrize("batch", [8, 6, 3], ids=["even", "uneven", "one confounder absent"])
def test_v_rex_adds_the_variance_over_the_confounders_that_are_there(store, batch):
    draws, network = Draws(store, batch=batch, patch=8), small_network()
    objective = Objective(network, ALONE)
    for step in range(STEPS):
        losses = torch.stack([*losses_of(network, draws.at(step).mixed()).values()])
        penalised = losses.mean() + 25.0 * losses.var(correction=0)
        rule, theta = VRex(penalty=25.0), objective.flatten()
        outer = outer_step(rule, objective, theta, draws.at(step), None)
        assert (outer.gradient - gradient_of(penalised, network)).abs().max() < 1e-12
        assert outer.loss.item() == pytest.approx(losses.mean().item(), rel=1e-12)


def test_v_rex_without_penalty_is_erm_where_confounders_are_even(store):
    draw, network = Draws(store, patch=8).at(0), small_network()
    objective = Objective(network, ALONE)
    outer = outer_step(VRex(penalty=0), objective, objective.flatten(), draw, None)
    erm = gradient_of(plain_loss(network, draw.mixed()), network)
    assert (outer.gradient - erm).abs().max() < 1e-15
