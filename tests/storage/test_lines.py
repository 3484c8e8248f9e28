"""The light lines of a long list: the same runs, in the same order, each with its group."""

import math

import pytest

from storage.errors import QueryError
from storage.query import Sort, parse, parse_group
from storage.records import Line, Status, Wanted
from storage.registry import Registry
from tests.storage.samples import Clock, a_run, points, running, submitted

EXPERIMENTS = (
    {"rule": {"kind": "dil-sf"}, "train": {"lr": 1e-4, "batch": 8}, "levels": [5, 10.5]},
    {"rule": {"kind": "erm"}, "train": {"lr": 2.0, "batch": 8.0}, "levels": []},
    {"rule": "erm", "train": {"lr": "1e-4", "batch": True}, "name": "Ä\ud800\x00"},
    {"rule": None, "train": {"lr": "", "batch": 2**53 - 1}},
    {},
)
GROUPS = {
    "config.rule": ["dil-sf", "erm", "erm", None, None],
    "config.train.lr": ["0.0001", "2", "1e-4", None, None],
    "config.train.batch": ["8", "8", "true", "9007199254740991", None],
    "config.train": [None] * 5,
    "config.levels": ["[5, 10.5]", "[]", None, None, None],
    "config.levels.1": ["10.5", None, None, None, None],
    "needs.processes": ["1"] * 5,
    "seed": ["1", "2", "3", "4", "5"],
    "sweep": ["a", None, None, None, None],
    "status": ["cancelled", "queued", "queued", "queued", "queued"],
    "submitted": ["2026-11-23"] * 5,
    "progress": ["0"] * 5,
    "tag": ["best, zuletzt", None, "best", None, None],
    "after": [None, None, "1, 2", None, None],
    "host": [None] * 5,
}


@pytest.fixture
def ids(registry: Registry) -> list[int]:
    first = registry.submit([a_run(1, experiment=EXPERIMENTS[0], sweep="a")], who="ada")[0].id
    second = registry.submit([a_run(2, experiment=EXPERIMENTS[1])], who="ada")[0].id
    third = a_run(3, experiment=EXPERIMENTS[2], after=(first, second), after_any=True)
    others = [a_run(seed, experiment=EXPERIMENTS[seed - 1]) for seed in (4, 5)]
    rest = [run.id for run in registry.submit([third, *others], who="ada")]
    registry.tag([first], add=["zuletzt", "best"])
    registry.tag([rest[0]], add=["best"])
    registry.want(first, Wanted.CANCEL, who="ada")
    return [first, second, *rest]


def groups(registry: Registry, by: str) -> list[str | None]:
    lines = registry.lines(sort=Sort.parse("id"), by=parse_group(by))
    return [line.group for line in lines]


def test_a_group_is_the_value_of_any_field_as_text(registry: Registry, ids: list[int]):
    assert ids == [1, 2, 3, 4, 5]
    assert {by: groups(registry, by) for by in GROUPS} == GROUPS


def test_text_of_any_kind_groups_and_harms_nothing(registry: Registry, ids: list[int]):
    del ids
    group = groups(registry, "config.name")[2]
    assert group is not None
    assert group.startswith("Ä")


def test_runs_are_grouped_by_the_newest_value_of_a_metric(registry: Registry):
    for value in (0.25, 3.0, math.nan):
        registry.write(running(registry), 1, points(1, loss=value), [])
    submitted(registry)
    assert groups(registry, "metric.loss") == ["0.25", "3", None, None]
    assert groups(registry, "metric.unheard-of") == [None] * 4


def test_lines_are_the_newest_first_or_in_the_order_of_the_list(registry: Registry, ids: list[int]):
    assert registry.lines() == tuple(
        Line(id=id, status=Status.CANCELLED if id == ids[0] else Status.QUEUED)
        for id in reversed(ids)
    )
    for query, order in (("", "-status,seed"), ("tag:best or seed>3", "-config.train.lr")):
        found = registry.runs(parse(query), sort=Sort.parse(order))
        lines = registry.lines(parse(query), sort=Sort.parse(order))
        assert [line.id for line in lines] == [run.id for run in found]


def test_only_the_documents_of_runs_that_are_meant_are_read(registry: Registry, ids: list[int]):
    lines = registry.lines(parse("seed=2"), by=parse_group("config.rule"))
    assert lines == (Line(id=ids[1], status=Status.QUEUED, group="erm"),)


def test_an_empty_registry_has_no_lines(registry: Registry, clock: Clock):
    del clock
    assert registry.lines() == registry.lines(by=parse_group("config.train.lr")) == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour", "there is no field `colour`"),
        (" ", "a field to group by is missing"),
        ("sweep,rule", "runs are grouped by one field"),
        ("config.", "is no setting"),
    ],
)
def test_a_field_that_is_none_is_pointed_at(text: str, sentence: str):
    with pytest.raises(QueryError, match=sentence):
        parse_group(text)
