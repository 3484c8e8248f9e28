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
    serial = [batch.clean for batch in Draws(store, draws=4).at(1).one_by_one()]
    mixed = [Draws(store).at(len(CONFOUNDERS) + k).mixed().clean for k in range(len(CONFOUNDERS))]
    assert all(torch.equal(a, b) for a, b in zip(serial, mixed, strict=True))


def test_shared_content_is_one_clean_batch_for_all_confounders(store):
    batches = list(Draws(store, shared_content=True).at(2).one_by_one())
    assert all(torch.equal(batch.clean, batches[0].clean) for batch in batches)
    noises = [(batch.degraded - batch.clean).flatten() for batch in batches]
    correlation = torch.corrcoef(torch.stack(noises))
    assert (correlation - torch.eye(4)).abs().max() < 0.1


def test_every_confounder_can_be_gone_over_more_than_once_on_fresh_patches(store):
    own = Draws(store, draws=8).at(0)
    batches = list(own.one_by_one(2))
    orders = [batch.confounders.unique().tolist() for batch in batches]
    once = [batch.confounders.unique().tolist() for batch in own.one_by_one()]
    assert orders == [order for order in once for _ in range(2)]
    assert len({tuple(batch.clean.flatten().tolist()) for batch in batches}) == 8


@pytest.mark.parametrize("shared_content", [False, True])
@pytest.mark.parametrize("batch", [8, 6, 3])
def test_a_batch_knows_which_confounder_spoilt_each_image(store, batch, shared_content):
    drawn = Draws(store, batch=batch, patch=32, shared_content=shared_content).at(1)
    for each in (drawn.mixed(), *drawn.split(), *drawn.one_by_one()):
        told = [CONFOUNDERS[place].sigma for place in each.confounders]
        assert levels(each).tolist() == pytest.approx(told, rel=0.15)
        assert each.counts.tolist() == each.confounders.bincount(minlength=4).tolist()
        assert each.total == len(each.clean) == each.counts.sum()
        assert each.present.tolist() == [count > 0 for count in each.counts]


@pytest.mark.parametrize("shared_content", [False, True])
def test_a_query_is_of_patches_that_no_update_saw(store, shared_content):
    drawn = Draws(store, draws=5, shared_content=shared_content).at(0)
    query = drawn.query()
    for support in drawn.one_by_one():
        assert not any(torch.equal(a, b) for a in query.clean for b in support.clean)
    assert query.present.all()


@pytest.mark.parametrize("shared_content", [False, True])
def test_a_query_of_the_support_is_what_the_updates_saw_pixel_by_pixel(store, shared_content):
    drawn = Draws(store, draws=4, shared_content=shared_content).at(0)
    query, seen = drawn.query_again(), torch.cat([b.degraded for b in drawn.one_by_one()])
    assert query.present.all()
    assert all(any(torch.equal(a, b) for b in seen) for a in query.degraded)


@pytest.mark.parametrize("shared_content", [False, True])
def test_a_split_holds_out_one_confounder_and_in_time_every_one(store, shared_content):
    held_out = set()
    draws = Draws(store, batch=3, patch=8, draws=2, shared_content=shared_content)
    for step in range(16):
        others, one = draws.at(step).split()
        assert not (others.present & one.present).any()
        assert (others.present | one.present).all()
        assert one.present.sum() == 1
        held_out |= set(one.confounders.tolist())
    assert held_out == {0, 1, 2, 3}


def test_the_share_of_pixels_that_is_asked_for_is_blanked_in_all_channels(store):
    masked = Draws(store, patch=32, mask=0.3).at(0).mixed().degraded
    plain = Draws(store, patch=32).at(0).mixed().degraded
    blank = (masked == 0).all(dim=1, keepdim=True)
    assert torch.equal(masked, plain * ~blank)
    shares = blank.double().mean(dim=(1, 2, 3))
    # Five deviations of a share of 32 × 32 pixels; too few are black of themselves to be seen.
    assert (shares - 0.3).abs().max() < 5 * (0.3 * 0.7 / 32**2) ** 0.5


@pytest.mark.parametrize("shared_content", [False, True])
def test_no_two_images_of_a_step_are_blanked_alike(store, shared_content):
    drawn = Draws(store, draws=5, mask=0.5, shared_content=shared_content).at(0)
    batches = [*drawn.one_by_one(), drawn.query()]
    blanks = [(image == 0).all(dim=0) for batch in batches for image in batch.degraded]
    assert len({tuple(blank.flatten().tolist()) for blank in blanks}) == len(blanks)


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("mask", [0, 0.5])
def test_processes_share_a_batch_without_changing_it(store, size, mask):
    whole = Draws(store, batch=7, mask=mask).at(3)
    parts = [
        Draws(
            store,
            batch=7,
            mask=mask,
            processes=Processes(rank=rank, size=size, device=ALONE.device),
        ).at(3)
        for rank in range(size)
    ]
    joined = torch.cat([part.mixed().degraded for part in parts])
    assert torch.equal(joined, whole.mixed().degraded)
    for batches in zip(*(part.one_by_one() for part in [whole, *parts]), strict=True):
        assert torch.equal(torch.cat([b.degraded for b in batches[1:]]), batches[0].degraded)


def test_every_epoch_visits_each_image_once_in_an_order_of_its_own(store):
    seen = [
        Draws(store, batch=5).at(step).images([(step, slot) for slot in range(5)], 5).tolist()
        for step in range(4)
    ]
    assert all(sorted(images) == [0, 1, 2, 3, 4] for images in seen)
    assert len(set(map(tuple, seen))) > 1
