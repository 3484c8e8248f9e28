"""Text that comes from people and programs, made safe to show on a terminal."""

import unicodedata

_CONTROL_PICTURES = 0x2400


def visible(text: str) -> str:
    r"""The text on one line, with each character a terminal would obey shown instead.

    Escape becomes ``␛``, a line feed ``␊``; other control, direction and surrogate characters
    become their code, as in ``\u202e``.
    """
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    code = ord(character)
    if code < ord(" "):
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return character


def one_line(text: str) -> str:
    """Many lines as one, for a cell of a table or a short message."""
    return visible(" ".join(text.split()))
