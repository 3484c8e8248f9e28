"""What people may want to name when they filter, group or choose columns; pure functions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from dilctl.text import visible
from storage.records import Run

_MOST = 2000


def settings(runs: Iterable[Run]) -> list[str]:
    """Every setting of some runs, as ``config.train.lr``."""
    seen: dict[str, None] = {}
    for experiment in {id(run.experiment): run.experiment for run in runs}.values():
        seen.update(dict.fromkeys(_paths("config", experiment)))
    return sorted(seen)[:_MOST]


def _paths(before: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, Any]", value).items():
            yield from _paths(f"{before}.{key}", inner)
    elif not isinstance(value, list):
        yield before.removesuffix(".kind")


def metrics(runs: Iterable[Run]) -> list[str]:
    """Every metric of some runs, the means over many degradations first."""
    names = {name for run in runs for name in run.latest if visible(name) == name}
    return sorted(names, key=lambda name: ("=" in name, name))[:_MOST]


def fields() -> list[str]:
    """The fields of the query language that order runs."""
    from storage.query import FIELDS

    return [name for name, field in FIELDS.items() if not field.many]


def completions(runs: Iterable[Run]) -> tuple[str, ...]:
    """What a word of a query may become: fields, their values, settings, metrics."""
    from storage.query import FIELDS

    known = tuple(runs)
    words = [f"{name}{'~' if name == 'note' else '='}" for name in FIELDS]
    words += [f"{name}={word}" for name, field in FIELDS.items() for word in field.words]
    for name in ("rule", "task", "network", "sweep", "host"):
        words += sorted({f"{name}={said}" for run in known if (said := getattr(run, name))})
    words += sorted({f"tag:{tag}" for run in known for tag in run.tags})
    words += [f"{name}" for name in (*settings(known), *metrics(known))]
    return tuple(word for word in words if word.isprintable() and " " not in word)


def completed(query: str, words: Iterable[str]) -> str | None:
    """The query with its last word made whole; None where no word begins like it."""
    start = max(query.rfind(sign) for sign in " (,") + 1
    begun = query[start:]
    found = next((word for word in words if word.startswith(begun) and word != begun), None)
    return query[:start] + found if begun and found else None
