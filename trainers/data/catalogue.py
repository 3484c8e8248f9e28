"""The data sets of the field: what they are, and where their authors offer them."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePath
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """A published data set.

    Attributes:
        name: as tables show it.
        use: what it is for, and how large it is.
        images: numbers of images, or of pairs, that its folders usually hold.
        layout: how its files must lie.
        page: where its authors offer it.
        paper: where it was published.
        terms: what it may be used for, as far as known.
        aliases: other names that its folders go by.
    """

    name: str
    use: str
    images: tuple[int, ...]
    layout: str
    page: str
    paper: str
    terms: str
    aliases: tuple[str, ...] = ()


@cache
def catalogue() -> tuple[DataSet, ...]:
    """All data sets that are known."""
    text = (resources.files("trainers.data") / "catalogue.toml").read_text("utf-8")
    return tuple(_data_set(entry) for entry in tomllib.loads(text)["set"])


def find(source: str) -> DataSet | None:
    """The data set that a path is named for, by its last part that names one."""
    known = {_key(name): each for each in catalogue() for name in (each.name, *each.aliases)}
    parts = (_key(part) for part in reversed(PurePath(source).parts))
    return next((known[part] for part in parts if part in known), None)


def _data_set(entry: dict[str, Any]) -> DataSet:
    several: dict[str, Any] = {key: tuple(entry.get(key, ())) for key in ("images", "aliases")}
    return DataSet(**(entry | several))


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
