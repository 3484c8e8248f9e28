"""Records as plain JSON values."""

import dataclasses
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any


def plain(value: object) -> Any:
    """A record as JSON values: times as ISO 8601, paths as text."""
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    match value:
        case datetime():
            return value.isoformat()
        case Path():
            return str(value)
        case float() if not math.isfinite(value):
            return None  # which JSON has no word for
        case _:
            return value
