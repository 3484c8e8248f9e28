"""Which pictures are restored, and which file each of them becomes."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dilctl.errors import NotFoundError, UsageError
from trainers.data.pictures import SUFFIXES
from trainers.data.sources import training_images

FormatName = Literal["png", "jpeg", "webp", "tiff", "bmp"]

_LISTED_AT_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants restored.

    Attributes:
        source: a picture, or a folder of pictures, sub-folders included.
        target: the same of what is to be written; for one picture it may also be a folder.
        into_folder: whether the target was written as a folder, as in ``restored/``.
        format: what to write; None for what each picture's name says.
        replace: whether files that are there are replaced.
        resume: whether pictures whose files are there are left out.
    """

    source: Path
    target: Path
    into_folder: bool = False
    format: FormatName | None = None
    replace: bool = False
    resume: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A picture to be restored: its file, and the file that will hold it restored."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done.

    Attributes:
        pairs: the pictures, in natural order of name.
        already: pictures left out, since their files are there.
    """

    pairs: tuple[Pair, ...]
    already: int


def plan(wish: Wish) -> Plan:
    """Find the pictures, and make sure that no file is lost; writes nothing.

    Raises:
        NotFoundError: there is no such picture or folder.
        UsageError: a file would be replaced that is not to be, two pictures would become one file,
            or what is written would be read the next time.
        DataError: the folder cannot be read or holds no picture.
    """
    _refuse_contradictions(wish)
    pairs = _of_folder(wish) if wish.source.is_dir() else [_of_picture(wish)]
    _refuse_collisions(pairs)
    _refuse_inputs(pairs)
    there = {pair for pair in pairs if os.path.lexists(pair.target)}
    if there and not (wish.replace or wish.resume):
        _refuse_existing([pair.target for pair in pairs if pair in there])
    ahead = [pair for pair in pairs if not (wish.resume and pair in there)]
    return Plan(pairs=tuple(ahead), already=len(pairs) - len(ahead))


def _refuse_contradictions(wish: Wish) -> None:
    if not wish.source.exists():
        raise NotFoundError(f"{wish.source}: no such picture or folder")
    if wish.replace and wish.resume:
        raise UsageError("--force replaces what --resume leaves as it is; say one of them")
    if not wish.source.is_dir() and wish.source.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{wish.source}: is no {_endings()} file; convert it to one of them")


def _of_picture(wish: Wish) -> Pair:
    name = _renamed(wish.source.name, wish.format)
    if wish.target.is_dir() or wish.into_folder:
        return Pair(source=wish.source, target=wish.target / name)
    ending = wish.target.suffix.lower()
    if ending not in SUFFIXES:
        raise UsageError(
            f"{wish.target}: ends in none of {_endings()}; add one of them, "
            f"or {os.sep} to name a folder"
        )
    if _renamed(wish.target.name, wish.format) != wish.target.name:
        raise UsageError(f"{wish.target}: ends in {ending}, but --format is {wish.format}")
    if not wish.target.parent.is_dir():
        raise NotFoundError(f"{wish.target.parent}: no such folder; make it first")
    return Pair(source=wish.source, target=wish.target)


def _of_folder(wish: Wish) -> list[Pair]:
    if wish.target.exists() and not wish.target.is_dir():
        raise UsageError(f"{wish.target}: is a file; name a folder, since {wish.source} is one")
    outer, inner = wish.source.resolve(), wish.target.resolve()
    if inner == outer:
        raise UsageError(f"{wish.target}: holds the pictures themselves; name another folder")
    files = training_images(str(wish.source))
    is_inside = inner.is_relative_to(outer)
    # What an earlier call wrote inside the source is not restored a second time.
    folders = {file.path.parent for file in files} if is_inside else set[Path]()
    own = {folder for folder in folders if folder.resolve().is_relative_to(inner)}
    pairs = [
        Pair(source=file.path, target=wish.target / _renamed(file.name, wish.format))
        for file in files
        if file.path.parent not in own
    ]
    if not is_inside:
        _refuse_strays(pairs, wish.source)
    return pairs


def _refuse_strays(pairs: Sequence[Pair], source: Path) -> None:
    """Of what is written, nothing may land among the pictures, where it would be one of them."""
    outer = source.resolve()
    for folder in folders_of(pairs):
        if folder.resolve().is_relative_to(outer):
            raise UsageError(f"{folder}: lies in {source}; name another folder to write to")


def _renamed(name: str, wanted: FormatName | None) -> str:
    """A name whose ending fits the format, kept where it does."""
    path = Path(name)
    if wanted is None or SUFFIXES[path.suffix.lower()] == wanted.upper():
        return name
    ending = {"jpeg": ".jpg", "tiff": ".tif"}.get(wanted, f".{wanted}")
    return str(path.with_suffix(ending))


def _refuse_collisions(pairs: Sequence[Pair]) -> None:
    first: dict[Path, Path] = {}
    for pair in pairs:
        other = first.setdefault(pair.target, pair.source)
        if other != pair.source:
            raise UsageError(
                f"{other} and {pair.source} would both become {pair.target}; rename one of them"
            )


def _refuse_inputs(pairs: Sequence[Pair]) -> None:
    """No picture is overwritten, by whatever name or link it is reached."""
    inputs = {_identity(pair.source) for pair in pairs}
    for pair in pairs:
        if pair.target.exists() and _identity(pair.target) in inputs:
            raise UsageError(
                f"{pair.target}: is one of the pictures that are to be restored, which are never "
                "overwritten; name another place"
            )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:  # a broken link, of which reading will tell
        return None
    return state.st_dev, state.st_ino


def _refuse_existing(targets: Sequence[Path]) -> None:
    some = ", ".join(map(str, targets[:_LISTED_AT_MOST]))
    more = ", ..." if len(targets) > _LISTED_AT_MOST else ""
    what = "1 file is" if len(targets) == 1 else f"{len(targets):,} files are"
    raise UsageError(
        f"{what} there already ({some}{more}); --force replaces, --resume leaves what is there"
    )


def _endings() -> str:
    return ", ".join(SUFFIXES)


def folders_of(pairs: Iterable[Pair]) -> tuple[Path, ...]:
    """The folders that are written to, each once."""
    return tuple(dict.fromkeys(pair.target.parent for pair in pairs))
