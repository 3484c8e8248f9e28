"""The batches of an outer step."""

import pytest
import torch

from tests.trainers.plain import ALONE, CONFOUNDERS, Draws, open_store
from trainers.distributed import Processes


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return open_store(tmp_path_factory.mktemp("batches"))


def levels(batch):
    """Standard deviation of the noise of each image, on the 0-255 scale."""
    return (batch.degraded - batch.clean).std(dim=(1, 2, 3)) * 255


def test_the_same_step_draws_the_same_batches_and_another_step_others(store):
    draws = Draws(store)
    assert torch.equal(draws.at(4).mixed().degraded, draws.at(4).mixed().degraded)
    assert not torch.equal(draws.at(4).mixed().clean, draws.at(5).mixed().clean)


def test_a_mixed_batch_spreads_its_images_evenly_over_the_confounders(store):
    spread = levels(Draws(store, batch=8).at(0).mixed()).tolist()
    assert sorted(round(level / 5) * 5 for level in spread) == [5, 5, 10, 10, 15, 15, 20, 20]


def test_one_by_one_gives_each_confounder_once_in_an_order_that_changes(store):
    orders = []
    for step in range(6):
        batches = list(Draws(store).at(step).one_by_one())
        orders.append([round(levels(batch).mean().item() / 5) * 5 for batch in batches])
    assert all(sorted(order) == [5, 10, 15, 20] for order in orders)
    assert len(set(map(tuple, orders))) > 1


def test_rules_see_the_same_patches_at_equal_gradient_evaluations(store):
    serial = [batch.clean for batch in Draws(store).at(1).one_by_one()]
    mixed = [Draws(store).at(len(CONFOUNDERS) + k).mixed().clean for k in range(len(CONFOUNDERS))]
    assert all(torch.equal(a, b) for a, b in zip(serial, mixed, strict=True))


def test_shared_content_is_one_clean_batch_for_all_confounders(store):
    batches = list(Draws(store, shared_content=True).at(2).one_by_one())
    assert all(torch.equal(batch.clean, batches[0].clean) for batch in batches)
    noises = [(batch.degraded - batch.clean).flatten() for batch in batches]
    correlation = torch.corrcoef(torch.stack(noises))
    assert (correlation - torch.eye(4)).abs().max() < 0.1


@pytest.mark.parametrize("size", [2, 3])
def test_processes_share_a_batch_without_changing_it(store, size):
    whole = Draws(store, batch=7).at(3)
    parts = [
        Draws(store, batch=7, processes=Processes(rank=rank, size=size, device=ALONE.device)).at(3)
        for rank in range(size)
    ]
    joined = torch.cat([part.mixed().degraded for part in parts])
    assert torch.equal(joined, whole.mixed().degraded)
    for batches in zip(*(part.one_by_one() for part in [whole, *parts]), strict=True):
        assert torch.equal(torch.cat([b.degraded for b in batches[1:]]), batches[0].degraded)


def test_every_epoch_visits_each_image_once_in_an_order_of_its_own(store):
    seen = [Draws(store, batch=5).at(step).images(step).tolist() for step in range(4)]
    assert all(sorted(images) == [0, 1, 2, 3, 4] for images in seen)
    assert len(set(map(tuple, seen))) > 1
