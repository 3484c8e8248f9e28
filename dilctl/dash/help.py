"""What the keys do and what the words mean, on top of any screen."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dilctl.dash.words import STYLES
from dilctl.words import SIGNS

ALWAYS = (
    ("↑ ↓ j k", "move, or scroll"),
    ("← →", "the plot or test set before, after"),
    ("mouse", "works: click a run twice, a key below, a tab"),
)

QUERIES = (
    ("rrdb", "part of the name"),
    ("rule=erm seed<3", "both; or, not and brackets work, too"),
    ("status=failed started<1d", "begun less than a day ago"),
    ("psnr@crops:unseen > 25", "by a metric; or by config.train.lr"),
)

WORDS = (
    ("seen", "a degradation that the run was trained on"),
    ("unseen", "one outside all that it was trained on: what the leaderboard is about"),
    ("interpolated", "a level between trained ones; counts as neither"),
    ("PSNR", "decibels, higher is better; live values are of a few fixed crops"),
    ("Δ ERM", "unseen PSNR above plain training (ERM) of the same network and budget"),
    ("interval", "95 %, by bootstrap over images"),
)


class HelpScreen(ModalScreen[None]):
    """Keys of the screen below, states, words."""

    BINDINGS = [Binding("escape,question_mark,enter", "dismiss", "Close")]

    def __init__(self, bindings: Sequence[ActiveBinding]) -> None:
        super().__init__()
        self._active = bindings

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(id="help"):
            yield Static(self._explain())

    def _explain(self) -> Text:
        text = Text("Keys\n", style="bold")
        for key, meaning in (*self._keys(), *ALWAYS):
            text.append(f"  {key:<14}", style="bold cyan").append(f"{meaning}\n", style="not bold")
        text.append("\nQueries, for the filter of the list\n")
        for query, meaning in QUERIES:
            text.append(f"  {query:<26}", style="bold").append(f"{meaning}\n", style="not bold")
        text.append("\nStates\n  ")
        for status, style in STYLES.items():
            text.append(f"{SIGNS[status]} {status.value}  ", style=style or "not bold")
        text.append("\n\nWords\n")
        for word, meaning in WORDS:
            text.append(f"  {word:<14}", style="bold").append(f"{meaning}\n", style="not bold")
        return text.append("\nEsc closes this.", style="not bold dim")

    def _keys(self) -> tuple[tuple[str, str], ...]:
        """Keys and what they do, each once, though a binding may have several keys."""
        shown = [active.binding for active in self._active if active.binding.show]
        return tuple(
            dict.fromkeys((self.app.get_key_display(each), each.description) for each in shown)
        )
