"""Settings by their names, with what each means and the words that it may have."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

Offer = tuple[str, str]
"""A word, and what it means."""


Setting = tuple[str, str, tuple[str, ...]]
"""A setting, what it means, and the words that it may have, where they are few."""


def offers(incomplete: str, settings: Iterable[Setting] | None = None) -> Iterator[Offer]:
    """Settings as ``train.batch=``, and behind the sign the words that they may have.

    Args:
        incomplete: what was typed so far.
        settings: those there are, if they were found before.
    """
    key, equals, said = incomplete.partition("=")
    head, comma, _ = said.rpartition(",")  # a sweep's values before the last one
    for name, words, values in settings or all_settings():
        if not equals:
            yield f"{name}=", words
        elif name == key:
            yield from ((f"{key}={head}{comma}{value}", "") for value in values)


def all_settings() -> Iterator[Setting]:
    """Every setting of an experiment, each once."""
    from trainers.experiment import Experiment

    seen = set[str]()
    for setting in _inside("", Experiment):
        if setting[0] not in seen:
            seen.add(setting[0])
            yield setting


def _inside(path: str, model: "type[BaseModel]") -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        if name == "kind":
            continue
        groups = _groups(field.annotation)
        kinds = tuple(kind for group in groups if (kind := _kind(group)))
        # A budget is written as text, and a list's entries by their numbers.
        is_plain = not groups or name in {"budget", "confounders"}
        if is_plain or kinds:
            words = field.description or ", ".join(kinds)
            yield f"{path}{name}", words, kinds or _words(field.annotation)
        for group in () if is_plain else groups:
            yield from _inside(f"{path}{name}.", group)


def _kind(group: "type[BaseModel]") -> str:
    field = group.model_fields.get("kind")
    return "" if field is None else str(field.default)


def _groups(annotation: Any) -> "list[type[BaseModel]]":
    """The groups of settings that an annotation admits."""
    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [group for part in getattr(annotation, "__args__", ()) for group in _groups(part)]


def _words(annotation: Any) -> tuple[str, ...]:
    """The words that a setting may have: those of a ``Literal``, or true and false."""
    if annotation is bool:
        return "true", "false"
    parts = getattr(annotation, "__args__", ())
    return tuple(
        word for part in parts for word in ((part,) if isinstance(part, str) else _words(part))
    )
