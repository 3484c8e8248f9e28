"""Plots beside and above each other, one of them marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual.containers import Container
from textual.widget import Widget

from dilctl.dash.drawing import Pieces
from dilctl.dash.run.grid import Grid
from dilctl.dash.run.traces_of import Drawn
from dilctl.dash.traces import Axis
from dilctl.dash.widgets.plot import Plot, value_and_place
from dilctl.text import visible

_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How all plots of a grid are drawn."""

    axis: Axis
    smoothing: float
    empty: str


class PlotGrid(Container, can_focus=True):
    """As many plots as are drawn; they are made and removed only where that changes."""

    def __init__(self) -> None:
        super().__init__()
        self._plots: list[Plot] = []
        self._titles: list[str] = []

    def have(self, grid: Grid, count: int) -> None:
        """Have so many plots, one at least, in no more rows and columns than they need."""
        count = max(1, count)
        columns = min(grid.columns, count)
        self.styles.grid_size_columns, self.styles.grid_size_rows = columns, -(-count // columns)
        for plot in self._plots[count:]:
            plot.remove()
        new = [Plot() for _ in range(count - len(self._plots))]
        self._plots = [*self._plots[:count], *new]
        self.mount_all(new)

    def show(self, drawn: Sequence[Drawn], look: Look, *, selected: int) -> None:
        """Draw; a plot that shows something else now is looked at as a whole."""
        titles = [each.chart.title for each in drawn]
        for index, (plot, each) in enumerate(zip(self._plots, drawn, strict=True)):
            view = replace(plot.view, marks=each.marks, smoothing=look.smoothing)
            is_same = titles[index : index + 1] == self._titles[index : index + 1]
            if not is_same or view.axis != look.axis:
                view = replace(view, axis=look.axis, window=None, cross=None)
            plot.look(view)
            lines = [told.series for told in each.curves]
            title = _title(each, look.axis, is_selected=index == selected)
            plot.show(lines, axis=look.axis, empty=look.empty, title=title)
        self._titles = titles

    def show_nothing(self, why: str) -> None:
        """Say why there is no plot."""
        self._plots[0].show((), axis="", empty=why)
        self._titles = []

    def index_of(self, widget: Widget | None) -> int | None:
        """Which of the plots a widget is; None for none of them."""
        return next((i for i, plot in enumerate(self._plots) if plot is widget), None)


def _title(drawn: Drawn, axis: Axis, *, is_selected: bool) -> Pieces:
    """The name of a plot, and the best values of its first few curves."""
    name = (f"{'▸' if is_selected else ' '}{visible(drawn.chart.title)}", "bold")
    said = [(told.series.label, *told.best) for told in drawn.curves if told.best]
    if not said:
        return (name,)
    of_one = len(said) == 1
    best = ", ".join(
        f"{'' if of_one else label + ' '}{value_and_place(extreme, axis)}"
        for label, _, extreme in said[:_TOLD]
    )
    return name, (f"  {said[0][1]} {best}", "dim")
