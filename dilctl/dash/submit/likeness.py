"""The draft of a run like another: its recipe, and the settings in which it differs from that."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from dilctl.dash.submit.draft import Draft
from dilctl.describe import toml_value
from dilctl.flat import flat
from dilctl.resolving import Bases, resolve
from storage.records import Run
from trainers.errors import TrainerError
from trainers.experiment import Experiment
from trainers.recipe import apply_assignment, parse_experiment, read_settings, recipe_names
from trainers.table import is_table

_UNIONS = ("rule", "network")

Flat = Mapping[str, Any]


def draft_like(run: Run, *, here: Path) -> Draft:
    """What asks for a run of the same settings.

    Where the name does not tell the recipe, the one is taken that needs the fewest changes.

    Args:
        run: whose settings are taken.
        here: the folder that relative paths start from.

    Raises:
        TrainerError: the run was written by another version, whose settings are not understood.
    """
    wanted = flat(_plain(parse_experiment(run.experiment)))
    title = run.sweep or run.name
    named = [name for name in (title, title.split(" ")[0]) if name in recipe_names()]
    found = list(_candidates(named, wanted, here)) or list(
        _candidates(recipe_names(), wanted, here)
    )
    recipe, changes = min(found, key=lambda candidate: len(candidate[1]), default=("", ()))
    needs = run.needs
    return Draft(
        recipe=recipe,
        settings=" ".join(changes),
        seeds=str(run.seed),
        name="" if recipe in named else title,
        gpu=",".join(map(str, needs.get("gpu") or ())),
        tag=" ".join(run.tags),
        priority=str(run.priority or ""),
    )


def _candidates(
    names: Sequence[str], wanted: Flat, here: Path
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Recipes of which assignments make the experiment, with these."""
    for name in names:
        settings = read_settings(name)
        if not is_table(settings):
            with suppress(TrainerError):
                changes = tuple(_changes(settings, wanted, here))
                yield name, changes


def _changes(settings: dict[str, Any], wanted: Flat, here: Path) -> Iterator[str]:
    """Assignments that make one experiment of another.

    Raises:
        TrainerError: none do.
    """
    before = flat(_found(parse_experiment(settings), here))
    for union in _UNIONS:
        kind = f"{union}={wanted[f'{union}.kind']}"
        if before[f"{union}.kind"] != wanted[f"{union}.kind"]:
            apply_assignment(settings, kind)
            yield kind
    before = flat(_found(parse_experiment(settings), here))
    for key, value in wanted.items():
        if before.get(key) != value:
            if value is None:
                raise TrainerError(f"{key}: no assignment takes a value away")
            yield f"{key}={_on_one_line(toml_value(value))}"


def _found(experiment: Experiment, here: Path) -> dict[str, Any]:
    """An experiment with its folders as runs have them, where they are there."""
    with suppress(TrainerError):
        experiment = resolve(experiment, Bases(train=here, test=here)).experiment
    return _plain(experiment)


def _plain(experiment: Experiment) -> dict[str, Any]:
    return experiment.model_dump(mode="json")


def _on_one_line(toml: str) -> str:
    return re.sub(r"\n *", "", toml).replace(",]", "]")
