"""A form on top of the board: in which format, with what beside PSNR, to a file or a clipboard."""

from dataclasses import dataclass, replace

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Checkbox, Input, RadioSet, Static

from dilctl.board_text import TextFormat
from dilctl.dash.board.ticks import Pick, Tick
from dilctl.dash.modal import Modal
from dilctl.text import visible

_TITLES = {
    TextFormat.LATEX: "LaTeX",
    TextFormat.MARKDOWN: "Markdown",
    TextFormat.CSV: "CSV",
    TextFormat.JSON: "JSON",
    TextFormat.HTML: "HTML report",
}
_HOLDS_BOTH = (TextFormat.CSV, TextFormat.JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be written, and where.

    Attributes:
        ssim, intervals: beside PSNR; CSV and JSON hold both without being asked.
        is_whole: all boards of the task, not only the one that is shown.
        file: its name; replaces: whether it goes if it is there.
        is_copied: to the clipboard instead.
    """

    format: TextFormat = TextFormat.LATEX
    ssim: bool = False
    intervals: bool = False
    is_whole: bool = False
    file: str = ""
    replaces: bool = False
    is_copied: bool = False


class ExportForm(Modal[Order | None]):
    """Returns what was ordered; None where nothing was.

    Args:
        name: of the file, without its ending.
        order: what stands in it at first.
        fault: what went wrong with the last order; empty for nothing.
    """

    BINDINGS = [
        Binding("escape", "dismiss", "Close"),
        Binding("ctrl+s", "write", "Write the file", priority=True),
        Binding("ctrl+y", "copy", "Copy", priority=True),
    ]

    def __init__(self, name: str, order: Order, fault: str = "") -> None:
        super().__init__()
        self._name = name
        self._order = order
        self._fault = fault

    def compose(self) -> ComposeResult:
        """Formats beside what they show, the file, two buttons."""
        order = self._order
        with Vertical(id="export"):
            yield Static(Text("Export the board", style="bold"))
            with Horizontal(id="export-choices"):
                with RadioSet(id="format", compact=True):
                    for each in TextFormat:
                        yield Pick(_TITLES[each], each is order.format)
                with Vertical(id="export-contents"):
                    yield from self._boxes()
            yield Static("File, from where dilctl was started:")
            yield Input(order.file or self._file_of(order.format), id="file", compact=True)
            yield Static(Text(visible(self._fault)), id="export-fault", markup=False)
            with Horizontal(id="export-buttons"):
                yield Button("Write (ctrl+s)", id="write", variant="primary", compact=True)
                yield Button("Copy (ctrl+y)", id="copy", compact=True)
                yield Button("Close (esc)", id="close", compact=True)

    def _boxes(self) -> ComposeResult:
        order = self._order
        for title, is_ticked, name in (
            ("SSIM", order.ssim, "ssim"),
            ("95 % intervals", order.intervals, "intervals"),
            ("all boards of the task", order.is_whole, "whole"),
            ("replace the file", order.replaces, "replaces"),
        ):
            yield Tick(title, is_ticked, id=name, compact=True)

    def _file_of(self, named: TextFormat) -> str:
        return f"{self._name}{named.ending}"

    @property
    def _format(self) -> TextFormat:
        return tuple(TextFormat)[max(0, self.query_one(RadioSet).pressed_index)]

    @on(RadioSet.Changed)
    def _rename(self) -> None:
        """Give the file its ending, unless somebody named it; say what a format holds anyway."""
        named = self._format
        file = self.query_one("#file", Input)
        if file.value in map(self._file_of, TextFormat):
            file.value = self._file_of(named)
        for each in ("#ssim", "#intervals"):
            self.query_one(each).disabled = named in _HOLDS_BOTH

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_write()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "close":
            self.dismiss(None)
        else:
            self._dismiss_with(is_copied=event.button.id == "copy")

    def action_write(self) -> None:
        """Answer: to the file."""
        self._dismiss_with(is_copied=False)

    def action_copy(self) -> None:
        """Answer: to the clipboard."""
        self._dismiss_with(is_copied=True)

    def _dismiss_with(self, *, is_copied: bool) -> None:
        ticked = {box.id: box.value for box in self.query(Checkbox)}
        self.dismiss(
            replace(
                self._order,
                format=self._format,
                ssim=ticked["ssim"],
                intervals=ticked["intervals"],
                is_whole=ticked["whole"],
                replaces=ticked["replaces"],
                file=self.query_one("#file", Input).value,
                is_copied=is_copied,
            )
        )
