"""What a person asks to be trained."""

import re
from dataclasses import dataclass
from pathlib import Path

from dilctl.errors import UsageError

MOST_MEMBERS = 10_000
LONGEST_NAME = 200
MOST_PRIORITY = 1_000_000
MOST_GPUS = 64
MOST_RETRIES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks to be trained.

    Attributes:
        recipe: name of a shipped recipe, or path of a TOML file; either may be a table of runs.
        assignments: ``key=value`` settings, said of every run. Those of whole tables are applied
            before those of what is in them, so ``rule.inner_rate=…`` holds for ``rule=…`` wherever
            that is said.
        sweeps: ``key=value,value,...``; all combinations are submitted.
        seeds: one run each, for every combination.
        name: what people will call the runs; the recipe's name by default.
        priority: higher goes first.
        again: also repeat what is already done, queued or running.
        tags: words that the runs are found by.
        note: what the person wants to remember of them.
        after: runs that must be done before these start.
        after_any: these also start when those have failed or were cancelled.
        retries: how often in a row an end that a retry can cure is followed by another attempt.
        gpu: numbers of the GPUs that the runs are bound to; empty for any.
    """

    recipe: str
    assignments: tuple[str, ...] = ()
    sweeps: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (1,)
    name: str | None = None
    priority: int = 0
    again: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""
    after: tuple[int, ...] = ()
    after_any: bool = False
    retries: int = 2
    gpu: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """The name of the runs, sweep values apart."""
        return self.name or Path(self.recipe).stem


def key_of(assignment: str) -> str:
    """The setting that an assignment or a sweep names; a union's kind is the union."""
    return assignment.partition("=")[0].strip().removesuffix(".kind")


def split_values(text: str, *, at: str = ",") -> list[str]:
    """Values at the commas that stand outside brackets and quotes, without outer blanks.

    Args:
        text: what was typed.
        at: the character that parts them.
    """
    values = [""]
    depth, quote = 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            depth += (character in "[{") - (character in "]}")
        if character == at and not quote and depth == 0:
            values.append("")
        else:
            values[-1] += character
    return [value.strip() for value in values]


def parse_name(text: str | None) -> str | None:
    """The name people give to runs; whatever is in it, short enough to be shown.

    Raises:
        UsageError: too long.
    """
    if text is not None and len(text) > LONGEST_NAME:
        raise UsageError(f"--name: has {len(text):,} characters; at most {LONGEST_NAME} are shown")
    return text


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds as people write them: ``3``, ``1,2,5``, ``1..3``, ``1..3,7``.

    Raises:
        UsageError: not of that form, or more than ten thousand.
    """
    seeds: dict[int, None] = {}
    for part in text.split(","):
        match = re.fullmatch(r"([0-9]{1,9})(?:\.\.([0-9]{1,9}))?", part.strip())
        first = int(match[1]) if match else 0
        last = int(match[2] or match[1]) if match else -1
        if last - first >= MOST_MEMBERS:
            raise UsageError(
                f"--seeds {text}: are more than {MOST_MEMBERS:,}; submit fewer at once"
            )
        if last < first:
            raise UsageError(
                f"--seeds {text}: write seeds as 1..3 or 1,2,5, each of at most nine digits"
            )
        seeds |= dict.fromkeys(range(first, last + 1))
    return tuple(seeds)
