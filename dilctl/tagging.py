"""What people may hang on runs: tags and notes, checked before they reach the registry."""

from dilctl.errors import UsageError
from dilctl.text import visible

LONGEST_TAG = 50
LONGEST_NOTE = 10_000
_KEPT_FOR_QUERIES = ",:;\"'()=<>!~"


def parse_tag(text: str) -> str:
    """A tag as it was typed: one word that a query can name.

    Raises:
        UsageError: it is empty, too long, or holds what a query would not take for a word.
    """
    shown = visible(text if len(text) <= LONGEST_TAG else f"{text[:LONGEST_TAG]}…")
    if not text:
        raise UsageError("tag: is empty; write a word, as in best")
    if len(text) > LONGEST_TAG:
        raise UsageError(f"tag {shown}: has {len(text):,} characters; at most {LONGEST_TAG}")
    for character in text:
        if character.isspace() or character in _KEPT_FOR_QUERIES or not character.isprintable():
            raise UsageError(
                f"tag {shown}: a tag is one word, without blanks, quotation marks and "
                f"{' '.join(_KEPT_FOR_QUERIES.translate({34: None, 39: None}))}"
            )
    return text


def parse_note(text: str) -> str:
    """A note as it was typed, without blanks around it.

    Raises:
        UsageError: it is empty, too long, or no text that can be stored.
    """
    note = text.strip()
    if not note:
        raise UsageError('note: is empty; write it in quotation marks, as in "diverges at 2e-4"')
    if len(note) > LONGEST_NOTE:
        raise UsageError(f"note: has {len(note):,} characters; at most {LONGEST_NOTE:,}")
    if "\0" in note or any("\ud800" <= character <= "\udfff" for character in note):
        raise UsageError("note: holds characters that cannot be stored; write it as UTF-8 text")
    return note
