"""A batch that goes through the network in pieces gives every rule what the whole one does."""

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor

from tests.trainers.kept_for_backward import KeptForBackward
from tests.trainers.outer_gradients import EVERY
from tests.trainers.plain import (
    ALONE,
    RULES,
    Draws,
    open_store,
    small_network,
    spelled,
    tiny_network,
    tiny_swinir,
)
from tests.trainers.threads import in_threads
from trainers.distributed import Processes
from trainers.experiment import DilPf, DilSf, Fish
from trainers.rules.choose import outer_step
from trainers.rules.objective import Objective

pytestmark = pytest.mark.slow

APART = tuple(kind(reduce="outer", inner_rate=1e-2) for kind in (DilSf, DilPf, Fish))
every_rule = pytest.mark.parametrize("rule", [*EVERY, *APART], ids=spelled)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return open_store(tmp_path_factory.mktemp("pieces"))


def steps_of(
    rule, store, group, *, micro_batch, shared_content=False, batch=8, network=small_network
):
    """Gradients, losses and memory of two outer steps."""
    objective = Objective(network(), group, micro_batch=micro_batch)
    draws = Draws(
        store, batch=batch, patch=8, draws=9, shared_content=shared_content, processes=group
    )
    theta, state, told = objective.flatten(), None, []
    for step in range(2):
        outer = outer_step(rule, objective, theta, draws.remembered(step), state)
        theta, state = theta - 0.1 * outer.gradient, outer.state
        told += [outer.gradient, outer.loss]
    return told


def assert_equal_but_for_rounding(told, expected):
    for one, other in zip(told, expected, strict=True):
        assert (one - other).norm() <= 1e-12 * other.norm()


@pytest.mark.parametrize("micro_batch", [1, 3, 100])
@every_rule
def test_pieces_of_any_size_give_the_gradient_of_the_whole(store, rule, micro_batch):
    whole, pieces = (steps_of(rule, store, ALONE, micro_batch=most) for most in (None, micro_batch))
    assert_equal_but_for_rounding(pieces, whole)


@pytest.mark.parametrize("rule", RULES, ids=spelled)
def test_pieces_give_it_of_a_network_with_attention_too(store, rule):
    whole, pieces = (
        steps_of(rule, store, ALONE, micro_batch=most, network=tiny_swinir) for most in (None, 3)
    )
    assert_equal_but_for_rounding(pieces, whole)


@every_rule
def test_pieces_of_shared_patches_give_it_too(store, rule):
    whole, pieces = (
        steps_of(rule, store, ALONE, micro_batch=most, shared_content=True) for most in (None, 5)
    )
    assert_equal_but_for_rounding(pieces, whole)


@pytest.mark.parametrize("micro_batch", [1, 2])
@every_rule
def test_processes_with_unequal_shares_in_unequal_pieces_give_it_too(store, rule, micro_batch):
    def work(group, most):
        return steps_of(rule, store, group, micro_batch=most, batch=7)

    together = in_threads(2, lambda group: work(group, None))
    for whole, pieces in zip(together, in_threads(2, lambda g: work(g, micro_batch)), strict=True):
        assert_equal_but_for_rounding(pieces, whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting(Processes):
    """A process that keeps count of its messages."""

    inner: Processes
    messages: list[torch.Size] = field(default_factory=list)

    def sum(self, tensor: Tensor) -> Tensor:
        self.messages.append(tensor.shape)
        return self.inner.sum(tensor)


@pytest.mark.parametrize("rule", [*RULES, APART[0]], ids=spelled)
def test_pieces_send_no_message_more(store, rule):
    def messages(group, most):
        counting = Counting(rank=group.rank, size=group.size, device=group.device, inner=group)
        steps_of(rule, store, counting, micro_batch=most)
        return counting.messages

    whole, pieces = (in_threads(2, lambda g, most=most: messages(g, most)) for most in (None, 1))
    assert whole == pieces


@pytest.mark.parametrize("rule", RULES, ids=spelled)
def test_a_quarter_of_the_batch_at_once_keeps_a_quarter_of_the_memory(store, rule):
    objective = {most: Objective(tiny_network(), ALONE, micro_batch=most) for most in (None, 2)}
    draw = Draws(store, batch=8, patch=16, draws=9).remembered(0)
    kept = {}
    for most, each in objective.items():
        with KeptForBackward() as count:
            outer_step(rule, each, each.flatten(), draw, None)
        assert count.now == 0
        kept[most] = count.most
    assert kept[2] < 0.3 * kept[None]
