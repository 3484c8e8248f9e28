"""What a person wants to see of the runs, and how that outlives a sitting."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, cast

from dilctl.text import visible

_LONGEST = 4000
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which runs, in which order; it decides what is read.

    Attributes:
        query: in the language of ``docs/queries.md``; empty for all.
        sort: a field of it, ``-`` before it for the highest first; empty puts live runs before all
            others, then the newest.
        by: the field that the list is grouped by; empty for none.
    """

    query: str = ""
    sort: str = ""
    by: str = ""

    @property
    def drifts(self) -> bool:
        """Whether other runs may be meant, or in another order, without any event."""
        return bool(self.query or self.sort or "@" in self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How those runs are shown.

    Attributes:
        columns: keys of the columns, in order; empty for those that fit.
        folded: labels of the groups of which only a line is shown.
        beside: whether the pane stands beside the list, where there is room for it.
        below: whether it stands below, where there is not; None for where rows are free.
    """

    columns: tuple[str, ...] = ()
    folded: frozenset[str | None] = frozenset()
    beside: bool = True
    below: bool | None = None


def as_json(wish: Wish, view: View) -> Mapping[str, Any]:
    """Both, as plain JSON."""
    folded = sorted(view.folded, key=lambda label: (label is None, label or ""))[:_MOST]
    return {**asdict(wish), **asdict(view), "columns": list(view.columns), "folded": folded}


def from_json(state: Mapping[str, Any]) -> tuple[Wish, View]:
    """Both again; whatever is ill-formed, or no longer understood, is as if it were not there."""
    plain = View()
    columns = tuple(dict.fromkeys(filter(_is_word, _listed(state.get("columns")))))
    labels = (label for label in _listed(state.get("folded")) if _is_label(label))
    return _wish(state), View(
        columns=columns,
        folded=frozenset(labels),
        beside=beside if isinstance(beside := state.get("beside"), bool) else plain.beside,
        below=below if isinstance(below := state.get("below"), bool) else plain.below,
    )


def is_field(text: str) -> bool:
    """Whether runs can be ordered and grouped by this."""
    from storage.query import QueryError, Sort

    try:
        return len(Sort.parse(text).keys) == 1
    except QueryError:
        return False


def _wish(state: Mapping[str, Any]) -> Wish:
    query, sort, by = (_word(state.get(field.name)) for field in fields(Wish))
    return Wish(
        query=query if _is_query(query) else "",
        sort=sort if is_field(sort) else "",
        by=by if is_field(by) else "",
    )


def _is_query(text: str) -> bool:
    from storage.query import QueryError, parse

    try:
        return bool(text.strip() and parse(text))
    except QueryError:
        return False


def _word(value: object) -> str:
    return value if isinstance(value, str) and _is_word(value) else ""


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and visible(value) == value


def _is_label(value: object) -> bool:
    return value is None or isinstance(value, str)


def _listed(value: object) -> list[Any]:
    return cast("list[Any]", value)[:_MOST] if isinstance(value, list) else []
