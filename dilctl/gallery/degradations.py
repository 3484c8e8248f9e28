"""A degradation found again by the name that an evaluation has it by."""

import json
from collections.abc import Sequence
from itertools import chain
from typing import Any

from pydantic import TypeAdapter, ValidationError

from trainers.degradations.kinds import Confounder, Degradation, Synthetic
from trainers.degradations.naming import MIXED
from trainers.suites import SUITES, degradations_of


def named(name: str, suite: str, confounders: Sequence[Confounder]) -> Degradation | None:
    """What images were put through; None for a name of another version of dilctl.

    Args:
        name: as in ``gaussian-noise sigma=30``.
        suite: what it was tested as a part of.
        confounders: of the run that was tested.
    """
    suites = (suite, *SUITES)
    known = chain.from_iterable(degradations_of(each, confounders) for each in suites)
    return next((each for each in known if each.name == name), None) or _read(name)


def _read(name: str) -> Degradation | None:
    """A level that a person chose; only what has this very name is it."""
    try:
        read = TypeAdapter[Degradation](Synthetic).validate_python(_settings(name))
    except ValidationError:
        return None
    return read if read.name == name else None


def _settings(name: str) -> dict[str, Any]:
    kind, _, rest = name.partition(" ")
    if kind == "mixture":
        return {"kind": kind, "parts": [_settings(part) for part in rest.split(MIXED)]}
    pairs = (word.partition("=") for word in rest.split())
    return {"kind": kind, **{key: _value(value) for key, _, value in pairs}}


def _value(text: str) -> Any:
    """A parameter as it was written by ``trainers.degradations.naming.plain``."""
    low, dots, high = text.partition("..")
    try:
        return (json.loads(low), json.loads(high)) if dots else json.loads(text)
    except ValueError:
        return text
