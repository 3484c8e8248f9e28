"""What stands in the form, as it was typed, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass

from dilctl.request import MOST_GPUS, MOST_PRIORITY, MOST_RETRIES, split_values
from dilctl.wish import Wish

_NUMBERS = {
    "gpus": (1, MOST_GPUS),
    "priority": (-MOST_PRIORITY, MOST_PRIORITY),
    "retries": (0, MOST_RETRIES),
}
_LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The lines of the form by the names of what they say; empty for what is usual."""

    recipe: str = ""
    settings: str = ""
    sweep: str = ""
    seeds: str = ""
    name: str = ""
    gpus: str = ""
    gpu_memory: str = ""
    gpu: str = ""
    after: str = ""
    tag: str = ""
    priority: str = ""
    retries: str = ""
    note: str = ""
    after_any: bool = False
    again: bool = False


def wish_of(draft: Draft) -> tuple[Wish, Mapping[str, str]]:
    """What a draft says, with what is usual where it cannot be read.

    Returns:
        The wish, and the faults by their lines.
    """
    numbers: dict[str, int] = {}
    faults: dict[str, str] = {}
    for line, (least, most) in _NUMBERS.items():
        said = getattr(draft, line).strip()
        number = _number(said, least, most)
        if number is not None:
            numbers[line] = number
        elif said:
            faults[line] = f"must be a whole number from {least:,} to {most:,}"
    wish = Wish(
        recipe=draft.recipe.strip(),
        settings=_words(draft.settings),
        sweep=_words(draft.sweep),
        seeds=draft.seeds.strip() or Wish().seeds,
        name=draft.name.strip() or None,
        gpu=draft.gpu.strip() or None,
        gpu_memory=draft.gpu_memory.strip() or None,
        after=_words(draft.after),
        after_any=draft.after_any,
        tag=_words(draft.tag),
        note=draft.note.strip(),
        again=draft.again,
        gpus=numbers.get("gpus"),
        priority=numbers.get("priority", Wish().priority),
        retries=numbers.get("retries", Wish().retries),
    )
    return wish, faults


def _number(said: str, least: int, most: int) -> int | None:
    try:
        number = int(said[:_LONGEST_NUMBER])
    except ValueError:
        return None
    return number if least <= number <= most else None


def _words(text: str) -> tuple[str, ...]:
    """Words at the blanks outside brackets and quotes."""
    return tuple(word for word in split_values(text, at=" ") if word)
