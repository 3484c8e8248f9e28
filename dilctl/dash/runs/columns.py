"""What can stand in a column of the list of runs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from rich.text import Text

from dilctl.dash.runs.wish import is_field
from dilctl.dash.words import TESTING, decibels, is_tested, progress, state
from dilctl.jobs.found import value_of
from dilctl.text import visible
from dilctl.words import duration
from storage.records import ENDED, LIVE, Run

NARROWEST_NAME = 12
WIDEST_NAME = 44

_LONGEST_TITLE = 18
_PROGRESS = 9
_PART = re.compile(r", (\d+) of (\d+)$")
"""How the activity of a run that is tested ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a cell depends on besides its run.

    Attributes:
        now: the present time.
        devices: what live runs hold of their machines, by number.
        shown: keys of the columns that it stands among.
    """

    now: datetime
    devices: Mapping[int, str] = field(default_factory=dict[int, str])
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        key: what a person's choice names it by.
        title: its head.
        width: in cells, without the gap behind it.
        cell: what stands in it.
        sort: what it sorts by, in words of ``docs/queries.md``; empty where it cannot.
        falls: whether it sorts from the highest to the lowest at first.
        is_number: whether it is set to the right.
        help: what it is, for those who choose.
    """

    key: str
    title: str
    width: int
    cell: Callable[[Run, About], Text | str]
    sort: str = ""
    falls: bool = False
    is_number: bool = False
    help: str = ""

    def order(self, before: str) -> str:
        """What to sort by where this column is chosen, and the other way round the next time."""
        falling = "" if self.key == "id" else f"-{self.sort}"  # the newest, live ones before all
        first, second = (falling, self.sort) if self.falls else (self.sort, falling)
        return second if before == first else first


@cache
def column(key: str) -> Column:
    """The column of a name: one of ``KNOWN``, a setting as ``config.train.lr``, or a metric."""
    if key in KNOWN:
        return KNOWN[key]
    return _setting(key) if key.startswith("config.") else _metric(key)


def _setting(key: str) -> Column:
    title = _short(key.removeprefix("config."))
    return Column(
        key=key,
        title=title,
        width=max(len(title), 8),
        cell=lambda run, _: _said(value_of(run, key)),
        sort=key if is_field(key) else "",
        help="a setting",
    )


def _metric(name: str) -> Column:
    from storage.query.tree import Metric

    title, asked = _short(name), str(Metric(name=name))
    return Column(
        key=name,
        title=title,
        width=max(len(title), 7),
        cell=lambda run, _: _number(run.latest.get(name)),
        sort=asked if is_field(asked) else "",
        falls=True,
        is_number=True,
        help="a metric",
    )


def _short(name: str) -> str:
    shown = visible(name)
    return shown if len(shown) <= _LONGEST_TITLE else f"…{shown[1 - _LONGEST_TITLE :]}"


def _said(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case Mapping():  # of a union, its kind says most
            return str(value.get("kind", "…"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] -- JSON
        case _:
            return str(value)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _psnr(standing: str, width: int) -> Column:
    metric = f"psnr@crops:{standing}"
    return Column(
        key=standing,
        title=standing,
        width=width,
        cell=lambda run, _: decibels(run.latest.get(metric)),
        sort=metric,
        falls=True,
        is_number=True,
        help=f"newest PSNR of the {standing} degradations",
    )


def _age(run: Run, about: About) -> str:
    """Since it was submitted; of minutes no seconds, so that a list at rest stays as it is."""
    seconds = max(0.0, (about.now - run.created_at).total_seconds())
    return f"{int(seconds // 60)}m" if 60 <= seconds < 3600 else duration(seconds)  # noqa: PLR2004 -- a minute, an hour


def _name(run: Run, about: About) -> str:
    """Without those of the last words that repeat another column, as ``rule=erm`` does."""
    words = run.name.split(" ")
    first = next((i for i in range(len(words), 0, -1) if "=" not in words[i - 1]), 0)
    told = [word for word in words[first:] if not _is_shown(run, word, about.shown)]
    return " ".join((*words[:first], *told)) or run.name


def _is_shown(run: Run, word: str, shown: frozenset[str]) -> bool:
    key, _, said = word.partition("=")
    if key in shown and key in _REPEATED:
        return str(getattr(run, key)) == said
    key = f"config.{key}"
    return key in shown and _said(value_of(run, key)) == said


_REPEATED = ("rule", "network", "task", "seed")


def _progress(run: Run, _: About) -> Text | str:
    if is_tested(run):
        return _tested(run.activity)
    if run.status not in LIVE and not run.fraction:
        return ""
    bar = progress(run.fraction, _PROGRESS)
    if run.status in ENDED:
        bar.stylize("dim")
    return bar


def _tested(activity: str) -> str:
    """How many of its tests it is at, where there is room for both numbers."""
    found = _PART.search(activity)
    said = "" if found is None else f"test {found[1]}/{found[2]}"
    return said if 0 < len(said) <= _PROGRESS else said.removeprefix("test ") or TESTING


def _left(run: Run, _: About) -> str:
    if run.status not in LIVE or run.seconds_left is None:
        return ""
    return duration(run.seconds_left)


def _field(name: str, width: int, help: str) -> Column:
    return Column(
        key=name,
        title=name,
        width=width,
        cell=lambda run, _: getattr(run, name) or "",
        sort=name,
        help=help,
    )


def _count(name: str, width: int, help: str, *, falls: bool = False) -> Column:
    return Column(
        key=name,
        title=name,
        width=width,
        cell=lambda run, _: str(getattr(run, name)),
        sort=name,
        falls=falls,
        is_number=True,
        help=help,
    )


_EVERY = (
    _count("id", 2, "the run's number", falls=True),
    Column(
        key="state",
        title="state",
        width=11,
        cell=lambda run, _: state(run),
        sort="status",
        help="what it does, or how it ended",
    ),
    Column(
        key="name",
        title="name",
        width=NARROWEST_NAME,
        cell=_name,
        sort="name",
        help="what people call it",
    ),
    _field("rule", 6, "training rule"),
    _field("network", 8, "what is trained"),
    _field("task", 8, "what it is trained for"),
    _count("seed", 4, "the seed of its chance"),
    Column(
        key="progress",
        title="progress",
        width=_PROGRESS,
        cell=_progress,
        sort="progress",
        falls=True,
        help="share of its training, then its tests",
    ),
    Column(
        key="left",
        title="left",
        width=6,
        cell=_left,
        is_number=True,
        help="estimate of the time that a live run still needs",
    ),
    _psnr("seen", 5),
    _psnr("unseen", 6),
    Column(
        key="gpu",
        title="GPU",
        width=5,
        cell=lambda run, about: about.devices.get(run.id, ""),
        help="the devices that a live run holds",
    ),
    _field("host", 10, "machine of its newest attempt"),
    Column(
        key="age",
        title="age",
        width=6,
        cell=_age,
        sort="submitted",
        falls=True,
        is_number=True,
        help="since it was submitted",
    ),
    _field("sweep", 14, "what it was submitted with"),
    _count("priority", 8, "higher starts first", falls=True),
    Column(
        key="tags",
        title="tags",
        width=14,
        cell=lambda run, _: " ".join(run.tags),
        help="words that people find it by",
    ),
)

KNOWN: Mapping[str, Column] = {column.key: column for column in _EVERY}
"""The columns with a name of their own, in the order in which they stand."""
