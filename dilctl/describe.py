"""An experiment in words: what differs from the defaults, and all of it as commented TOML."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import resources
from typing import Any

from pydantic import BaseModel

from dilctl.flat import flat
from trainers.errors import ExperimentError
from trainers.experiment import Experiment
from trainers.recipe import parse_experiment, recipe_names

_COMMENT_WIDTH = 88


def differences(experiment: Experiment) -> tuple[str, ...]:
    """The settings that differ from the defaults, as ``train.batch=16``, in their order.

    Which rule, network and confounders an experiment has is always said.
    """
    said = experiment.model_dump(mode="json", exclude_defaults=True)
    said["confounders"] = [confounder.name for confounder in experiment.confounders]
    for union in ("rule", "network"):
        said.setdefault(union, {"kind": getattr(experiment, union).kind})
    order = [name for name in Experiment.model_fields if name in said and name != "task"]
    return tuple(
        f"{key.removesuffix('.kind')}={_value(value)}"
        for key, value in flat({name: said[name] for name in order}).items()
    )


def every_setting(experiment: Mapping[str, Any]) -> dict[str, str]:
    """All settings of an experiment as ``train.batch`` and their values, in their order.

    Of an experiment that another version of dilctl wrote, what it says itself.
    """
    said: dict[str, Any] = dict(experiment)
    with suppress(ExperimentError):
        parsed = parse_experiment(experiment)
        said = parsed.model_dump(mode="json")
        said["confounders"] = [confounder.name for confounder in parsed.confounders]
    return {key.removesuffix(".kind"): _value(value) for key, value in flat(said).items()}


def differing(experiments: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str | None, ...]]:
    """The settings in which some experiments differ, each with its values in their order.

    None where an experiment has no such setting: that of another rule, say.
    """
    all_of_them = [every_setting(experiment) for experiment in experiments]
    keys = dict.fromkeys(key for settings in all_of_them for key in settings)
    rows = {key: tuple(settings.get(key) for settings in all_of_them) for key in keys}
    return {key: values for key, values in rows.items() if len(set(values)) > 1}


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def summary(recipe: str) -> str:
    """The first sentence of the comment at the top of a shipped recipe."""
    text = (resources.files("trainers.recipes") / f"{recipe}.toml").read_text("utf-8")
    lines = text.splitlines()
    comment = " ".join(line.removeprefix("#").strip() for line in _leading_comments(lines))
    return re.split(r"(?<=\.)\s", comment, maxsplit=1)[0]


def _leading_comments(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("#"):
            return
        yield line


def as_toml(experiment: Experiment, *, recipe: str) -> str:
    """An experiment with every default filled in, each setting under what it means.

    Args:
        experiment: what to write.
        recipe: what it was made from, named at the top.
    """
    words = summary(recipe) if recipe in recipe_names() else recipe
    return "\n".join(_tables("", experiment, comment=words)) + "\n"


def _tables(path: str, model: BaseModel, *, comment: str) -> Iterator[str]:
    """A table: its own settings first, then the tables within it, as TOML wants them."""
    yield from _comment(comment)
    if path:
        yield f"[{path}]"
    inner: list[tuple[str, BaseModel]] = []
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel) and not _is_written_as_text(model, name):
            inner.append((name, value))
            continue
        yield from _comment(field.description or "")
        if value is None:  # TOML has no word for it
            yield f"# {name} is not set"
        else:
            yield f"{name} = {toml_value(model.model_dump(mode='json')[name])}"
    for name, value in inner:
        yield ""
        words = (type(value).__doc__ or "").strip().splitlines()[0]
        yield from _tables(f"{path}.{name}" if path else name, value, comment=words)


def _comment(words: str) -> list[str]:
    return textwrap.wrap(words, _COMMENT_WIDTH, initial_indent="# ", subsequent_indent="# ")


def _is_written_as_text(model: BaseModel, name: str) -> bool:
    return isinstance(model.model_dump(mode="json")[name], str)


def toml_value(value: Any) -> str:
    """A plain value as TOML; JSON's strings, numbers and booleans are TOML's too."""
    match value:
        case Mapping():
            inner = ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items())
            return f"{{ {inner} }}"
        case list() if value and isinstance(value[0], dict):
            return "[\n" + "".join(f"  {toml_value(item)},\n" for item in value) + "]"
        case list():
            return f"[{', '.join(toml_value(item) for item in value)}]"
        case float() if value.is_integer() and abs(value) < 1e15:
            return f"{value:.1f}"
        case _:
            return json.dumps(value, ensure_ascii=False)
