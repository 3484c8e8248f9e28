"""What the keys do and what the words mean, on top of any screen."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from dilctl.dash.keys import is_everywhere, said_of, without_partners
from dilctl.dash.modal import Modal
from dilctl.dash.words import STYLES
from dilctl.words import SIGNS

MOUSE = "The mouse does all of it, too: click a place, a row, a title, a key below; turn the wheel."

MOVABLE = (
    "\nA key is moved by its name at the right, in config.toml of the home folder: [dash.keys] "
    'and under it "runs.cancel" = "ctrl+k".'
)

QUERIES = (
    ("rrdb", "part of the name"),
    ("rule=erm seed<3", "both; or, not and brackets work, too"),
    ("status=failed started<1d", "begun less than a day ago"),
    ("psnr@crops:unseen > 25", "by a metric; or by config.train.lr"),
)

WORDS = (
    ("live first", "what runs, waits or is paused before what has ended; then the newest"),
    ("seen", "a degradation that the run was trained on"),
    ("unseen", "one outside all that it was trained on: what the leaderboard is about"),
    ("interpolated", "a level between trained ones; counts as neither"),
    ("PSNR", "decibels, higher is better; live values are of a few fixed crops"),
    ("Δ ERM", "unseen PSNR above plain training (ERM) of the same network and budget"),
    ("interval", "95 %, by bootstrap over images"),
)


class HelpScreen(Modal[None]):
    """Keys of the screen below, states, words."""

    BINDINGS = [
        Binding("escape,question_mark,enter,q", "dismiss", "Close"),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
        Binding("space,pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("g,home", "ends(0)", "First", show=False),
        Binding("G,end", "ends(1)", "Last", show=False),
    ]

    def __init__(self, keys: Sequence[ActiveBinding]) -> None:
        super().__init__()
        self._active = keys

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(id="help", can_focus=False):
            yield Static(self._explain())

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_page(self, way: int) -> None:
        """Scroll by what is in sight."""
        scrolled = self.query_one(VerticalScroll)
        scrolled.scroll_relative(y=way * (scrolled.size.height - 1), animate=False)

    def action_ends(self, end: int) -> None:
        """Scroll to the first line, or the last."""
        scrolled = self.query_one(VerticalScroll)
        scrolled.scroll_to(y=end * scrolled.max_scroll_y, animate=False)

    def _explain(self) -> Text:
        everywhere = [active for active in self._active if is_everywhere(active.binding)]
        here = [active for active in self._active if active not in everywhere]
        text = Text("Keys of this screen\n", style="bold")
        self._list(text, here)
        text.append("\nKeys of every screen\n")
        self._list(text, everywhere)
        text.append(f"  {MOUSE}\n", style="not bold")
        text.append("\nQueries, for the filters\n")
        for query, meaning in QUERIES:
            text.append(f"  {query:<26}", style="bold").append(f"{meaning}\n", style="not bold")
        text.append("\nStates\n  ")
        for status, style in STYLES.items():
            text.append(f"{SIGNS[status]} {status.value}  ", style=style or "not bold")
        text.append("\n\nWords\n")
        for word, meaning in WORDS:
            text.append(f"  {word:<14}", style="bold").append(f"{meaning}\n", style="not bold")
        text.append(MOVABLE, style="not bold dim")
        return text.append("\nEsc closes this.", style="not bold dim")

    def _list(self, text: Text, keys: Sequence[ActiveBinding]) -> None:
        for active in without_partners(keys, self.app.get_key_display):
            binding = active.binding
            text.append(f"  {self.app.get_key_display(binding):<14}", style="bold cyan")
            text.append(f"{said_of(binding):<30} ", style="not bold")
            text.append(f"{binding.id}\n", style="not bold dim")
