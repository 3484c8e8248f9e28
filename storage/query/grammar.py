"""Reads a query: what people type becomes a tree."""

import re

from storage.query.checks import PATTERN, SAME, complaint, kept, value_complaint
from storage.query.faults import shortened
from storage.query.scanner import NAME, WORD, Scanner
from storage.query.tree import (
    KEYWORDS,
    SIGNS,
    And,
    Asked,
    Comparison,
    Condition,
    Literal,
    Named,
    Not,
    Operator,
    Or,
    Query,
    Runs,
    is_field,
)

DEPTH = 50
TERMS = 500

_OPERATOR = re.compile(r"<=|>=|!=|!~|==|[=<>~:]")
_MEANT = {":": Operator.EQUAL, "==": Operator.EQUAL}
_STRETCH = re.compile(r"[0-9]+(?:\.\.[0-9]+)?")
_PATTERN_WORD = re.compile(r"""[^\s()"']+""")
_DIGITS = 18  # what surely fits into the registry's numbers


def parse(text: str) -> Query:
    """What a query says.

    Raises:
        QueryError: it cannot be understood; says where and why.
    """
    return _Parser(text).query()


class _Parser:
    """Reads conditions, the loosest bound first: or, and, not, comparison."""

    def __init__(self, text: str) -> None:
        self._scanner = Scanner(text)
        self._terms = 0

    def query(self) -> Query:
        """The whole text."""
        self._scanner.skip_blanks()
        if self._scanner.is_at_end:
            return Query()
        condition = self._either(0)
        if not self._scanner.is_at_end:
            self._scanner.fail("this `)` closes nothing")
        return Query(condition=condition)

    def _either(self, depth: int) -> Condition:
        parts = [self._both(depth)]
        while self._takes_keyword("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Or(parts=tuple(parts))

    def _both(self, depth: int) -> Condition:
        parts = [self._negated(depth)]
        while self._scanner.next not in ("", ")") and self._keyword() != "or":
            said = self._takes_keyword("and")
            start = self._scanner.at
            part = self._negated(depth)
            if not said and isinstance(parts[-1], Runs) and isinstance(part, Runs):
                self._scanner.fail("no run has two numbers; put a comma between them", start)
            parts.append(part)
        return parts[0] if len(parts) == 1 else And(parts=tuple(parts))

    def _negated(self, depth: int) -> Condition:
        if depth > DEPTH:
            self._scanner.fail(f"the query is more than {DEPTH} levels deep")
        if self._takes_keyword("not"):
            return Not(part=self._negated(depth + 1))
        start = self._scanner.at
        if not self._scanner.takes("("):
            return self._term()
        self._scanner.skip_blanks()
        inside = self._either(depth + 1)
        if not self._scanner.takes(")"):
            self._scanner.fail("this bracket is not closed", start)
        self._scanner.skip_blanks()
        return inside

    def _term(self) -> Condition:
        start = self._scanner.at
        if (name := self._scanner.quoted()) is not None:
            self._count()
            self._end(start)
            return Named(text=name)
        word = self._scanner.take(NAME)
        if not word or word.lower() in KEYWORDS or word in SIGNS:
            self._scanner.fail(self._missing(word), start)
        term = self._runs_or_comparison(word, start)
        self._end(start)
        return term

    def _runs_or_comparison(self, word: str, start: int) -> Condition:
        if is_field(word):
            asked = self._scanner.asked(word, start)
            self._scanner.skip_blanks()
            if not self._scanner.peek(_OPERATOR):
                self._scanner.fail(f"compare it with a value, as in {asked} > 0", start)
            return self._comparison(asked)
        after = self._scanner.at
        self._scanner.skip_blanks()
        if self._scanner.peek(_OPERATOR):
            return self._comparison(self._scanner.asked(word, start))
        self._scanner.at = after
        self._count()
        return self._runs(word, start) if _STRETCH.fullmatch(word) else Named(text=word)

    def _runs(self, word: str, start: int) -> Runs:
        stretches = [self._stretch(word, start)]
        while self._takes_comma():
            start = self._scanner.at
            stretches.append(self._stretch(self._scanner.take(NAME), start))
        return Runs(stretches=tuple(stretches))

    def _stretch(self, word: str, start: int) -> tuple[int, int]:
        if not _STRETCH.fullmatch(word):
            self._scanner.fail("the number of a run is missing, as in 7 or 7..9", start)
        first, dots, last = word.partition("..")
        if max(len(first), len(last)) > _DIGITS:
            self._scanner.fail("no run has so long a number", start)
        if dots and int(first) > int(last):
            self._scanner.fail(f"these numbers run backwards; write {last}..{first}", start)
        if dots:
            self._count()
        return int(first), int(last or first)

    def _comparison(self, asked: Asked) -> Comparison:
        at = self._scanner.at
        said = self._scanner.take(_OPERATOR)
        operator = _MEANT.get(said) or Operator(said)
        if sentence := complaint(asked, operator):
            self._scanner.fail(sentence, at)
        values = [self._value(asked, operator, said)]
        while self._takes_comma():
            if operator not in SAME:
                self._scanner.fail(f"`{said}` compares with one value; lists go with = and !=")
            values.append(self._value(asked, operator, ","))
        return Comparison(asked=asked, operator=operator, values=tuple(values))

    def _value(self, asked: Asked, operator: Operator, said: str) -> Literal:
        self._scanner.skip_blanks()
        start = self._scanner.at
        value = self._scanner.value(_PATTERN_WORD if operator in PATTERN else WORD)
        if value is None:
            cure = "; put it in quotation marks" if self._scanner.next else ""
            self._scanner.fail(f"a value is missing after `{said}`{cure}")
        if sentence := value_complaint(asked, operator, value):
            self._scanner.fail(sentence, start)
        self._count()
        return kept(asked, operator, value)

    def _count(self) -> None:
        self._terms += 1
        if self._terms > TERMS:
            self._scanner.fail(f"a query holds at most {TERMS} comparisons and values")

    def _end(self, start: int) -> None:
        """Make sure that a term ends here, and go on to what follows."""
        follows = self._scanner.next
        if follows and follows != ")" and not follows.isspace():
            term = shortened(self._scanner.text[start : self._scanner.at])
            self._scanner.fail(
                f"`{follows}` cannot follow {term}; put a blank between, or quotation marks around"
            )
        self._scanner.skip_blanks()

    def _takes_comma(self) -> bool:
        after = self._scanner.at
        self._scanner.skip_blanks()
        if not self._scanner.takes(","):
            self._scanner.at = after
            return False
        self._scanner.skip_blanks()
        return True

    def _keyword(self) -> str:
        word = self._scanner.peek(NAME).lower()
        return word if word in KEYWORDS else ""

    def _takes_keyword(self, keyword: str) -> bool:
        if self._keyword() != keyword:
            return False
        self._scanner.take(NAME)
        self._scanner.skip_blanks()
        return True

    def _missing(self, word: str) -> str:
        if word in SIGNS:
            return f"write `{SIGNS[word]}` for `{word}`"
        if self._scanner.next == "!" and not self._scanner.peek(_OPERATOR):
            return "write `not` for `!`"
        if word or not self._scanner.next:
            return "a condition is missing here, as in status=failed"
        if self._scanner.peek(_OPERATOR):
            return f"a field is missing before `{self._scanner.peek(_OPERATOR)}`"
        return f"`{self._scanner.next}` begins no condition; put text in quotation marks"
