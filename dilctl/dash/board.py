"""The leaderboard: who restores what no rule has seen, one board a test set."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static, Tab, Tabs

from dilctl.dash.live import LiveScreen
from dilctl.dash.reading import BoardPage, BoardReader
from dilctl.dash.widgets.banner import Banner
from dilctl.dash.widgets.board_table import BoardTable
from dilctl.jobs import Jobs
from dilctl.text import visible
from dilctl.words import short_degradation

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board

EMPTY = Text.assemble(
    ("No run has finished yet.\n\n", "bold"),
    "A run enters the leaderboard when it is done and its test sets are evaluated.\n",
    "Until then the list of runs (Esc) shows PSNR on a few crops as training goes on.",
)


class BoardScreen(LiveScreen[BoardPage]):
    """Tabs, a table, and below it what the table does and does not show."""

    AUTO_FOCUS = "BoardTable"
    BINDINGS = [
        Binding("escape,b", "app.pop_screen", "Back", key_display="esc"),
        Binding("tab", "turn(1)", "Next test set", priority=True, key_display="tab"),
        Binding("shift+tab", "turn(-1)", "Test set before", show=False, priority=True),
        Binding("r", "refresh", "Refresh"),
    ]

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._reader = BoardReader(jobs)
        self._page: BoardPage | None = None

    def compose(self) -> ComposeResult:
        """Head, banner, tabs, table, notes, keys."""
        yield Static(Text("dilctl › leaderboard  computing …"), id="head", markup=False)
        yield Banner()
        yield Tabs(id="sets")
        yield Static(EMPTY, id="empty")
        yield BoardTable(id="board")
        with VerticalScroll(id="notes", can_focus=False):
            yield Static(id="notes-text", markup=False)
        yield Footer(show_command_palette=False)

    def read(self) -> BoardPage:
        """The leaderboards now."""
        return self._reader.read()

    def forget(self) -> None:
        """Compute the boards again at the next look."""
        self._reader = BoardReader(self._jobs)

    async def _renew_tabs(self, page: BoardPage) -> None:
        tabs = self.query_one(Tabs)
        titles = [Content(visible(title)) for title in _titles([b for b, _ in page.boards])]
        if [tab.label_text for tab in tabs.query(Tab)] != [title.plain for title in titles]:
            await tabs.clear()
            for index, title in enumerate(titles):
                await tabs.add_tab(Tab(title, id=f"set-{index}"))

    def show(self, page: BoardPage) -> None:
        """Bring tabs, table and notes up to date."""
        self.set_class(not page.boards, "-empty")
        self.set_class(len(page.boards) == 1, "-single")
        if page is self._page:
            return
        self._page = page
        self.query_one("#head", Static).update(Text("dilctl › leaderboard", style="bold"))
        self.run_worker(self._renew_and_draw(page), exclusive=True)

    async def _renew_and_draw(self, page: BoardPage) -> None:
        await self._renew_tabs(page)
        self._draw()

    @on(Tabs.TabActivated)
    @on(BoardTable.Resized)
    def _draw(self) -> None:
        active = self.query_one(Tabs).active
        if self._page is None or not active:
            return
        board, sentence = self._page.boards[int(active.removeprefix("set-"))]
        self.query_one("#head", Static).update(_head(board))
        self.query_one(BoardTable).show(board)
        self.query_one("#notes-text", Static).update(_notes(board, sentence))

    def action_turn(self, by: int) -> None:
        """Show the next test set, or the one before."""
        tabs = self.query_one(Tabs)
        if by > 0:
            tabs.action_next_tab()
        else:
            tabs.action_previous_tab()


def _titles(boards: "Sequence[Board]") -> list[str]:
    """A tab's title: the test set, and the suite where there are several."""
    several = len({board.suite for board in boards}) > 1
    return [f"{b.test_set} {b.suite}" if several else b.test_set for b in boards]


def _head(board: "Board") -> Text:
    trained = " ".join(short_degradation(name) for name in board.confounders)
    head = Text(f"dilctl › {visible(board.task)}  ", style="bold")
    what = f"{visible(board.test_set)}, {board.images} images, {board.measure}  "
    head.append(what, style="not bold")
    return head.append(f"trained on {visible(trained)}", style="not bold dim")


def _notes(board: "Board", sentence: str) -> Text:
    text = Text(f"{visible(sentence)}\n")
    for note in board.notes:
        text.append(f"· {visible(note)}\n", style="dim")
    return text
