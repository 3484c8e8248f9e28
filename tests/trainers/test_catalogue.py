import re

import pytest

from trainers.data.catalogue import catalogue, find


def test_every_data_set_says_where_it_is_from_and_what_it_may_be_used_for():
    for each in catalogue():
        assert re.search(r"https?://\S+", each.page), each.name
        assert all((each.use, each.layout, each.paper, each.terms)), each.name


def test_no_name_stands_for_two_data_sets():
    names = [name.casefold() for each in catalogue() for name in (each.name, *each.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("DF2K", "DF2K"),
        ("/data/DIV2K/DIV2K_train_HR", "DIV2K"),
        ("PolyU/CroppedImages", "PolyU"),
        ("test/rain100l/", "Rain100L"),
        ("RealSR (V3)", "RealSR"),
        ("outdoor-rain", "Heavy Rain"),
    ],
)
def test_a_folder_is_known_by_its_name(path: str, name: str):
    found = find(path)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("path", ["", "bundled", "/", "mine", "…/\x00"])
def test_other_folders_are_not_known(path: str):
    assert find(path) is None
