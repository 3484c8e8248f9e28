"""The table of a board as a paper prints it, whatever it is written in."""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from dilctl.export.ranking import Place

Kind = Literal["contender", "oracle", "paper"]
ABSENT = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a table shows besides PSNR.

    Attributes:
        ssim: SSIM behind each PSNR, as in ``26.64/0.779``.
        intervals: 95 % intervals under the numbers.
    """

    ssim: bool = False
    intervals: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as it is printed, and its place in its column."""

    text: str
    place: Place = Place.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands in one field of the table.

    Attributes:
        figures: PSNR, then SSIM where it was chosen; one sign of absence where there is nothing.
        interval: as in ``24.10, 25.20``; empty where there is none or none was chosen.
        is_decided: whether it is called a gain or a loss.
    """

    figures: tuple[Figure, ...]
    interval: str = ""
    is_decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of numbers.

    Attributes:
        group: the head over its head, which it shares with its neighbours.
        head: in lines; about: the same in full, empty where the head says all.
    """

    group: str
    head: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the table: what it is called, how many seeds it has, and its fields."""

    label: str
    kind: Kind
    seeds: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole table.

    Attributes:
        lines: contenders, then oracles, then rows of the paper.
        has_seeds: whether the rows differ in how many seeds they have, so that each must say it.
    """

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    has_seeds: bool

    @property
    def groups(self) -> tuple[tuple[str, int], ...]:
        """The heads over the heads, each with how many columns it covers."""
        found = groupby(column.group for column in self.columns)
        return tuple((name, len(list(members))) for name, members in found)
