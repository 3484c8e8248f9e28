"""What is said to have runs trained, in the words of ``dilctl submit``, and what it asks for."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dilctl.demands import parse_gpu, with_demands
from dilctl.errors import UsageError
from dilctl.jobs import Jobs
from dilctl.request import Request, parse_name, parse_seeds
from dilctl.selection import chosen
from dilctl.tagging import parse_note, parse_tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The options of ``dilctl submit``, each as it was written.

    Attributes:
        recipe: a shipped recipe, or a TOML file.
        settings, sweep: of ``--set`` and ``--sweep``.
        seeds, gpu, gpu_memory: as their options take them.
        after: words that mean the runs to follow.
    """

    recipe: str = ""
    settings: tuple[str, ...] = ()
    sweep: tuple[str, ...] = ()
    seeds: str = "1"
    name: str | None = None
    gpus: int | None = None
    gpu: str | None = None
    gpu_memory: str | None = None
    priority: int = 0
    after: tuple[str, ...] = ()
    after_any: bool = False
    tag: tuple[str, ...] = ()
    note: str = ""
    retries: int = 2
    again: bool = False


def request_of(jobs: Jobs, wish: Wish) -> Request:
    """What is asked for.

    Args:
        jobs: knows the runs that are to be followed.
        wish: what was said.

    Raises:
        UsageError: an option cannot be understood, or contradicts another.
        NotFoundError: there is no such run to follow.
    """
    request = Request(
        recipe=wish.recipe,
        assignments=wish.settings,
        sweeps=wish.sweep,
        seeds=parse_seeds(wish.seeds),
        name=parse_name(wish.name),
        priority=wish.priority,
        again=wish.again,
        tags=tuple(parse_tag(word) for word in wish.tag),
        note=parse_note(wish.note) if wish.note else "",
        after=parents(jobs, wish.after, after_any=wish.after_any),
        after_any=wish.after_any,
        retries=wish.retries,
        gpu=parse_gpu(wish.gpu),
    )
    return with_demands(request, gpus=wish.gpus, gpu_memory=wish.gpu_memory)


def parents(jobs: Jobs, words: Sequence[str], *, after_any: bool) -> tuple[int, ...]:
    """The runs that are to be followed.

    Raises:
        UsageError: none is named, though it is said how they may end.
        NotFoundError: there is no such run.
    """
    if not words:
        if after_any:
            raise UsageError("--after-any: say after which run, as in --after 7 --after-any")
        return ()
    return tuple(run for word in words for run in chosen(jobs, [word]))


def command(wish: Wish) -> str:
    """The command that says the same, as a shell takes it; what goes without saying is left out."""
    return shlex.join(["dilctl", "submit", wish.recipe or "RECIPE", *_options(wish)])


def _options(wish: Wish) -> Iterator[str]:
    usual = Wish()
    repeated = (("--set", wish.settings), ("--sweep", wish.sweep))
    followed = (("--after", wish.after), ("--tag", wish.tag))
    for option, values in (*repeated, *followed):
        for value in values:
            yield from _said(option, value)
    for name in ("seeds", "name", "gpus", "gpu", "gpu_memory", "priority", "note", "retries"):
        value = getattr(wish, name)
        if value != getattr(usual, name):
            yield from _said(f"--{name.replace('_', '-')}", str(value))
    for name in ("after_any", "again"):
        if getattr(wish, name):
            yield f"--{name.replace('_', '-')}"


def _said(option: str, value: str) -> tuple[str, ...]:
    """An option with its value; one that begins with a dash would be taken for an option."""
    return (f"{option}={value}",) if value.startswith("-") else (option, value)
