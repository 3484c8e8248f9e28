"""Where a text stops making sense, shown as a compiler would show it."""

import unicodedata
from difflib import get_close_matches

from storage.errors import QueryError

_WINDOW = 72  # characters of a long text that are shown


def fault(sentence: str, text: str, at: int) -> QueryError:
    """An error that points at a place in a text.

    Args:
        sentence: what is wrong there and what to do about it.
        text: the whole text.
        at: index of the first character that makes no sense.
    """
    start = 0 if len(text) <= _WINDOW else max(0, min(at - _WINDOW // 2, len(text) - _WINDOW))
    line = "".join(_shown(character) for character in text[start : start + _WINDOW])
    indent = sum(_width(character) for character in line[: at - start])
    return QueryError(f"column {at + 1}: {_readable(sentence)}", f"{line}\n{' ' * indent}^", at + 1)


def suggestion(word: str, known: list[str]) -> str:
    """Words to add to a sentence: the known one that was meant, or nothing."""
    near = get_close_matches(word.casefold(), known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def shortened(text: str, limit: int = 40) -> str:
    """A piece of a text, short enough for a sentence."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _readable(text: str) -> str:
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    """The character, unless a terminal would obey it; one column for one, so that carets fit."""
    if character.isspace():
        return " "
    return character if character.isprintable() else "�"


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
