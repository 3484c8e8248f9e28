"""The curves of a plot as a table of numbers, for a clipboard."""

from collections.abc import Iterator

from dilctl.dash.run.traces_of import Drawn
from dilctl.text import one_line


def as_table(drawn: Drawn, axis: str) -> str:
    """Tab-separated: a line for each place of the axis, a column for each curve."""
    columns = [
        dict(zip(told.series.xs, told.series.ys, strict=True)) for told in drawn.curves
    ]  # fmt: skip
    heads = [axis, *(one_line(told.metric) for told in drawn.curves)]
    places = sorted({x for column in columns for x in column})

    def lines() -> Iterator[str]:
        yield "\t".join(heads)
        for x in places:
            cells = (column.get(x) for column in columns)
            yield "\t".join([f"{x:g}" if x != int(x) else str(int(x)), *map(_cell, cells)])

    return "\n".join(lines()) + "\n"


def _cell(value: float | None) -> str:
    return "" if value is None else repr(value)
