"""What the dashboard remembers from one sitting to the next: a small JSON file in the home."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]

_LARGEST = 1 << 20


class Memory:
    """Values by name, in a file that may be absent, broken, or not ours to write.

    Args:
        path: the file; None remembers nothing beyond this sitting.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._kept = _read(path) if path else {}

    def of(self, name: str) -> Json:
        """What was kept under a name; empty for nothing, and for what is no table."""
        found = self._kept.get(name)
        return found if isinstance(found, dict) else {}

    def keep(self, name: str, state: Json) -> None:
        """Remember something, and write the file where that is new."""
        if self._kept.get(name, {}) == state:
            return
        self._kept[name] = dict(state)
        if self._path:
            _write(self._path, self._kept)


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _write(path: Path, kept: Json) -> None:
    """Write beside, then rename. Nobody is kept from working by a disk that is full."""
    beside = path.with_name(f".{path.name}.{os.getpid()}~")
    with suppress(OSError):
        try:
            beside.write_text(json.dumps(kept, indent=1), "utf-8")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
