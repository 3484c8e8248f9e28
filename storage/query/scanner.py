"""The words of a query or an order of sorting, read from left to right."""

import re
from typing import NoReturn

from storage.query.faults import fault, shortened, suggestion
from storage.query.fields import ALIASES, DOCUMENTS, FIELDS, METRIC
from storage.query.tree import Asked, Literal, Metric, Property, Setting, is_field

LENGTH = 10_000

BLANKS = re.compile(r"\s*")
NAME = re.compile(r"""[^\s()"',=<>!~:]+""")
WORD = re.compile(r"""[^\s()"',=<>!~]+""")
_QUOTED = re.compile(r""""((?:[^"\\]|\\.|\\(?=$))*)"|'((?:[^'\\]|\\.|\\(?=$))*)'""", re.DOTALL)
_ESCAPED = re.compile(r"""\\(["'\\])""")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|[0-9]{1,6}")

_HEADS = frozenset({"seen", "unseen"})
"""Heads under which lists of runs show a metric."""


class Scanner:
    """A place in a text, and the ways to read on from there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        if len(text) > LENGTH:
            self.fail(f"the text is longer than {LENGTH:,} characters", LENGTH)

    def fail(self, sentence: str, at: int | None = None) -> NoReturn:
        """Refuse the text at a place, or where the scanner stands.

        Raises:
            QueryError: always.
        """
        raise fault(sentence, self.text, self.at if at is None else at)

    def skip_blanks(self) -> None:
        """Go to the next character that is no blank, or to the end."""
        found = BLANKS.match(self.text, self.at)
        self.at = found.end() if found else self.at

    @property
    def is_at_end(self) -> bool:
        """Whether nothing follows."""
        return self.at >= len(self.text)

    @property
    def next(self) -> str:
        """The next character; empty at the end."""
        return self.text[self.at : self.at + 1]

    def peek(self, pattern: re.Pattern[str]) -> str:
        """What a pattern finds here; empty if nothing."""
        found = pattern.match(self.text, self.at)
        return found[0] if found else ""

    def take(self, pattern: re.Pattern[str]) -> str:
        """What a pattern finds here, which is then behind the scanner."""
        found = self.peek(pattern)
        self.at += len(found)
        return found

    def takes(self, sign: str) -> bool:
        """Whether a sign stands here; it is then behind the scanner."""
        is_there = self.text.startswith(sign, self.at)
        self.at += len(sign) * is_there
        return is_there

    def quoted(self) -> str | None:
        """The text in quotation marks that stands here; None if there are none."""
        if self.next not in ('"', "'") or self.is_at_end:
            return None
        found = _QUOTED.match(self.text, self.at)
        if not found:
            self.fail("these quotation marks are not closed")
        self.at = found.end()
        return _ESCAPED.sub(r"\1", found[0][1:-1])

    def value(self, word: re.Pattern[str] = WORD) -> Literal | None:
        """The value that stands here; None if there is none."""
        if (text := self.quoted()) is not None:
            return Literal(text=text, quoted=True)
        found = self.take(word)
        return Literal(text=found) if found else None

    def asked(self, word: str, start: int) -> Asked:
        """What a field's first word means, with what belongs to it.

        Args:
            word: the word, which is behind the scanner.
            start: where it began.
        """
        prefix, _, rest = word.partition(".")
        if prefix in DOCUMENTS:
            return self._setting(prefix, rest, start)
        if is_field(word):
            return self._metric(word.removeprefix(f"{METRIC}."), start)
        name = ALIASES.get(word, word)
        if name not in FIELDS:
            self.fail(unknown_field(word), start)
        return Property(name=name)

    def _setting(self, document: str, rest: str, start: int) -> Setting:
        path = tuple(rest.split("."))
        for part in path:
            if not _KEY.fullmatch(part):
                self.fail(
                    f"`{shortened(rest)}` is no setting; write keys and dots, as in train.lr", start
                )
        return Setting(document=document, path=path)

    def _metric(self, name: str, start: int) -> Metric:
        while (part := self.value()) is not None:
            name += part.text
        if not name:
            self.fail("a metric's name is missing after `metric.`", start)
        return Metric(name=name)


def unknown_field(word: str) -> str:
    """What to say of a field that is none."""
    if word in _HEADS:
        return f"there is no field `{word}`; did you mean psnr@crops:{word}?"
    known = [*FIELDS, *ALIASES, *DOCUMENTS]
    near = suggestion(word.partition(".")[0] if "." in word else word, known)
    cure = near or f"; a setting is config.{word}, a metric metric.{word}"
    return f"there is no field `{shortened(word)}`{shortened(cure, 90)}"
