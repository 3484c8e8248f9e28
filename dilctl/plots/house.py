"""The house's look of a table."""

from rich import box
from rich.table import Table


def house_table(*columns: str, right: tuple[str, ...] = (), roomy: bool = True) -> Table:
    """An empty table: no frame, one line under the head."""
    made = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, int(roomy), 0, 0)
    )
    for column in columns:
        side = "right" if column in right else "left"
        made.add_column(column, justify=side, no_wrap=True, overflow="ellipsis")
    return made
