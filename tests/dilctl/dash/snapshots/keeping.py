"""Pictures that are kept beside the tests, and what differs from them."""

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

KEPT = Path(__file__).parent / "kept"
KEEP = "DILCTL_KEEP_SNAPSHOTS"
"""The environment variable by which ``make snapshots`` asks that what is seen now be kept."""


def is_keeping() -> bool:
    """Whether a person asked that what is seen now be kept."""
    return bool(os.environ.get(KEEP))


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A folder of pictures.

    Attributes:
        folder: where they lie.
        keeps: whether what is seen now is kept, not compared.
    """

    folder: Path = KEPT
    keeps: bool = False

    def difference(self, name: str, seen: str) -> str:
        """What a person must read to judge what changed; empty where nothing did.

        What was seen is laid beside what is kept, as ``NAME.seen.txt``, for as long as they differ.
        """
        kept, beside = self.folder / f"{name}.txt", self.folder / f"{name}.seen.txt"
        if self.keeps:
            self.folder.mkdir(exist_ok=True)
            kept.write_text(seen, "utf-8")
        was = kept.read_text("utf-8") if kept.exists() else ""
        if was == seen:
            beside.unlink(missing_ok=True)
            return ""
        beside.write_text(seen, "utf-8")
        lines = difflib.unified_diff(
            was.splitlines(), seen.splitlines(), f"kept/{kept.name}", f"kept/{beside.name}", "", "",
            lineterm="",
        )  # fmt: skip
        return "\n".join([*lines, "to keep what is seen now: make snapshots"])

    def names(self) -> set[str]:
        """What is kept."""
        return {
            path.stem for path in self.folder.glob("*.txt") if not path.stem.endswith(".seen")
        }  # fmt: skip

    def drop(self, name: str) -> None:
        """Keep a picture no longer."""
        (self.folder / f"{name}.txt").unlink(missing_ok=True)
