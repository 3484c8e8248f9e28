"""The second-order rules against finite differences and closed forms, in float64.

What a rule is said to optimise is written here once more, without a gradient of a gradient.
"""

import pytest
import torch
from torch.func import functional_call

from tests.trainers.plain import (
    ALONE,
    CONFOUNDERS,
    Draws,
    flat,
    open_store,
    small_network,
    spelled,
    tiny_network,
    tiny_swinir,
)
from trainers.experiment import DilPs, DilSs, Mldg
from trainers.rules.choose import outer_step
from trainers.rules.objective import Objective

RATE = 0.3  # so hot that what the second order adds cannot be overlooked
# Where an error |f(y) - x| passes through 0 its slope jumps, and φ with it: so short a way that
# no error does.
SHIFT = 1e-8

SECOND_ORDER = [
    kind(inner_rate=RATE, inner_steps=steps, query=query)
    for kind in (DilSs, DilPs)
    for steps in (1, 2)
    for query in ("fresh", "support")
]
MLDG = Mldg(inner_rate=RATE, held_out_weight=0.7)
ALL = [*SECOND_ORDER, MLDG]
ONE_OF_EACH = [DilSs(inner_rate=RATE), DilPs(inner_rate=RATE), MLDG]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return open_store(tmp_path_factory.mktemp("rules"))


def batches(store, *, shared_content=False):
    confounders = CONFOUNDERS[1:]  # three, over which four images cannot be spread evenly
    draws = Draws(store, confounders, batch=4, patch=8, shared_content=shared_content)
    return draws.at(0)


def supports_and_query(rule, draw):
    """The batches that update the weights, one by one or together, and the one that judges them."""
    is_fresh = rule.query == "fresh"
    if isinstance(rule, DilSs):
        return list(draw.one_by_one()), draw.query() if is_fresh else draw.query_again()
    return [draw.mixed()], draw.mixed(1 if is_fresh else 0)


def loss_of(network, weights, batch):
    restored = functional_call(network, weights, (batch.degraded,))
    return torch.nn.functional.l1_loss(restored, batch.clean)


def updated(rule, network, weights, support):
    """The weights after the rule's virtual updates; nothing tells where they came from."""
    for _ in range(getattr(rule, "inner_steps", 1)):
        weights = {name: weight.detach().requires_grad_() for name, weight in weights.items()}
        gradient = torch.autograd.grad(loss_of(network, weights, support), [*weights.values()])
        moved = zip(weights.items(), gradient, strict=True)
        weights = {name: weight - rule.inner_rate * slope for (name, weight), slope in moved}
    return {name: weight.detach() for name, weight in weights.items()}


def stated(rule, network, draw):
    """The objective of the rule, as a function of the weights."""
    if isinstance(rule, Mldg):
        others, held_out = draw.split()
        return lambda weights: (
            loss_of(network, weights, others)
            + rule.held_out_weight
            * loss_of(network, updated(rule, network, weights, others), held_out)
        )
    supports, query = supports_and_query(rule, draw)
    return lambda weights: (
        sum(
            loss_of(network, updated(rule, network, weights, support), query)
            for support in supports
        )
        / len(supports)
    )


def slope(objective, network, direction):
    """The central difference of the objective along a direction of the weights, shape (P,)."""
    names, theta = zip(*network.named_parameters(), strict=True)
    steps = direction.split([weight.numel() for weight in theta])
    values = []
    for shift in (SHIFT, -SHIFT):
        moved = [w.detach() + shift * s.view_as(w) for w, s in zip(theta, steps, strict=True)]
        values.append(objective(dict(zip(names, moved, strict=True))).item())
    return (values[0] - values[1]) / (2 * SHIFT)


def step_of(rule, network, draw):
    objective = Objective(network, ALONE)
    return outer_step(rule, objective, objective.flatten(), draw, None)


def first_order_impostor(rule, network, draw):
    """The gradient at the updated weights, as if these did not depend on θ."""
    supports, query = supports_and_query(rule, draw)
    gradients = []
    for support in supports:
        phi = updated(rule, network, dict(network.named_parameters()), support)
        phi = {name: weight.requires_grad_() for name, weight in phi.items()}
        gradients.append(flat(torch.autograd.grad(loss_of(network, phi, query), [*phi.values()])))
    return torch.stack(gradients).mean(dim=0)


@pytest.mark.parametrize("shared_content", [False, True], ids=["own patches", "shared patches"])
@pytest.mark.parametrize("rule", ALL, ids=spelled)
def test_the_outer_gradient_is_that_of_the_stated_objective(store, rule, shared_content):
    draw, network = batches(store, shared_content=shared_content), small_network()
    objective, outer = stated(rule, network, draw), step_of(rule, network, draw)
    axes = torch.eye(len(outer.gradient), dtype=torch.float64)
    slopes = torch.tensor([slope(objective, network, axis) for axis in axes])
    assert (outer.gradient - slopes).abs().max() < 1e-6
    parts = 1 + getattr(rule, "held_out_weight", 0)
    expected = objective(dict(network.named_parameters())).item() / parts
    assert outer.loss.item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("rule", SECOND_ORDER, ids=spelled)
def test_a_first_order_impostor_would_be_found_out(store, rule):
    draw, network = batches(store), small_network()
    impostor = first_order_impostor(rule, network, draw)
    assert (step_of(rule, network, draw).gradient - impostor).abs().max() > 1e-3


@pytest.mark.parametrize("tiny", [tiny_network, tiny_swinir])
@pytest.mark.parametrize("rule", ONE_OF_EACH, ids=spelled)
def test_so_it_is_of_the_networks_that_the_recipes_train(store, rule, tiny):
    draw, network = batches(store), tiny()
    objective, outer = stated(rule, network, draw), step_of(rule, network, draw)
    generator = torch.Generator().manual_seed(2)
    for _ in range(4):
        along = torch.randn(outer.gradient.shape, generator=generator, dtype=torch.float64)
        along /= along.norm()
        assert (outer.gradient @ along).item() == pytest.approx(
            slope(objective, network, along), abs=1e-6
        )


# On a linear model, f_W(y) = W y with W of shape (3, 3), squared loss makes all of this matrices:
# ∇ℓ(W) = W A - B with A = (2/M) Y Yᵀ and B = (2/M) X Yᵀ, over the M samples of a batch, so that
# φ = W (1 - αA) + αB, and the outer gradient is (φ A_q - B_q) (1 - αA) to the power of the steps.


def linear_network():
    network = torch.nn.Conv2d(3, 3, kernel_size=1, bias=False).double()
    with torch.no_grad():
        network.weight.copy_(torch.linspace(-0.4, 0.9, 9).view(3, 3, 1, 1))
    return network


def squared(restored, clean):
    return (restored - clean) ** 2


def moments(batch):
    """A and B of a batch."""
    degraded, clean = (
        images.transpose(0, 1).flatten(1) for images in (batch.degraded, batch.clean)
    )
    scale = 2 / clean.numel()
    return scale * degraded @ degraded.T, scale * clean @ degraded.T


def walked(weights, support, steps):
    """φ and what the chain rule multiplies with on its way back to W."""
    (a, b), back = moments(support), torch.eye(3, dtype=torch.float64)
    for _ in range(steps):
        weights = weights - RATE * (weights @ a - b)
        back = back - RATE * back @ a
    return weights, back


def through(weights, support, query, steps=1):
    (a, b), (phi, back) = moments(query), walked(weights, support, steps)
    return (phi @ a - b) @ back


def without(weights, support, query, steps=1):
    (a, b), (phi, _) = moments(query), walked(weights, support, steps)
    return phi @ a - b


def closed_form(rule, weights, draw, one):
    if isinstance(rule, Mldg):
        others, held_out = draw.split()
        (a, b) = moments(others)
        return weights @ a - b + rule.held_out_weight * one(weights, others, held_out)
    supports, query = supports_and_query(rule, draw)
    return sum(one(weights, support, query, rule.inner_steps) for support in supports) / len(
        supports
    )


@pytest.mark.parametrize("shared_content", [False, True], ids=["own patches", "shared patches"])
@pytest.mark.parametrize("rule", ALL, ids=spelled)
def test_squared_loss_on_a_linear_model_has_a_closed_form(store, rule, shared_content):
    draw = batches(store, shared_content=shared_content)
    objective = Objective(linear_network(), ALONE, distance=squared)
    theta = objective.flatten()
    gradient = outer_step(rule, objective, theta, draw, None).gradient.view(3, 3)
    exact, impostor = (closed_form(rule, theta.view(3, 3), draw, one) for one in (through, without))
    assert (gradient - exact).abs().max() < 1e-10
    assert (gradient - impostor).abs().max() > 1e-3
