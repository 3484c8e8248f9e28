"""The weights kept beside the last ones, against values worked out by hand."""

import pytest
import torch
from torch import Tensor

from trainers.experiment import Ema, Swa
from trainers.kept import Kept, ema, swa


def theta(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def test_an_exponential_average_is_the_sum_written_out() -> None:
    average = None
    for step in (theta(8, 0), theta(4, 4), theta(0, 3)):
        average = ema(average, step, 0.5)
    assert average is not None
    # (θ_1 + θ_2) / 2 while 1 / n is more than 1 - β, then half of that and half of θ_3
    assert average.theta.tolist() == [3, 2.5]
    assert average.updates == 3


def test_an_exponential_average_of_few_steps_is_their_equal_mean() -> None:
    average = None
    for step in (theta(1, 0), theta(5, 3), theta(6, 9)):
        average = ema(average, step, 0.999)
    assert average is not None
    assert average.theta.tolist() == pytest.approx([4, 4], abs=1e-15)


def test_weights_that_stand_still_are_their_own_average() -> None:
    average = None
    for _ in range(100):
        average = ema(average, theta(3, -2), 0.9)
    assert average is not None
    assert average.theta.tolist() == [3, -2]


def test_the_stochastic_average_is_the_equal_mean() -> None:
    average = None
    for step in (theta(1, 0), theta(5, 3), theta(6, 9)):
        average = swa(average, step)
    assert average is not None
    assert average.theta.tolist() == pytest.approx([4, 4], abs=1e-15)


def test_the_weights_before_the_first_step_are_in_no_average() -> None:
    kept = Kept().after_step(Ema(decay=0.5), theta(2), 0.1)
    assert kept.average is not None
    assert kept.average.theta.tolist() == [2]


def test_the_stochastic_average_counts_from_its_share_of_the_budget_on() -> None:
    kept = Kept()
    for fraction, value in [(0.25, 50), (0.5, 4), (0.75, 2), (1.0, 3)]:
        kept = kept.after_step(Swa(start=0.5), theta(value), fraction)
    assert kept.average is not None
    assert (kept.average.updates, kept.average.theta.tolist()) == (3, [3])


def test_nothing_is_averaged_where_nothing_is_asked_for() -> None:
    assert Kept().after_step(None, theta(2), 1.0) == Kept()


def test_what_is_kept_does_not_follow_weights_that_are_changed_in_place() -> None:
    weights = theta(2)
    kept = Kept().after_step(Ema(), weights, 0.5).after_look(weights, 30.0, 0)
    first = swa(None, weights)
    weights.fill_(9)
    assert kept.average is not None
    assert kept.best_seen is not None
    for each in (kept.average, kept.best_seen, first):
        assert each.theta.tolist() == [2]


def test_of_all_looks_the_first_of_the_best_is_kept() -> None:
    kept = Kept()
    for step, psnr in enumerate([28.0, 31.0, 30.0, 31.0, float("nan")]):
        kept = kept.after_look(theta(step), psnr, step)
    assert kept.best_seen is not None
    assert (kept.best_seen.step, kept.best_seen.psnr) == (1, 31.0)
    assert kept.best_seen.theta.tolist() == [1]


def test_weights_are_chosen_by_their_names() -> None:
    kept = Kept().after_step(Ema(), theta(1), 0.5).after_look(theta(2), 30.0, 5)
    chosen = kept.chosen(("average", "last", "best-seen"), theta(3))
    assert {name: values.item() for name, values in chosen.items()} == {
        "average": 1,
        "last": 3,
        "best-seen": 2,
    }
