"""Keyed chance: the published generator, and independence from batch and process."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trainers import chance

# Known answers of philox4x32-10, from Random123 (Salmon et al., SC 2011).
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_philox_gives_the_published_answers(counter, key, answer):
    drawn = chance.philox(
        tuple(torch.tensor([word]) for word in counter), tuple(torch.tensor([word]) for word in key)
    )
    assert tuple(int(word) for word in drawn) == answer


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=5), st.integers(1, 40))
def test_a_key_draws_the_same_alone_and_in_company(keys, count):
    together = chance.normal(torch.tensor(keys), (count,))
    alone = torch.cat([chance.normal(torch.tensor([key]), (count,)) for key in keys])
    assert torch.equal(together, alone)


def test_keys_of_other_parts_are_other_keys():
    said = [(1, "flip", 3), (1, "flip", 4), (1, "crop", 3), ("1", "flip", 3), (11, "flip", 3)]
    assert len({chance.key(*parts) for parts in said}) == len(said)


def test_derived_keys_are_new_for_every_number_and_draw_nothing_in_common():
    keys = chance.keys([("test", index) for index in range(100)])
    derived = [chance.derived(keys, number) for number in range(3)]
    everything = torch.cat([keys, *derived])
    assert everything.dtype == torch.int64
    assert len(everything.unique()) == 400
    assert len(chance.words(everything, 8).unique()) == 3200
    assert torch.equal(chance.derived(keys[7:8], 2), derived[2][7:8])


def test_fine_uniform_numbers_are_uniform_and_never_0_or_1():
    drawn = chance.fine_uniform(chance.keys([("test", index) for index in range(50)]), (1000,))
    assert (drawn.dtype, drawn.shape) == (torch.float64, (50, 1000))
    assert 0 < drawn.min()
    assert drawn.max() < 1
    assert stats.kstest(drawn.flatten().numpy(), "uniform").pvalue > 1e-3
    # Below the 32 bits of one word lie 20 of another: few of 50,000 can coincide.
    assert len((drawn * 2**32).frac().unique()) > 48_000


def test_uniform_numbers_are_uniform_and_normal_ones_normal():
    keys = chance.keys([("test", index) for index in range(50)])
    uniform = chance.uniform(keys, (1000,)).flatten().double().numpy()
    normal = chance.normal(keys, (1000,)).flatten().double().numpy()
    assert 0 <= uniform.min()
    assert uniform.max() < 1
    assert stats.kstest(uniform, "uniform").pvalue > 1e-3
    assert stats.kstest(normal, "norm").pvalue > 1e-3
    assert abs(stats.kurtosis(normal)) < 0.1


def test_neighbouring_pixels_and_channels_are_uncorrelated():
    noise = chance.normal(chance.keys([("test", 0)]), (3, 256, 256))[0].double()
    for shifted in (noise.roll(1, 0), noise.roll(1, 1), noise.roll(1, 2), noise.roll(2, 2)):
        assert abs((noise * shifted).mean()) < 0.01


@given(st.integers(-(2**63), 2**63 - 1), st.integers(1, 200))
def test_a_permutation_holds_each_number_once(key, length):
    assert sorted(chance.permutation(key, length).tolist()) == list(range(length))


def test_permutations_of_two_keys_differ():
    assert not torch.equal(chance.permutation(1, 50), chance.permutation(2, 50))
