"""Tables as CSV that a spreadsheet reads and does not compute."""

import csv
import io
from collections.abc import Mapping, Sequence

Value = str | int | float | None


def csv_text(lines: Sequence[Mapping[str, Value]]) -> str:
    """Lines as CSV with a header; the columns are those of all lines, in order of appearance.

    Numbers are unrounded; an absent number is an empty cell. Text that a spreadsheet would take
    for a formula is kept text by a leading apostrophe.
    """
    if not lines:
        return ""
    columns = {column: None for line in lines for column in line}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_cell(column) for column in columns)
    writer.writerows([_cell(line.get(column)) for column in columns] for line in lines)
    return text.getvalue()


def _cell(value: Value) -> Value:
    # A tab or a carriage return may hide the formula from the eye, not from the spreadsheet.
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
