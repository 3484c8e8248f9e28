r"""Regular expressions that mean the same to every database, matched in linear time by RE2.

They are what RE2 and PostgreSQL read alike; the few constructs they read differently are refused.
SQLite has no regular expressions of its own: it is given ``matches``.
"""

import re
import sqlite3
from functools import lru_cache
from typing import Any

from storage.query.faults import shortened

FUNCTION = "dilctl_matches"
"""What ``matches`` is called in SQLite's SQL."""

_MEMORY = 1 << 20  # bytes a pattern may take
_IGNORING_CASE = "(?i)"
_SIGN = r"\\[nrt -/:-@\[-`{-~]"
_MEMBER = rf"(?:{_SIGN}|[^\[\]\\\v\f-])"
_SET = rf"\[(?!\^?\])\^?-?(?:\\[dws]|{_MEMBER}(?:-{_MEMBER})?)*-?\]"
_COUNT = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"  # PostgreSQL counts to 255
_ALIKE = re.compile(
    rf"(?:\(\?i\))?(?:[^\\\[({{^$\v\f]|\\[dDwWsS]|{_SIGN}|{_SET}|\((?!\?)|\(\?:"
    rf"|\{{{_COUNT}(?:,{_COUNT}?)?\}}|[\^$](?![*+?{{]))*"
)
"""The longest beginning of a pattern without anything that is read differently."""

_REFUSED = (
    (r"\\[1-9]", "what a group found cannot be asked for again"),
    (r"\\[AbBmMyYzZ]", "edges are ^ and $ alone, since databases differ in the others"),
    (r"\\", r"of the escapes only \d \w \s \D \W \S \n \r \t and those of signs are known"),
    (r"\(\?<?[=!]", "a pattern cannot look around"),
    (r"\(\?", "of the groups that begin with (? only (?: is known, and (?i) in front"),
    (r"\[", r"these brackets are no set that databases read alike; write \[ \] \- for the signs"),
    (r"\{", r"a repetition is {2}, {2,} or {2,5}, at most 255; write \{ for the character"),
    (r"[\^$]", r"an end of the text cannot be repeated; write \^ or \$ for the character"),
    (r"[\v\f]", r"this kind of blank cannot be asked for alone; write \s"),
)


def complaint(pattern: str) -> str | None:
    """Why a text is no regular expression that every database reads alike; None if it is."""
    if "\0" in pattern or any("\ud800" <= character <= "\udfff" for character in pattern):
        return "a pattern holds only characters that can be stored"
    if rest := _ALIKE.sub("", pattern, count=1):
        says = next(says for sign, says in _REFUSED if re.match(sign, rest))
        return f"character {len(pattern) - len(rest) + 1} of the pattern: {says}"
    if pattern.startswith(_IGNORING_CASE) and not pattern.isascii():
        strange = next(character for character in pattern if not character.isascii())
        return f"a pattern with (?i) holds ASCII characters alone; write . for `{strange}`"
    return _fault(pattern)


def matches(pattern: str, text: str | bytes | None) -> bool:
    """Whether a pattern without complaint is found in a text; bytes need not be good UTF-8."""
    if text is None:
        return False
    known = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    known = known.replace("\v", "\f")  # RE2's \s knows only the second; a pattern names neither
    if pattern.startswith(_IGNORING_CASE):  # RE2 takes these for s and k; any others do as well
        known = known.replace("ſ", "☃").replace("\N{KELVIN SIGN}", "☃")
    return _compiled(pattern).search(known.encode()) is not None


def register(connection: sqlite3.Connection) -> None:
    """Teach a connection what patterns mean; without it no query with a pattern can run there."""
    connection.create_function(FUNCTION, 2, matches, deterministic=True)


def _fault(pattern: str) -> str | None:
    import re2

    try:
        _compiled(pattern)
    except re2.error as error:
        reason, _, place = error.args[0].decode().partition(": ")
        if reason.startswith(("pattern too large", "invalid repetition size")):
            return "the pattern repeats too much or backwards; write smaller numbers in { }"
        return f"the pattern is faulty: {reason}" + (f" in `{shortened(place)}`" if place else "")
    return None


@lru_cache(maxsize=32)
def _compiled(pattern: str) -> Any:
    import re2  # here, so that a registry opens without it

    options = re2.Options()
    options.max_mem, options.log_errors = _MEMORY, False
    options.dot_nl, options.never_capture = True, True
    return re2.compile(pattern, options)
