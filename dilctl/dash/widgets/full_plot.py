"""A plot that fills the screen, zoomed, panned, smoothed and read off with keys."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message

from dilctl.dash.drawing import View, fitted
from dilctl.dash.traces import Extreme, Told
from dilctl.dash.widgets.plot import Plot, said_place, value_and_place
from dilctl.dash.widgets.said import Said
from dilctl.words import INKS

SMOOTHINGS = (0.0, 0.6, 0.9, 0.97, 0.99)

_ZOOM = 1.5
_CELL = 22
_NARROW = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a full plot shows.

    Attributes:
        title: of the plot.
        axis: what lies along the bottom.
        curves: in the order of their colours.
        marks: where attempts began, on the axis.
        empty: is said where there is no point yet.
    """

    title: str
    axis: str
    curves: tuple[Told, ...]
    marks: tuple[float, ...] = ()
    empty: str = "The curves appear with the first measurement."


class FullPlot(Vertical):
    """Whoever shows it is told when another axis or plot is wanted, and when it is left."""

    DEFAULT_CSS = """
    FullPlot { height: 1fr; padding: 0 1; }
    FullPlot Plot { height: 1fr; }
    FullPlot .legend { height: auto; text-wrap: nowrap; text-overflow: clip; }
    """
    BINDINGS: ClassVar = [
        Binding("escape", "close", "Back to the grid", show=False, id="plot.close"),
        Binding(
            "left,h",
            "cross(-1)",
            "Read",
            key_display="← →",
            tooltip="Crosshair left or right",
            id="plot.left",
        ),
        Binding("right", "cross(1)", "Crosshair right", show=False, id="plot.right"),
        Binding("shift+left", "cross(-10)", "Far left", show=False, id="plot.far_left"),
        Binding("shift+right", "cross(10)", "Far right", show=False, id="plot.far_right"),
        Binding(
            "plus,equals_sign",
            "zoom(1)",
            "Zoom",
            key_display="+ -",
            tooltip="Closer or further away",
            id="plot.closer",
        ),
        Binding("minus", "zoom(-1)", "Away", show=False, id="plot.away"),
        Binding("less_than_sign", "pan(-1)", "Pan left", show=False, id="plot.pan_left"),
        Binding("greater_than_sign", "pan(1)", "Pan right", show=False, id="plot.pan_right"),
        Binding("0", "all", "All", show=False, id="plot.all"),
        Binding("s", "smooth(1)", "Smooth", id="plot.smooth"),
        Binding("S", "smooth(-1)", "Smooth less", show=False, id="plot.smooth_less"),
        Binding("l", "log", "Log", show=False, id="plot.log"),
        Binding("f", "hold", "Hold heights", show=False, id="plot.hold"),
        Binding("x", "axis", "Axis", id="plot.axis"),
        Binding("down,j,pagedown", "turn(1)", "Next plot", show=False, id="plot.next"),
        Binding("up,k,pageup", "turn(-1)", "Plot before", show=False, id="plot.before"),
    ]
    can_focus = True

    class Closed(Message):
        """The person has seen enough of it."""

    class AxisAsked(Message):
        """The curves are wanted over another axis."""

    class Turned(Message):
        """Another plot is wanted, ``by`` places further."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sheet: Sheet | None = None

    def compose(self) -> ComposeResult:
        """Plot, and what is to be said of its curves."""
        yield Plot()
        yield Said(classes="legend", markup=False)

    @property
    def plot(self) -> Plot:
        """The plot itself."""
        return self.query_one(Plot)

    @property
    def view(self) -> View:
        """How the curves are looked at."""
        return self.plot.view

    def show(self, sheet: Sheet) -> None:
        """Show these curves; another axis or title is looked at as a whole."""
        before, self._sheet = self._sheet, sheet
        view = replace(self.view, marks=sheet.marks, axis=sheet.axis)
        if before is None or (before.title, before.axis) != (sheet.title, sheet.axis):
            view = replace(view, window=None, heights=None, cross=None)
        self.plot.look(view)
        self._draw(sheet)

    def _draw(self, sheet: Sheet) -> None:
        title = ((sheet.title, "bold"), (f"  {_manner(self.view)}", "dim"))
        lines = [told.series for told in sheet.curves]
        self.plot.show(lines, axis=sheet.axis, empty=sheet.empty, title=title)
        self.query_one(Said).say(self._legend(sheet))

    def _legend(self, sheet: Sheet) -> Text:
        if not any(told.newest for told in sheet.curves):
            return Text()
        picture = self.plot.picture
        under = picture.under if picture else ()
        width = max(12, self.size.width - 2)
        most = max(2, self.size.height // 4)
        best = sorted({told.best[0] for told in sheet.curves if told.best})
        heads = ["newest", f"best: {'/'.join(best)}", "minimum"]
        if self.view.cross is not None:
            heads.insert(0, said_place(self.view.cross, sheet.axis))
        heads = heads[: max(1, width // _NARROW)]
        size = min(_CELL, width * 4 // 5 // len(heads))
        room = width - size * len(heads)
        legend = Text(" " * room + _in_cells(heads, size), style="dim", no_wrap=True)
        for index, told in enumerate(sheet.curves[:most]):
            extremes = (told.newest, told.best and told.best[1], told.lowest)
            cells = [_said(extreme, sheet.axis) for extreme in extremes]
            if self.view.cross is not None:
                point = under[index] if index < len(under) else None
                cells.insert(0, "" if point is None else f"{point[1]:.5g}")
            legend.append(
                f"\n{fitted(told.series.label, room - 1):<{room}}", INKS[index % len(INKS)]
            )
            legend.append(_in_cells(cells[: len(heads)], size), style="not dim")
        left_out = len(sheet.curves) - most
        return legend.append(f"\nand {left_out} more" if left_out > 0 else "", style="dim")

    @on(Plot.Looked)
    def _follow(self) -> None:
        """The numbers below go along; the message goes on to whoever reads more detail."""
        if self._sheet is not None:
            self._draw(self._sheet)

    def on_resize(self) -> None:
        """The numbers below are set anew."""
        if self._sheet is not None:
            self._draw(self._sheet)

    def action_close(self) -> None:
        """The crosshair goes first, then the zoom, then the plot."""
        if self.view.cross is not None:
            self.plot.drop_cross()
        elif self.view.window is not None:
            self.plot.see_all()
        else:
            self.post_message(self.Closed())

    def action_cross(self, columns: int) -> None:
        """Move the crosshair."""
        self.plot.move_cross(columns)

    def action_zoom(self, way: int) -> None:
        """See more or less detail, around the crosshair."""
        self.plot.zoom(_ZOOM if way > 0 else 1 / _ZOOM)

    def action_pan(self, way: int) -> None:
        """Move by a quarter of what is in sight."""
        self.plot.pan(way / 4)

    def action_all(self) -> None:
        """See all."""
        self.plot.see_all()

    def action_smooth(self, by: int) -> None:
        """Draw a stronger or a weaker average; the values themselves stay behind it."""
        here = SMOOTHINGS.index(self.view.smoothing) if self.view.smoothing in SMOOTHINGS else 0
        weight = SMOOTHINGS[(here + by) % len(SMOOTHINGS)]
        self.plot.look(replace(self.view, smoothing=weight))

    def action_log(self) -> None:
        """Stretch the values by a logarithm, or no longer."""
        self.plot.toggle_log()

    def action_hold(self) -> None:
        """Keep the heights as they are, or let them follow what is in sight."""
        self.plot.hold_heights()

    def action_axis(self) -> None:
        """Ask for another axis."""
        self.post_message(self.AxisAsked())

    def action_turn(self, by: int) -> None:
        """Ask for another plot."""
        self.post_message(self.Turned(by))


def _said(extreme: Extreme | None, axis: str) -> str:
    return "" if extreme is None else value_and_place(extreme, axis)


def _in_cells(said: Sequence[str], size: int) -> str:
    return "".join(f"{fitted(each, size - 1):<{size}}" for each in said)


def _manner(view: View) -> str:
    """In words what the drawing does not tell by itself."""
    said = [f"smoothed {view.smoothing:g}" if view.smoothing else ""]
    said += ["a part" if view.window else "", "heights held" if view.heights else ""]
    said += ["" if view.stretching == "auto" else view.stretching]
    return ", ".join(each for each in said if each)
