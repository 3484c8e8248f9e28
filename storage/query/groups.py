"""By what runs are grouped: what people type becomes a field."""

from storage.query.scanner import NAME, Scanner
from storage.query.tree import Asked


def parse_group(text: str) -> Asked:
    """The field that a text such as ``config.train.lr`` names.

    Raises:
        QueryError: it names none, or more than one; says where and why.
    """
    scanner = Scanner(text)
    scanner.skip_blanks()
    start = scanner.at
    word = scanner.take(NAME)
    if not word:
        scanner.fail("a field to group by is missing, as in sweep or config.train.lr")
    asked = scanner.asked(word, start)
    scanner.skip_blanks()
    if not scanner.is_at_end:
        scanner.fail("runs are grouped by one field")
    return asked
