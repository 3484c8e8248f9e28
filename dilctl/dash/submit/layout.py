"""How the form is laid out."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from dilctl.dash.board.ticks import Tick
from dilctl.dash.modal import Modal
from dilctl.dash.submit.line import Line


class SubmitLayout(Modal[tuple[int, ...] | None]):
    """Lines that scroll where there are too many; below them what they mean, and the buttons.

    Args:
        beginning: what the form begins with, for its title.
    """

    CSS_PATH = "submit.tcss"
    AUTO_FOCUS = ""

    def __init__(self, beginning: str) -> None:
        super().__init__()
        self._title_end = f" {beginning}" if beginning else ""

    def compose(self) -> ComposeResult:
        """Lines, meaning, command, buttons."""
        with Vertical(id="submit") as box:
            box.border_title = f"Submit runs{self._title_end}"
            with VerticalScroll(id="submit-lines", can_focus=False):
                yield from _what()
                yield from _how()
            with VerticalScroll(id="submit-verdict", can_focus=False):
                yield Static(markup=False)
            yield Static(id="submit-command", markup=False)
            with Horizontal(id="submit-buttons"):
                yield Button("Submit (ctrl+s)", id="send", variant="primary", compact=True)
                yield Button("Copy the command (ctrl+y)", id="copy", compact=True)
                yield Button("Close (esc)", id="close", compact=True)


def _what() -> ComposeResult:
    """What is trained."""
    yield Line("recipe", "recipe", example="as denoise-small, or a TOML file", completes=True)
    yield Static(id="recipe-words", markup=False)
    yield Line(
        "settings", "settings", example="as train.batch=16 rule.inner_rate=1e-4", completes=True
    )
    yield Line(
        "sweep", "sweep", example="as rule=erm,dil-sf; all combinations are tried", completes=True
    )
    with Horizontal(classes="row"):
        yield Line("seeds", "seeds", example="1; or 1..3")
        yield Line("name", "name", example="that of the recipe")


def _how() -> ComposeResult:
    """On what, when, and by which words it is found."""
    with Horizontal(classes="row"):
        yield Line("gpus", "GPUs", example="as 1")
        yield Line("gpu_memory", "memory", example="as 12GiB")
        yield Line("gpu", "only on", example="as 1,3")
    with Horizontal(classes="row"):
        yield Line("after", "after", example="as 7 8: the runs to follow")
        yield Tick("however they end", id="after_any", compact=True)
    with Horizontal(classes="row"):
        yield Line("tag", "tags", example="as draft", completes=True)
        yield Line("priority", "priority", example="usually 0")
        yield Line("retries", "retries", example="usually 2")
    with Horizontal(classes="row"):
        yield Line("note", "note", example="what to remember of it")
        yield Tick("again, if it is there", id="again", compact=True)
