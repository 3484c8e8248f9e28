"""What is asked before something is done to runs, and said where nothing can be; pure functions."""

from collections import Counter
from collections.abc import Iterable, Sequence

from dilctl.dash.confirm import Question
from dilctl.deeds import Deed
from dilctl.errors import UsageError
from dilctl.spans import spans
from dilctl.tagging import parse_tag
from dilctl.text import visible
from dilctl.words import file_size
from storage.records import LIVE, Run, Status

_READ_IN_PASSING = 3


def runs(ids: Sequence[int]) -> str:
    """``run 7``, or ``3 runs (7..9)``."""
    return f"run {ids[0]}" if len(ids) == 1 else f"{len(ids):,} runs ({spans(ids)})"


def states(some: Iterable[Run]) -> str:
    """How many are in which state: ``2 done, 1 failed``."""
    counts = Counter(run.status for run in some)
    return ", ".join(f"{counts[status]:,} {status}" for status in Status if counts[status])


def nothing_to_do(some: Sequence[Run], deed: Deed) -> str:
    """Why a deed means nothing for any of some runs."""
    if not some:
        return "no run is chosen"
    if len(some) == 1:
        return f"run {some[0].id} is {some[0].status}: it cannot be {deed.participle}"
    return f"none of these {len(some):,} runs can be {deed.participle}: {states(some)}"


def _named(some: Sequence[Run]) -> str:
    first = some[0]
    if len(some) == 1:
        return f"run {first.id}, {visible(first.name)}"
    return runs([run.id for run in some])


def cancel_question(able: Sequence[Run], chosen: Sequence[Run]) -> Question:
    """Whether it is meant, and what is lost."""
    live = [run for run in able if run.status in LIVE]
    parts: list[str] = []
    if len(able) < len(chosen):
        left = [run for run in chosen if run not in able]
        parts.append(f"{len(able)} of {len(chosen)} can be: the others are {states(left)}.")
    if len(live) < len(able):
        parts.append("What waits is taken off the queue: nothing is lost.")
    if live:
        parts.append(
            "What runs stops at its next step; its checkpoint stays, but it cannot be resumed: "
            "p pauses instead."
        )
    return Question(
        f"Cancel {_named(able)}?",
        " ".join(parts),
        yes=f"Cancel {'the run' if len(able) == 1 else f'{len(able):,} runs'}",
        no="Keep" if len(able) > 1 else "Keep it",
    )


def delete_question(some: Sequence[Run], chosen: Sequence[Run], size: int) -> Question:
    """Whether it is meant, and what is lost."""
    left = len(chosen) - len(some)
    stay = f" What runs now stays ({left:,} of {len(chosen):,} chosen)." if left else ""
    return Question(
        f"Delete {_named(some)}?",
        f"All that was measured and {file_size(size)} of files, weights among them, are gone for "
        f"good ({states(some)}).{stay}",
        yes=f"Delete {'the run' if len(some) == 1 else f'{len(some):,} runs'}",
        no="Keep" if len(some) > 1 else "Keep it",
    )


def first_of(sentences: Sequence[str]) -> str:
    """As many as can be read in passing, and how many there are besides."""
    more = len(sentences) - _READ_IN_PASSING
    tail = [f"and {more:,} more like these"] if more > 0 else []
    return "\n".join([*sentences[:_READ_IN_PASSING], *tail])


def tags_of(said: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags to add and those to take off: ``best -draft``.

    Raises:
        UsageError: one is none, or is both.
    """
    words = said.split()
    take = tuple(dict.fromkeys(word[1:] for word in words if word.startswith("-")))
    add = tuple(
        dict.fromkeys(parse_tag(word.removeprefix("+")) for word in words if word[0] != "-")
    )
    both = next((tag for tag in add if tag in take), None)
    if both:
        raise UsageError(f"tag {both}: cannot be both added and removed; say one of the two")
    if not (add or take):
        raise UsageError("tag: name one, as in best; -best takes it off")
    return add, take
