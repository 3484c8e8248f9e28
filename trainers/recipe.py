"""How an experiment is written: shipped recipes, TOML files, and assignments on top of them."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from trainers.errors import ExperimentError
from trainers.experiment import Experiment
from trainers.faults import sentence, suggest


def recipe_names() -> tuple[str, ...]:
    """The experiments and tables that ship with the package, in alphabetical order."""
    folder = resources.files("trainers.recipes")
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


def read_settings(recipe: str) -> dict[str, Any]:
    """The settings of a shipped recipe, or of a TOML file, not yet validated.

    Raises:
        ExperimentError: there is no such recipe or file, or it is no TOML.
    """
    text = recipe_text(recipe)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also endless numbers and endless nesting
        raise ExperimentError([f"{recipe}: not valid TOML: {error}"]) from error


def recipe_text(recipe: str) -> str:
    """A shipped recipe, or a TOML file, as it was written.

    Raises:
        ExperimentError: there is no such recipe or file, or it is no text.
    """
    if recipe in recipe_names():
        return (resources.files("trainers.recipes") / f"{recipe}.toml").read_text("utf-8")
    return _file_text(recipe)


def path_of(recipe: str) -> Path:
    """The file that is named, also by ``~``; it need not be there.

    Raises:
        ExperimentError: there is no such user.
    """
    try:
        return Path(recipe).expanduser()
    except (RuntimeError, ValueError) as error:
        raise ExperimentError(
            [f"{recipe}: there is no such user; write the path in full"]
        ) from error


def _file_text(recipe: str) -> str:
    path = path_of(recipe)
    if path.suffix != ".toml" and not path.is_file():
        raise ExperimentError(
            [f"{recipe}: no such recipe{suggest(recipe, recipe_names())}; "
             "`dilctl recipes` lists them"]
        )  # fmt: skip
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ExperimentError([f"{recipe}: not a text file"]) from error
    except OSError as error:
        raise ExperimentError([f"{recipe}: {error.strerror}"]) from error


def apply_assignment(settings: dict[str, Any], assignment: str) -> None:
    """Change one setting in place, as ``rule=dil-sf`` or ``confounders.0.sigma=7``.

    The value is read as TOML where it is TOML, else as text. Naming the kind of a union, either
    way, starts it afresh: settings of the kind it had before do not linger.

    Raises:
        ExperimentError: no ``=``, or the path leads through something that is no table.
    """
    path, equals, text = assignment.partition("=")
    keys = path.strip().split(".")
    if not equals or not all(keys):
        raise ExperimentError([f"{assignment}: write KEY=VALUE, as in train.batch=16"])
    value = _toml_value(text)
    if keys[-1] == "kind" and len(keys) > 1:
        keys, value = keys[:-1], {"kind": value}
    place: Any = settings
    for depth, key in enumerate(keys[:-1]):
        place = _step_into(place, key, ".".join(keys[: depth + 1]))
    if isinstance(place, list):
        place[_index(place, keys[-1], path)] = value
    else:
        place[keys[-1]] = value


def _step_into(place: Any, key: str, path: str) -> Any:
    if isinstance(place, list):
        inner = place[_index(place, key, path)]
    else:
        inner = place.setdefault(key, {})
        if isinstance(inner, str):  # `rule = "dil-sf"` in a file: a union by its bare name
            inner = place[key] = {"kind": inner}
    if not isinstance(inner, dict | list):
        raise ExperimentError([f"{path}: is a value, not a table of settings"])
    return inner


def _index(place: list[Any], key: str, path: str) -> int:
    if key.isdecimal() and int(key) < len(place):
        return int(key)
    known = f"has entries 0 to {len(place) - 1}" if place else "is empty"
    raise ExperimentError([f"{path}: the list {known}"])


def _toml_value(text: str) -> Any:
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):  # no TOML, or a number or nesting beyond measure
        return text.strip()
    return parsed["value"] if parsed.keys() == {"value"} else text.strip()


def parse_experiment(settings: Mapping[str, Any]) -> Experiment:
    """Validate settings.

    Raises:
        ExperimentError: with every fault, each with its place.
    """
    try:
        experiment = Experiment.model_validate(settings)
    except ValidationError as error:
        raise ExperimentError([sentence(fault) for fault in error.errors()]) from error
    if faults := list(_truths(settings, experiment)):
        raise ExperimentError(faults)
    return experiment


def _truths(written: object, read: object, place: str = "") -> Iterator[str]:
    """Numbers that were written as true or false: Python takes those for 1 and 0."""
    if isinstance(written, bool) and type(read) in (int, float):
        yield f"{place}: must be a number, not {str(written).lower()}"
    elif isinstance(written, Mapping) and isinstance(read, BaseModel):
        for key, value in cast("Mapping[str, object]", written).items():
            yield from _truths(value, getattr(read, key, None), f"{place}.{key}".lstrip("."))
    elif isinstance(written, list | tuple) and isinstance(read, tuple):
        pairs = zip(cast("Sequence[object]", written), cast("Sequence[object]", read), strict=False)
        for number, (value, entry) in enumerate(pairs):
            yield from _truths(value, entry, f"{place}.{number}")
