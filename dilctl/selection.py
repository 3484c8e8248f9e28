"""Which runs a person means by the words after a command: numbers, ranges, ``last``, a query."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dilctl.errors import NotFoundError, UsageError
from dilctl.text import visible

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

LAST = "last"
"""Means the newest run of all."""

_NUMBERS = re.compile(r"[0-9]{1,18}(?:\.\.[0-9]{1,18})?(?:,[0-9]{1,18}(?:\.\.[0-9]{1,18})?)*,?")
_NAMED_AT_MOST = 5
_LONGEST = 60
_LOOKED_THROUGH = 1000


def chosen(jobs: "Jobs", words: Sequence[str]) -> list[int]:
    """The runs that are meant, each once; one at least.

    Args:
        jobs: the use cases.
        words: all of them numbers (``7``), ranges (``7..9``), lists of those (``7,8``) or ``last``;
            else a query, in as many words as the shell made of it.

    Returns:
        Their numbers, as they were said; those of a range or a query from the lowest on.

    Raises:
        UsageError: nothing was said, or a range runs backwards.
        NotFoundError: there is no such run.
        QueryError: the words are no query; points at the column of the fault.
    """
    if not any(word.strip() for word in words):
        raise UsageError("name runs, as in 7, 7..9, last or 'rule=erm and seed<3'")
    if not jobs.settings.has_registry:  # which asking would make
        raise NotFoundError("there is no run yet; begin with: dilctl demo")
    if are_numbers(words):
        return list(dict.fromkeys(run for word in words for run in _numbered(jobs, word)))
    found = jobs.ids(" ".join(words))
    if not found:
        raise NotFoundError(f"no run is meant by: {_said(words)}{_unmeasured(jobs, words)}")
    return list(found)


def only(jobs: "Jobs", words: Sequence[str]) -> int:
    """The one run that is meant, see ``chosen``; a whole name or its unique beginning will do.

    Raises:
        UsageError: several are.
    """
    found = chosen(jobs, words)
    if 1 < len(found) <= _LOOKED_THROUGH:
        found = _so_called(jobs, found, " ".join(words)) or found
    if len(found) > 1:
        some = ", ".join(map(str, found[:_NAMED_AT_MOST]))
        more = ", ..." if len(found) > _NAMED_AT_MOST else ""
        raise UsageError(
            f"{_said(words)}: means {len(found):,} runs ({some}{more}); name one of them"
        )
    return found[0]


def _so_called(jobs: "Jobs", runs: Sequence[int], name: str) -> list[int]:
    """Of runs whose names contain a text, those of exactly that name; else the one it begins."""
    names = {run.id: run.name for run in jobs.runs(ids=runs)}
    exact = [run for run, known in names.items() if known == name]
    begun = [run for run, known in names.items() if known.startswith(name)]
    return exact or (begun if len(begun) == 1 else [])


def as_query(jobs: "Jobs", words: Sequence[str]) -> str:
    """The words as one query, which may also be empty: ``7 8`` becomes ``7,8``."""
    if not are_numbers(words):
        return " ".join(words)
    newest = {str(run.id) for run in jobs.runs(limit=1)} if LAST in words else set[str]()
    return ",".join(word.strip(",") for word in (*words, *newest) if word != LAST)


def unmeasured(jobs: "Jobs", query: str, sort: str = "") -> list[str]:
    """The metrics that a query or an order names and no run has ever measured."""
    if "@" not in query + sort and "metric." not in query + sort:
        return []
    from storage.query import Sort, parse
    from storage.query.tree import Metric, asked_in

    condition = parse(query).condition
    asked = [*(asked_in(condition) if condition else ())]
    asked += [key.asked for key in Sort.parse(sort).keys] if sort.strip() else []
    names = dict.fromkeys(one.name for one in asked if isinstance(one, Metric))
    return [name for name in names if not jobs.metrics_named(name)]


def are_numbers(words: Sequence[str]) -> bool:
    """Whether runs are named one by one, not found by a query."""
    return bool(words) and all(word == LAST or _NUMBERS.fullmatch(word) for word in words)


def _numbered(jobs: "Jobs", word: str) -> Iterator[int]:
    if word == LAST:
        newest = jobs.runs(limit=1)
        if not newest:
            raise NotFoundError("there is no run yet; begin with: dilctl demo")
        yield newest[0].id
        return
    for part in filter(None, word.split(",")):
        first, dots, last = part.partition("..")
        yield from _range(jobs, int(first), int(last)) if dots else (_known(jobs, int(first)),)


def _known(jobs: "Jobs", number: int) -> int:
    return jobs.run(number).id


def _range(jobs: "Jobs", first: int, last: int) -> tuple[int, ...]:
    if first > last:
        raise UsageError(f"{first}..{last}: runs backwards; write {last}..{first}")
    found = jobs.ids(f"{first}..{last}")
    if not found:
        raise NotFoundError(f"there is no run from {first} to {last}")
    return found


def _unmeasured(jobs: "Jobs", words: Sequence[str]) -> str:
    missing = unmeasured(jobs, " ".join(words))
    return f" (no run has measured {visible(', '.join(missing))})" if missing else ""


def _said(words: Sequence[str]) -> str:
    said = visible(" ".join(words))
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
