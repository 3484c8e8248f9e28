"""Which board is looked at: what the parts of its screen know in common."""

from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from dilctl.dash.board import captions
from dilctl.dash.board.messages import Computing
from dilctl.dash.board.reading import BoardPage, BoardReader
from dilctl.dash.board.wish import Wish, as_json, from_json, place_of, settled
from dilctl.dash.live import Json, LiveScreen, Seat
from dilctl.dash.news import News
from dilctl.dash.places import Subject

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board


class Looking(LiveScreen[BoardPage]):
    """Reads the boards of one task; keeps what was read last, and what is wished for."""

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat)
        self.wish = Wish()
        self.page: BoardPage | None = None
        self._reader = self._new_reader()

    def _new_reader(self) -> BoardReader:
        return BoardReader(self.seat.jobs, self._tell_of_work)

    def _tell_of_work(self, task: str, runs: int) -> None:
        """Called in a thread."""
        self.post_message(Computing(task, runs))

    @abstractmethod
    def draw(self) -> None:
        """Bring the widgets up to date with the page and the wish."""

    @abstractmethod
    def keep_focus(self) -> None:
        """Give the keys to what is in sight."""

    @abstractmethod
    def begin(self, run: int) -> None:
        """Other boards were read: look at the row of a run, or at the best for 0."""

    def read(self, news: News) -> BoardPage:
        """The boards of a task now."""
        return self._reader.read(self.wish, news)

    def forget(self) -> None:
        """Compute the boards again at the next look."""
        self._reader = self._new_reader()

    def visit(self, subject: Subject) -> None:
        """Show the board of a run, a task or a test set."""
        run = subject.runs[0] if subject.runs else 0
        task = subject.task or ("" if run else self.wish.task)
        query = "" if run else self.wish.query
        self.wish = replace(
            self.wish,
            run=run,
            task=task,
            query=query,
            test_set=subject.test_set or self.wish.test_set,
            variant=0,
        )
        if self.is_attached:
            self.look(again=True)

    def remembered(self) -> Json:
        """What is looked at."""
        return as_json(self.wish)

    def recall(self, state: Json) -> None:
        """Look at it again."""
        self.wish = from_json(state)

    def on_computing(self, message: Computing) -> None:
        """Say that it takes a while."""
        self.head = captions.computing(message.task, message.runs)

    def show(self, page: BoardPage) -> None:
        """Bring everything up to date, unless something else was asked for meanwhile."""
        if page is self.page or page.wish.question != self.wish.question:
            return
        is_other = self.page is None or page.boards is not self.page.boards
        self.page, run = page, self.wish.run
        self.wish = settled(self.wish, page.task, page.boards)
        self.draw()
        if is_other or run:
            self.begin(run)

    @property
    def is_answered(self) -> bool:
        """Whether what was read is of the task and the query that are wished for."""
        page, wish = self.page, self.wish
        return page is not None and (page.task, page.wish.query) == (wish.task, wish.query)

    @property
    def board(self) -> "Board | None":
        """The board that is looked at."""
        place = self.place
        return None if self.page is None or place is None else self.page.boards[place]

    @property
    def place(self) -> int | None:
        """Its place among the boards of the task."""
        if self.page is None or not self.is_answered:
            return None
        return place_of(self.page.boards, self.wish)

    def make(self, wish: Wish) -> None:
        """Look at something else: at once as far as it is known, else after reading."""
        if wish == self.wish:
            return
        self.wish = wish
        self.draw()
        self.look(again=True)
