"""The experiments that a request means: one for each combination of its sweeps."""

import itertools
import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dilctl.errors import UsageError
from dilctl.request import MOST_MEMBERS, Request, key_of, split_values
from trainers.errors import ExperimentError
from trainers.experiment import Experiment
from trainers.recipe import (
    apply_assignment,
    parse_experiment,
    path_of,
    read_settings,
    recipe_names,
)
from trainers.table import Entry, Table, is_table, parse_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One combination of a sweep; a request without sweeps has one member.

    Attributes:
        words: what tells this member from the others: its recipe in a table of several, and the
            sweep's assignments for it, as in ``("rule=erm",)``.
        experiment: the validated experiment, its data paths as they were written.
        train_base, test_base: folders that relative data paths start from.
        may_lack_data: whether it is one of a table, which is trained as far as its data is there.
        may_lack_tests: whether its test sets are also those of the table, not named by a person.
    """

    words: tuple[str, ...]
    experiment: Experiment
    train_base: Path
    test_base: Path
    may_lack_data: bool = False
    may_lack_tests: bool = False

    @property
    def label(self) -> str:
        """The words as one, empty without a sweep."""
        return " ".join(self.words)


def members(request: Request, *, here: Path) -> tuple[Member, ...]:
    """All experiments of a request, in the order of its table and its sweeps.

    Args:
        request: what was asked.
        here: the folder that paths given on the command line start from.

    Raises:
        ExperimentError: with every fault of every member.
        UsageError: a sweep that cannot be read.
    """
    _refuse_repetition(request)
    bases = _bases(request.recipe, here)
    choices = [_choices((*_own_sweeps(base, request), *request.sweeps)) for base in bases]
    if sum(math.prod(map(len, each)) for each in choices) > MOST_MEMBERS:
        raise UsageError(f"the sweeps have more than {MOST_MEMBERS:,} combinations")
    drafts = [
        _draft(base, request, words)
        for base, own in zip(bases, choices, strict=True)
        for words in itertools.product(*own)
    ]
    _refuse(drafts)
    return tuple(_member(draft, here) for draft in drafts)


def only_member(request: Request, *, here: Path) -> Member:
    """The one experiment of a request without sweeps.

    Raises:
        ExperimentError: with every fault.
        UsageError: it means several.
    """
    settings = read_settings(request.recipe)
    if is_table(settings):
        recipes = dict.fromkeys(entry.recipe for entry in parse_table(settings).runs)
        raise UsageError(
            f"{request.recipe}: is a table of several runs; name one of its recipes: "
            f"{', '.join(recipes)}"
        )
    (member,) = members(request, here=here)
    return member


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """What a request starts from: a recipe, or an entry of a table.

    Attributes:
        folder: that relative data paths in ``settings`` start from.
        name: what tells it from the other entries of its table, if anything.
        assignments, sweeps: what the table says of it.
    """

    settings: dict[str, Any]
    folder: Path
    name: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()
    sweeps: tuple[str, ...] = ()
    is_of_table: bool = False


def _bases(recipe: str, here: Path) -> tuple[_Base, ...]:
    settings = read_settings(recipe)
    folder = _folder(recipe, here)
    if not is_table(settings):
        return (_Base(settings=settings, folder=folder),)
    table = parse_table(settings)
    faults: list[str] = []
    bases: list[_Base] = []
    for number, entry in enumerate(table.runs):
        try:
            bases.append(_entry(table, entry, folder))
        except ExperimentError as error:
            faults += [f"runs.{number}.recipe: {fault}" for fault in error.faults]
    if faults:
        raise ExperimentError(faults)
    return tuple(bases)


def _folder(recipe: str, here: Path) -> Path:
    """The folder that a recipe's relative paths start from."""
    return here if recipe in recipe_names() else (here / path_of(recipe)).parent


def _entry(table: Table, entry: Entry, folder: Path) -> _Base:
    is_shipped = entry.recipe in recipe_names()
    recipe = entry.recipe if is_shipped else str(folder / path_of(entry.recipe))
    settings = read_settings(recipe)
    if is_table(settings):
        raise ExperimentError([f"{entry.recipe}: is a table itself; name the recipes in it"])
    recipes = {each.recipe for each in table.runs}
    return _Base(
        settings=settings,
        folder=_folder(recipe, folder),
        name=(Path(entry.recipe).stem,) if len(recipes) > 1 else (),
        assignments=(*table.set, *entry.set),
        sweeps=(*table.sweep, *entry.sweep),
        is_of_table=True,
    )


def _own_sweeps(base: _Base, request: Request) -> tuple[str, ...]:
    """The sweeps of a table, without those of settings that the person says otherwise."""
    said = {key_of(each) for each in (*request.assignments, *request.sweeps)}
    return tuple(sweep for sweep in base.sweeps if key_of(sweep) not in said)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """An experiment before it is known to be without faults.

    Attributes:
        before: the settings without what the request says of them; after: with it.
    """

    base: _Base
    words: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    experiment: Experiment | None
    faults: tuple[str, ...]


def _draft(base: _Base, request: Request, words: tuple[str, ...]) -> _Draft:
    own = {key_of(sweep) for sweep in _own_sweeps(base, request)}
    faults: list[str] = []
    before = deepcopy(base.settings)
    _apply(before, (*base.assignments, *(word for word in words if key_of(word) in own)), faults)
    after = deepcopy(before)
    _apply(after, (*request.assignments, *(w for w in words if key_of(w) not in own)), faults)
    experiment = None
    try:
        experiment = parse_experiment(after)
    except ExperimentError as error:
        faults += error.faults
    return _Draft(
        base=base,
        words=(*base.name, *words),
        before=before,
        after=after,
        experiment=experiment,
        faults=tuple(faults),
    )


def _apply(settings: dict[str, Any], assignments: Sequence[str], faults: list[str]) -> None:
    """Change settings in place, whole tables before what is in them."""
    for assignment in sorted(assignments, key=_depth):
        try:
            apply_assignment(settings, assignment)
        except ExperimentError as error:
            faults += error.faults


def _depth(assignment: str) -> int:
    """How deep in the settings an assignment works; a union's kind is as deep as the union."""
    return key_of(assignment).count(".")


def _member(draft: _Draft, here: Path) -> Member:
    assert draft.experiment is not None, "drafts with faults are refused"
    base = draft.base
    return Member(
        words=draft.words,
        experiment=draft.experiment,
        train_base=base.folder if _is_same(draft, "train") else here,
        test_base=base.folder if _is_same(draft, "test") else here,
        may_lack_data=base.is_of_table,
        may_lack_tests=base.is_of_table and _is_same(draft, "test"),
    )


def _is_same(draft: _Draft, key: str) -> bool:
    """Whether the request left a data path as the recipe, or the table, has it."""
    return draft.before.get("data", {}).get(key) == draft.after.get("data", {}).get(key)


def _refuse(drafts: Sequence[_Draft]) -> None:
    """Raise all faults, each once; those that not all members share name their members."""
    holders: dict[str, list[str]] = {}
    for draft in drafts:
        for fault in dict.fromkeys(draft.faults):
            holders.setdefault(fault, []).append(" ".join(draft.words))
    if holders:
        raise ExperimentError(
            [
                fault if len(labels) == len(drafts) else f"{', '.join(labels)}: {fault}"
                for fault, labels in holders.items()
            ]
        )


def _refuse_repetition(request: Request) -> None:
    """A setting that is swept is said once: of two values, one would be lost without a word."""
    swept = [key_of(sweep) for sweep in request.sweeps]
    said = {key_of(assignment) for assignment in request.assignments}
    for key in dict.fromkeys(swept):
        if swept.count(key) > 1:
            raise UsageError(f"--sweep {key}: is there twice; write all its values behind one")
        if key in said:
            raise UsageError(f"--sweep {key}: is --set, too; say it once")


def _choices(sweeps: Sequence[str]) -> list[list[str]]:
    """Of each sweep the assignments that it tries."""
    return [_choice(sweep) for sweep in sweeps]


def _choice(sweep: str) -> list[str]:
    key, equals, text = sweep.partition("=")
    values = split_values(text)
    if not equals or not key.strip() or not all(values):
        raise UsageError(f"--sweep {sweep}: write KEY=VALUE,VALUE, as in rule=erm,dil-sf")
    return [f"{key.strip()}={value}" for value in dict.fromkeys(values)]
