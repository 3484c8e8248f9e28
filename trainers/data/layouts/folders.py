"""Where in a folder pairs lie: below two folders, or side by side under marked names."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trainers.data.layouts.names import (
    Role,
    Split,
    factor_of,
    is_beside,
    is_passage,
    key_of,
    role_of_file,
    role_of_folder,
    split_of,
    stem_of,
    word_of_file,
    word_of_folder,
)
from trainers.data.sources import SUFFIXES
from trainers.errors import DataError

_PREFERRED: dict[Split, tuple[Split, ...]] = {
    "test": ("test", "validation", "train"),
    "validation": ("validation", "test", "train"),
    "train": ("train", "validation", "test"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of a data set is wanted where it holds several.

    Attributes:
        split: the next best is taken where it is missing.
        factor: of super-resolution.
    """

    split: Split = "test"
    factor: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What lies directly in a folder.

    Attributes:
        images: names of image files.
        folders: names of the sub-folders that are wanted.
    """

    images: tuple[str, ...]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An image file on one side of a pair.

    Attributes:
        path: the file.
        inner: its folder below the folder of its side, with ``/``.
        stem: its name without the suffix.
    """

    path: Path
    inner: str
    stem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A folder that holds pairs.

    Attributes:
        folder: the folder.
        group: names of the folders that lead to it, from the source on, without those that are
            the same for all: the split and the factor.
        degraded, clean: names of its sub-folders of either side.
        images: names of the images that lie in it directly.
    """

    folder: Path
    group: tuple[str, ...]
    degraded: tuple[str, ...] = field(default=())
    clean: tuple[str, ...] = field(default=())
    images: tuple[str, ...] = field(default=())

    @property
    def has_pairs(self) -> bool:
        """Whether the names tell both sides of at least one pair."""
        if self.degraded and self.clean:
            return True
        keys: dict[Role, set[str]] = {"degraded": set(), "clean": set()}
        for name in self.images:
            role, key = role_of_file(stem_of(name))
            if role is not None:
                keys[role].add(key_of(key))
        if self.degraded or self.clean:  # Rain100L of PReNet: rainy/ beside norain-001.png
            return bool(keys["clean" if self.degraded else "degraded"])
        return not keys["degraded"].isdisjoint(keys["clean"])

    @property
    def words(self) -> frozenset[str]:
        """The words by which the names tell the sides."""
        if self.degraded and self.clean:
            return frozenset(word_of_folder(name) for name in (*self.degraded, *self.clean))
        return frozenset(word_of_file(stem_of(name)) for name in self.images)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The images of a site by what they are.

    Attributes:
        degraded, clean: the sides of the pairs.
        strange: images among them whose names tell no side.
    """

    degraded: list[Found] = field(default_factory=list)
    clean: list[Found] = field(default_factory=list)
    strange: list[Found] = field(default_factory=list)


def entries_of(folder: Path, wanted: Wanted) -> Entries:
    """What lies in a folder, hidden things and unwanted splits and factors left out.

    Raises:
        DataError: the folder cannot be read, or a name in it is no text.
    """
    images: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith((".", "__MACOSX")):
                    continue
                if entry.is_dir():
                    folders.append(entry.name)
                elif _is_image(entry.name):
                    images.append(entry.name)
    except OSError as error:
        cure = (
            "change its permissions" if isinstance(error, PermissionError) else "correct the path"
        )
        raise DataError(
            f"{folder}: cannot be read as a folder ({error.strerror}); {cure}"
        ) from error
    for name in (*images, *folders):
        _refuse_undecodable(folder, name)
    return Entries(images=tuple(images), folders=tuple(_chosen(sorted(folders), wanted)))


def sites(root: Path, wanted: Wanted) -> Iterator[Site]:
    """The folders below ``root`` that hold pairs, ``root`` among them."""
    return _sites(Site(folder=root, group=()), wanted, frozenset())


def sides_of(site: Site, wanted: Wanted) -> Sides:
    """The images of a site."""
    sides = Sides()
    for names, found in ((site.degraded, sides.degraded), (site.clean, sides.clean)):
        for name in names:
            found.extend(_below(site.folder / name, "", wanted, frozenset()))
    if not (site.degraded and site.clean):
        _sort_by_name(site, sides)
    return sides


def _sites(site: Site, wanted: Wanted, entered: frozenset[str]) -> Iterator[Site]:
    real = os.path.realpath(site.folder)
    if real in entered:  # a link that leads back
        return
    entries = entries_of(site.folder, wanted)
    roles = {name: role_of_folder(name) for name in entries.folders}
    here = Site(
        folder=site.folder,
        group=site.group,
        degraded=tuple(name for name, role in roles.items() if role == "degraded"),
        clean=tuple(name for name, role in roles.items() if role == "clean"),
        images=entries.images,
    )
    if here.has_pairs:
        yield here
        return
    for name in entries.folders:
        if roles[name] is None and is_passage(name):
            group = site.group if _is_same_for_all(name) else (*site.group, name)
            inner = Site(folder=site.folder / name, group=group)
            yield from _sites(inner, wanted, entered | {real})


def _below(folder: Path, inner: str, wanted: Wanted, entered: frozenset[str]) -> Iterator[Found]:
    real = os.path.realpath(folder)
    if real in entered:
        return
    entries = entries_of(folder, wanted)
    for name in entries.images:
        yield Found(path=folder / name, inner=inner, stem=stem_of(name))
    for name in entries.folders:
        deeper = inner if _is_same_for_all(name) else f"{inner}{name}/"
        yield from _below(folder / name, deeper, wanted, entered | {real})


def _sort_by_name(site: Site, sides: Sides) -> None:
    for name in site.images:
        found = Found(path=site.folder / name, inner="", stem=stem_of(name))
        match role_of_file(found.stem)[0]:
            case "degraded":
                sides.degraded.append(found)
            case "clean":
                sides.clean.append(found)
            case None:
                if not is_beside(found.stem):
                    sides.strange.append(found)


def _chosen(folders: Sequence[str], wanted: Wanted) -> list[str]:
    """The folders without those of other splits and factors than the wanted ones."""
    factors = {name: factor_of(name) for name in folders}
    if wanted.factor in factors.values():
        factors = {name: told for name, told in factors.items() if told in (None, wanted.factor)}
    splits = {name: split_of(name) for name in factors}
    present = set(splits.values())
    best = next((split for split in _PREFERRED[wanted.split] if split in present), None)
    return [name for name, told in splits.items() if told in (None, best)]


def _is_same_for_all(folder: str) -> bool:
    """Whether a folder is what is left of a choice, so that its name tells no pairs apart."""
    return split_of(folder) is not None or factor_of(folder) is not None


def _is_image(name: str) -> bool:
    _, dot, suffix = name.rpartition(".")
    return f"{dot}{suffix.lower()}" in SUFFIXES


def _refuse_undecodable(folder: Path, name: str) -> None:
    # Names go into hashes, JSON and the registry, which all hold text.
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise DataError(f"{folder / name}: its name is not valid UTF-8; rename it") from error
