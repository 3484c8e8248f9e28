"""The leaderboard: who restores what no rule has seen."""

from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from dilctl.dash.board import captions
from dilctl.dash.board.choices import choices, lines
from dilctl.dash.board.choosing import Choosing
from dilctl.dash.board.columns import columns_for
from dilctl.dash.board.entries import entries
from dilctl.dash.board.filtering import Filtering
from dilctl.dash.board.reading import BoardPage, spot
from dilctl.dash.board.table import BoardTable
from dilctl.dash.board.taking import Taking
from dilctl.dash.board.text_view import TextView
from dilctl.dash.board.views import Room, drawn
from dilctl.dash.board.wish import Metric, View
from dilctl.dash.places import Place, Subject
from dilctl.dash.widgets.parts_bar import PartsBar
from dilctl.dash.widgets.query_line import QueryLine
from dilctl.dash.widgets.said import Said

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board, Row


class BoardScreen(Choosing, Filtering, Taking):
    """What is chosen, views of it, a table or pictures, and what they do not show."""

    AUTO_FOCUS = "BoardTable"
    PLACE = Place.BOARD
    CSS_PATH = "board.tcss"
    BINDINGS = [
        Binding("o", "open_run", "Run", id="board.run"),
        Binding("i", "open_gallery", "Pictures", id="board.pictures"),
    ]

    _drawn: object = None
    """What the table shows, so that it is not made again of the same."""

    def compose_body(self) -> ComposeResult:
        """Choices, views, the table or what stands in its place, words below."""
        self.add_class("-empty")  # until the first board is there
        choices_line = Said(id="choices", markup=False)
        choices_line.auto_links = False  # its keys have a style of their own
        yield choices_line
        yield PartsBar(tuple(View), id="views")
        yield QueryLine()
        yield Static(captions.on_its_way(), id="empty", markup=False)
        yield BoardTable(id="board")
        yield Said(id="detail", markup=False)
        yield TextView(id="notes", title="notes")
        yield TextView(id="picture-of-board")

    def draw(self) -> None:
        """Bring the widgets up to date."""
        if self.page is None:
            return
        board = self.board
        shown = lines(choices(self.wish, self.page.boards, board), self.size.width - 2)
        self.query_one("#choices", Said).say(shown)
        self.query_one("#views", PartsBar).choose(self.wish.view)
        self.set_class(board is None, "-empty")
        self.set_class(self.is_answered and not self.page.task, "-nothing")
        is_picture = board is not None and self.wish.view is not View.TABLE
        self.set_class(is_picture, "-pictured")
        if board is None:
            self._draw_absence(self.page)
        else:
            self.head = captions.head(board, self.wish)
            self._draw_board(board)
        if is_picture:  # it may only now get its room
            self.call_after_refresh(self._draw_again)
        self.keep_focus()

    def _draw_absence(self, page: BoardPage) -> None:
        if not self.is_answered:
            self.head = captions.computing(self.wish.task, page.tasks.get(self.wish.task, 0))
            said = captions.on_its_way()
        else:
            self.head = Text("dilctl › board", style="bold")
            said = captions.absent(page.why, self.wish) if page.task else captions.nothing_done()
        self.query_one("#empty", Static).update(said)

    @on(BoardTable.Resized)
    def _draw_again(self) -> None:
        if (board := self.board) is not None:
            self._draw_board(board)

    def _draw_board(self, board: "Board") -> None:
        wish, room = self.wish, self.query_one(BoardTable).room
        table = (id(board), room, wish.metric, wish.by, wish.has_paper)
        if wish.view is not View.TABLE:
            self._draw_picture(board)
        elif table != self._drawn:
            self._drawn = table
            self._draw_table(board)

    def _draw_table(self, board: "Board") -> None:
        from dilctl.leaderboard.paper import paper_notes, paper_rows
        from dilctl.leaderboard.ssim import NOTE, of_ssim

        assert self.page is not None
        assert self.place is not None
        is_ssim = self.wish.metric is Metric.SSIM
        shown = of_ssim(board) if is_ssim else board
        papers = paper_rows(board) if self.wish.has_paper else ()
        table = self.query_one(BoardTable)
        columns = columns_for(shown, table.room, self.wish.metric)
        table.show(columns, entries(shown, self.wish.by, papers))
        said = [
            *([NOTE] if is_ssim else []),
            *(paper_notes(board, papers) if self.wish.has_paper else ()),
            *board.notes,
        ]
        text = captions.notes(self.page.sentences[self.place], said)
        self.query_one("#notes", TextView).show(text)
        self._draw_detail()

    @on(BoardTable.Moved)
    def _draw_detail(self) -> None:
        row = self.query_one(BoardTable).row
        self.query_one("#detail", Said).say(captions.detail(row, self.wish))

    def _draw_picture(self, board: "Board") -> None:
        assert self.page is not None
        assert self.place is not None
        view = self.query_one("#picture-of-board", TextView)
        where = spot(self.place, self.wish)
        if where not in self.page.behind:
            view.show(captions.on_its_way())
            return
        size = view.scrollable_content_region.size
        room = Room(width=size.width, height=size.height, console=self.app.console)
        view.show(drawn(board, self.wish, self.page.behind[where], room))

    def on_resize(self) -> None:
        """Pictures are as large as there is room."""
        self.call_after_refresh(self.draw)

    def keep_focus(self) -> None:
        """What is hidden cannot be moved in."""
        if self.focused is None or not self.focused.display or not self.focused.region:
            name = "#board" if self.wish.view is View.TABLE else "#picture-of-board"
            self.call_after_refresh(lambda: self.set_focus(self.query_one(name)))

    def begin(self, run: int) -> None:
        """Put the cursor there."""
        table = self.query_one(BoardTable)
        table.start_at_top()
        table.go_to(run)

    @on(BoardTable.Opened)
    def _open_comparison(self) -> None:
        """The runs of the row beside those of its ERM."""
        row = self._row
        if row is not None and len(runs := _with_erm(row)) > 1:
            self.go(Place.COMPARE, Subject(runs=runs, **self._tested()))
        else:
            self.action_open_run()

    def action_open_run(self) -> None:
        """The first run of the row."""
        if (row := self._row) is not None:
            self.go(Place.RUN, Subject(runs=row.runs[:1]))

    def action_open_gallery(self) -> None:
        """What the row restores worst, beside ERM."""
        if (row := self._row) is None:
            return
        worst = row.worst.degradation if row.worst else ""
        runs = (*row.runs[:1], *row.baseline[:1])
        self.go(Place.GALLERY, Subject(runs=runs, degradation=worst, **self._tested()))

    @property
    def _row(self) -> "Row | None":
        return self.query_one(BoardTable).row

    def _tested(self) -> dict[str, str]:
        board = self.board
        return {"task": board.task, "test_set": board.test_set} if board else {}


def _with_erm(row: "Row") -> tuple[int, ...]:
    return tuple(dict.fromkeys((*row.runs, *row.baseline)))
