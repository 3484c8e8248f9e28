"""Nested settings by their paths."""

from collections.abc import Mapping
from typing import Any, cast


def flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Nested settings by their paths, as ``train.batch``, in their order; lists count as values."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            inside = flat(cast("Mapping[str, Any]", value))
            found |= {f"{key}.{path}": inner for path, inner in inside.items()}
        else:
            found[key] = value
    return found
