"""Any text as LaTeX that pdflatex compiles, in ASCII."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from dilctl.text import one_line

_SPECIAL: Mapping[str, str] = MappingProxyType(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "`": "{`}",
        '"': "''",
        # Behind the end of a row these would be read as its arguments.
        "[": "{[}",
        "]": "{]}",
        "*": "{*}",
        **{sign: f"\\{sign}" for sign in "%&_#${}"},
    }
)
_JOINER = "\N{WORD JOINER}"
# Two in a row would be drawn as another character.
_LIGATURE = re.compile(r"([-',])(?=\1)")
_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "\N{EN DASH}": "--",
        "\N{EM DASH}": "---",
        "\N{MINUS SIGN}": "$-$",
        "\N{NO-BREAK SPACE}": "~",
        "±": r"$\pm$",
        "\N{MULTIPLICATION SIGN}": r"$\times$",
        "·": r"$\cdot$",
        "\N{FRACTION SLASH}": "/",
        _JOINER: "{}",
        "≤": r"$\leq$",
        "≥": r"$\geq$",
        "≠": r"$\neq$",
        "≈": r"$\approx$",
        "∞": r"$\infty$",
        "√": r"$\surd$",
        "→": r"$\to$",
        "←": r"$\leftarrow$",
        "↑": r"$\uparrow$",
        "↓": r"$\downarrow$",
        "°": r"$^\circ$",
        "²": "$^2$",
        "³": "$^3$",
        "µ": r"$\mu$",
        "∆": r"$\Delta$",
        "…": r"\ldots{}",
        "\N{LEFT SINGLE QUOTATION MARK}": "`",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'{}",
        "“": "``",
        "”": "''",
        "ς": r"$\varsigma$",
        "ß": r"\ss{}",
        "æ": r"\ae{}",
        "Æ": r"\AE{}",
        "œ": r"\oe{}",
        "Œ": r"\OE{}",
        "ø": r"\o{}",
        "Ø": r"\O{}",
        "ł": r"\l{}",
        "Ł": r"\L{}",
        "ı": r"\i{}",
    }
)
_ACCENTS: Mapping[str, str] = MappingProxyType(
    {
        "\N{COMBINING GRAVE ACCENT}": "`",
        "\N{COMBINING ACUTE ACCENT}": "'",
        "\N{COMBINING CIRCUMFLEX ACCENT}": "^",
        "\N{COMBINING TILDE}": "~",
        "\N{COMBINING DIAERESIS}": '"',
        "\N{COMBINING MACRON}": "=",
        "\N{COMBINING DOT ABOVE}": ".",
        "\N{COMBINING RING ABOVE}": "r ",
        "\N{COMBINING CARON}": "v ",
        "\N{COMBINING BREVE}": "u ",
        "\N{COMBINING CEDILLA}": "c ",
        "\N{COMBINING DOUBLE ACUTE ACCENT}": "H ",
    }
)
# Those whose capital has a sign of its own; the other capitals look like Latin letters.
_GREEK_CAPITALS = frozenset("gamma delta theta lambda xi pi sigma upsilon phi psi omega".split())
_GREEK = _GREEK_CAPITALS | frozenset(
    "alpha beta epsilon zeta eta iota kappa mu nu omicron rho tau chi".split()
)


def escaped(text: str) -> str:
    """The text on one line, as LaTeX that draws it.

    Greek letters become mathematics, accented ones macros; what has no sign in LaTeX's own fonts
    becomes its plain letters where it has some, else its code, as in ``[U+4E2D]``.
    """
    shown = _LIGATURE.sub(rf"\1{_JOINER}", unicodedata.normalize("NFC", one_line(text)))
    return "".join(_escaped(character) for character in shown)


def comment(text: str) -> str:
    """The text as lines of LaTeX that draw nothing."""
    return f"% {one_line(text)}"


def _escaped(character: str) -> str:
    if found := _SPECIAL.get(character) or _SIGNS.get(character):
        return found
    if character.isascii():
        return character
    return _greek(character) or _accented(character) or _transliterated(character)


def _greek(character: str) -> str:
    """A macro for a Greek letter without accents; empty for all else."""
    kind, _, name = unicodedata.name(character, "").partition(" LETTER ")
    name = {"LAMDA": "lambda"}.get(name, name.lower())
    if name not in _GREEK or kind not in {"GREEK SMALL", "GREEK CAPITAL"}:
        return ""
    if kind == "GREEK SMALL":
        return "o" if name == "omicron" else _macro(name)
    return _macro(name.capitalize()) if name in _GREEK_CAPITALS else f"${_latin(name)}$"


def _macro(name: str) -> str:
    return f"$\\{name}$"


def _latin(name: str) -> str:
    """The Latin letter that a Greek capital without a macro looks like."""
    return {"eta": "H", "rho": "P", "chi": "X"}.get(name, name[0].upper())


def _accented(character: str) -> str:
    """A macro for a Latin letter with one accent; empty for all else."""
    letter, *accents = unicodedata.normalize("NFD", character)
    if len(accents) != 1 or accents[0] not in _ACCENTS or not letter.isascii():
        return ""
    return f"{{\\{_ACCENTS[accents[0]]}{{{letter}}}}}"


def _transliterated(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character)
    if parts != character:
        kept = [part for part in parts if not unicodedata.combining(part)]
        return "".join(_escaped(part) for part in kept)
    return f"{{[}}U+{ord(character):04X}{{]}}"
