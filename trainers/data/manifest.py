"""What decoded images say of themselves: sizes, places, hashes, and the files they came from."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from trainers.data.sources import ImageFile

FORMAT = 2
"""What is written. Format 1, which knew neither sizes nor hashes of files, is still read."""

NAME = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """An image's file as it was when it was decoded.

    Attributes:
        path: the file.
        part: of the file, where it holds several images.
        size: bytes; None where the manifest is of format 1, as are the next two.
        changed: time of its last change, nanoseconds since 1970.
        sha256: of its content, in hexadecimal digits.
    """

    path: str
    part: str = ""
    size: int | None = None
    changed: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What decoded images say of themselves.

    Attributes:
        names: the images' names, in the order of their pixels.
        files: what they were decoded from.
        heights, widths: pixels.
        offsets: where each image's pixels begin, bytes.
        size: of all pixels, bytes.
        sha256: of all pixels, in hexadecimal digits.
        format: of the manifest.
    """

    names: tuple[str, ...]
    files: tuple[SourceFile, ...]
    heights: tuple[int, ...]
    widths: tuple[int, ...]
    offsets: tuple[int, ...]
    size: int
    sha256: str
    format: int = FORMAT

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The manifest in a folder; None where there is none that can be read."""
        try:
            return cls._of(json.loads((folder / NAME).read_bytes()))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Put it into a folder, and on the disk before the folder gets its name."""
        with (folder / NAME).open("w") as file:
            json.dump(self._plain(), file)
            file.flush()
            os.fsync(file.fileno())

    def roots(self) -> frozenset[str]:
        """The folders that the images were found in."""
        return frozenset(_root(n, f.path) for n, f in zip(self.names, self.files, strict=True))

    @classmethod
    def _of(cls, said: Mapping[str, Any]) -> Self:
        blank: list[Any] = [None] * len(said["paths"])
        columns = (
            said["paths"],
            said.get("parts", [""] * len(blank)),
            *(said.get(key, blank) for key in ("sizes", "changed", "hashes")),
        )
        return cls(
            names=tuple(said["names"]),
            files=tuple(
                SourceFile(path=path, part=part, size=size, changed=changed, sha256=sha256)
                for path, part, size, changed, sha256 in zip(*columns, strict=True)
            ),
            heights=tuple(said["heights"]),
            widths=tuple(said["widths"]),
            offsets=tuple(said["offsets"]),
            size=int(said["bytes"]),
            sha256=said["sha256"],
            format=said["format"],
        )

    def _plain(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "bytes": self.size,
            "sha256": self.sha256,
            "names": self.names,
            "paths": [file.path for file in self.files],
            "parts": [file.part for file in self.files],
            "sizes": [file.size for file in self.files],
            "changed": [file.changed for file in self.files],
            "hashes": [file.sha256 for file in self.files],
            "heights": self.heights,
            "widths": self.widths,
            "offsets": self.offsets,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How folders differ from what was decoded of them.

    Attributes:
        added, removed, changed: paths; a file has changed if its size or time has. Format 1 knew
            neither, so none of its files is said to have changed.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def changes(before: Manifest, files: Sequence[ImageFile]) -> Changes:
    """How images differ from those of a manifest."""
    known = {(file.path, file.part): file for file in before.files}
    now = {(os.fspath(file.path), file.part): file for file in files}
    both = [(known[key], now[key]) for key in now.keys() & known.keys()]
    return Changes(
        added=_paths(now.keys() - known.keys()),
        removed=_paths(known.keys() - now.keys()),
        changed=_paths((old.path, old.part) for old, new in both if _has_changed(old, new.path)),
    )


def roots_of(files: Sequence[ImageFile]) -> frozenset[str]:
    """The folders that images were found in."""
    return frozenset(_root(file.name, os.fspath(file.path)) for file in files)


def _root(name: str, path: str) -> str:
    ending = f"{os.sep}{name}"
    # A part of a file is named freely: the folder of its file stands for it.
    return path.removesuffix(ending) if path.endswith(ending) else str(Path(path).parent)


def _has_changed(old: SourceFile, path: Path) -> bool:
    if old.size is None:
        return False
    try:
        state = path.stat()
    except OSError:
        return True
    return (state.st_size, state.st_mtime_ns) != (old.size, old.changed)


def _paths(keys: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({path for path, _ in keys}))
