"""What is wrong with an experiment, in sentences that name the place and the cure."""

import difflib
import math
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from trainers.experiment import Experiment

_WORDS = {
    "missing": "is required",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "int_parsing": "must be a whole number, not {input!r}",
    "int_type": "must be a whole number, not {input!r}",
    "int_from_float": "must be a whole number, not {input!r}",
    "float_parsing": "must be a number, not {input!r}",
    "finite_number": "must be a finite number",
    "float_type": "must be a number, not {input!r}",
    "bool_parsing": "must be true or false, not {input!r}",
    "bool_type": "must be true or false, not {input!r}",
    "string_type": "must be text, not {input!r}",
    "literal_error": "must be {expected}, not {input!r}",
    "union_tag_invalid": "must be one of {expected_tags}, not {tag!r}{suggestion}",
    "union_tag_not_found": "must name its kind, one of {kinds}",
    "tuple_type": "must be a list, not {input!r}",
    "model_type": "must be a table of settings, not {input!r}",
    "model_attributes_type": "must be one of {kinds}, or a table of settings, not {input!r}",
    "string_unicode": "is not valid UTF-8",
    "string_too_short": "must not be empty",
    "int_parsing_size": "is too large a number",
    "too_short": "must have at least {min_length} entry",
    "value_error": "{error}",
}

Models = list[type[BaseModel]]


def sentence(fault: Any, root: type[BaseModel] = Experiment) -> str:
    """One fault of pydantic's in our words: ``confounders.0.sigma: must be at least 0``.

    Args:
        fault: as pydantic says it.
        root: the settings that its place starts from.
    """
    written, around, own = _place(fault["loc"], root)
    if fault["type"] == "extra_forbidden":
        return f"{written}: unknown key{_cure(str(fault['loc'][-1]), around)}"
    words = _WORDS.get(fault["type"])
    if words is None:
        return f"{written}: {fault['msg']}"
    context = {key: _number(value) for key, value in fault.get("ctx", {}).items()}
    kinds = [kind for model in own if (kind := _kind_of(model))]
    said = words.format(
        input=fault["input"],
        kinds=", ".join(map(repr, kinds)),
        suggestion=suggest(str(context.get("tag")), kinds),
        **context,
    )
    return f"{written}: {said}" if written else said


def _number(value: object) -> object:
    return f"{value:g}" if isinstance(value, float) and math.isfinite(value) else value


def _cure(key: str, models: Models) -> str:
    """The key that was meant, or all that there are."""
    fields = (field for model in models for field in model.model_fields if field != "kind")
    known = list(dict.fromkeys(fields))
    near = suggest(key, known)
    return near or (f"; there are {', '.join(known)}" if known else "; there are none here")


def _place(location: tuple[int | str, ...], root: type[BaseModel]) -> tuple[str, Models, Models]:
    """The place as the user wrote it, without a union's tag, and the settings around and in it."""
    around: Models = []
    own: Models = [root]
    written: list[str] = []
    for part in location:
        tagged = [m for m in own if isinstance(part, str) and _kind_of(m) == part]
        if tagged and len(own) > 1:
            own = tagged
            continue
        written.append(str(part))
        around, own = own, _inside(own, part)
    return ".".join(written), around, own


def _kind_of(model: type[BaseModel]) -> str | None:
    field = model.model_fields.get("kind")
    return None if field is None else field.default


def _inside(models: Models, part: int | str) -> Models:
    """The settings that a part of these admits; an entry of a list admits what the list does."""
    if isinstance(part, int):
        return models
    fields = [model.model_fields[part] for model in models if part in model.model_fields]
    return _models(fields[0].annotation) if fields else []


def _models(annotation: Any) -> Models:
    """The settings classes that an annotation admits."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for argument in getattr(annotation, "__args__", ()) for m in _models(argument)]


def suggest(word: str, known: Sequence[str]) -> str:
    """``, did you mean X?`` where a known word is near, else nothing."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f", did you mean {close[0]}?" if close else ""
