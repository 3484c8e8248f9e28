"""What the shell offers at the Tab key: runs, tags, recipes, settings, metrics."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from dilctl.settings import Settings
from dilctl.text import one_line
from dilctl.vocabulary import Offer, all_settings, offers

if TYPE_CHECKING:
    from storage.registry import Registry

_MOST = 50
_LONGEST_HELP = 60
_BRIEF = 1.0  # seconds to wait for another writer: nobody waits for long at the Tab key

_OF_THE_SHELL = frozenset("'\"`$;&|<>(){}\\!*?#~")


def runs(context: typer.Context, incomplete: str) -> list[Offer]:
    """Numbers of the newest runs, with their names."""
    return _offered(incomplete, lambda: _runs(_settings_of(context), incomplete))


def tags(context: typer.Context, incomplete: str) -> list[Offer]:
    """Tags, with the number of runs that carry each."""
    return _offered(incomplete, lambda: _tags(_settings_of(context)))


def recipes(incomplete: str) -> list[Offer]:
    """Shipped recipes, with their purposes; where none fits, the shell goes on with files."""
    return _offered(incomplete, _recipes)


def settings(incomplete: str) -> list[Offer]:
    """Settings as ``train.batch=``, and behind the sign the words that they may have."""
    return _offered(incomplete, lambda: offers(incomplete))


def queries(context: typer.Context, incomplete: str) -> list[Offer]:
    """What a word of a query may begin with: runs, fields, tags."""
    return _offered(incomplete, lambda: _queries(_settings_of(context), incomplete))


def metrics(context: typer.Context, incomplete: str) -> list[Offer]:
    """Names of all that any run has measured; with a ``-`` before them where that is said."""
    sign = "-" if incomplete.startswith("-") else ""
    return _offered(incomplete, lambda: _metrics(_settings_of(context), sign))


def _offered(incomplete: str, find: Callable[[], Iterable[Offer]]) -> list[Offer]:
    """What begins as the person has begun; nothing where something is amiss."""
    try:
        found = [offer for offer in find() if offer[0].startswith(incomplete)]
    except Exception:  # noqa: BLE001 (a complaint would land in the middle of the person's line)
        return []
    return [(_typed(word), _meaning(words)) for word, words in found if _is_harmless(word)]


def _is_harmless(word: str) -> bool:
    """Whether a word can stand in a line without meaning something else to the shell."""
    return word.isprintable() and not set(word) & _OF_THE_SHELL


def _typed(word: str) -> str:
    """A word as it can stand in a line: blanks would make several of it."""
    return word.replace(" ", r"\ ")


def _meaning(words: str) -> str:
    # typer reads brackets as markup, and a name with a closing one would be its last word.
    line = one_line(words).replace("[", "(").replace("]", ")")
    return line if len(line) <= _LONGEST_HELP else f"{line[: _LONGEST_HELP - 1]}…"


def _settings_of(context: typer.Context) -> Settings:
    """The settings that the words before the command choose; the root has not run, nor will it."""
    said: Mapping[str, Any] = context.find_root().params
    return Settings.of(said.get("home"), said.get("database"))


@contextmanager
def _registry(chosen: Settings) -> "Generator[Registry]":
    """The registry, only to be read: neither made nor brought up to date."""
    from storage.registry import Registry

    with Registry.open(chosen.registry, read_only=True, patience=_BRIEF) as registry:
        yield registry


def _runs(chosen: Settings, incomplete: str) -> Iterator[Offer]:
    if not chosen.has_registry:
        return
    number = int(incomplete) if incomplete.isdecimal() else 0
    with _registry(chosen) as registry:
        found = {run.id: run for run in (*registry.runs(limit=_MOST), *registry.runs(ids=[number]))}
    for run in found.values():
        yield str(run.id), f"{run.name}, seed {run.seed}, {run.status}"


def _tags(chosen: Settings) -> Iterator[Offer]:
    if not chosen.has_registry:
        return
    with _registry(chosen) as registry:
        for tag, count in registry.tags().items():
            yield tag, f"{count} runs" if count > 1 else "1 run"


def _recipes() -> Iterator[Offer]:
    from dilctl.describe import summary
    from trainers.recipe import recipe_names

    for name in recipe_names():
        yield name, summary(name)


def _metrics(chosen: Settings, sign: str) -> Iterator[Offer]:
    if not chosen.has_registry:
        return
    with _registry(chosen) as registry:
        for name in registry.metric_names():
            yield f"{sign}{name}", ""


def _queries(chosen: Settings, incomplete: str) -> Iterator[Offer]:
    from storage.query import FIELDS

    if incomplete.startswith("tag:"):
        yield from ((f"tag:{tag}", words) for tag, words in _tags(chosen))
    elif incomplete.startswith("config."):
        yield from ((f"config.{key}", words) for key, words, _ in all_settings())
    elif "=" in incomplete:
        field = incomplete.partition("=")[0]
        yield from ((f"{field}={word}", "") for word in FIELDS[field].words)
    else:
        yield from _runs(chosen, incomplete)
        yield "last", "the newest run"
        for name, field in FIELDS.items():
            yield f"{name}=", field.help
