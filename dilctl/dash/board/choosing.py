"""Choosing another board, another view of it, another measure."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import on
from textual.binding import Binding

from dilctl.dash.board import offers
from dilctl.dash.board.looking import Looking
from dilctl.dash.board.picker import Offer, Picker
from dilctl.dash.board.wish import View, Wish, following, on_board
from dilctl.dash.widgets.parts_bar import PartsBar


class Choosing(Looking):
    """By keys, by clicks, and from small lists."""

    BINDINGS = [
        Binding("v", "view(1)", "View", id="board.view"),
        Binding("V", "view(-1)", "View before", show=False, id="board.view_before"),
        Binding("p", "paper", "The paper's rows", show=False, id="board.paper"),
        Binding("t", "pick_task", "Task", show=False, id="board.task"),
        Binding("d", "pick_set", "Test set", show=False, id="board.set"),
        Binding("u", "pick_suite", "Suite", show=False, id="board.suite"),
        Binding("c", "pick_variant", "Trained on", show=False, id="board.confounders"),
        Binding("n", "turn(1)", "Next board of the task", show=False, id="board.next"),
        Binding("N", "turn(-1)", "Board before", show=False, id="board.before"),
        Binding("m", "metric", "PSNR or SSIM", show=False, id="board.metric"),
        Binding("b", "unit", "Unit of equal budgets", show=False, id="board.unit"),
        Binding("w", "pick_group", "Group rows by", show=False, id="board.group"),
    ]

    def _pick(
        self, title: str, offered: Sequence[Offer], chosen: str, make: Callable[[str], Wish]
    ) -> None:
        def answered(value: str | None) -> None:
            if value is not None:
                self.make(make(value))

        self.app.push_screen(Picker(title, offered, chosen), answered)

    def action_pick_task(self) -> None:
        """Choose a task that has finished runs."""
        if self.page is not None:
            self._pick(
                "Task",
                offers.tasks(self.page),
                self.wish.task,
                lambda task: replace(self.wish, task=task, suite="", test_set="", variant=0),
            )

    def action_pick_set(self) -> None:
        """Choose a test set."""
        if self.page is not None and self.board is not None:
            boards = self.page.boards
            self._pick(
                "Test set",
                offers.test_sets(boards),
                self.board.test_set,
                lambda name: offers.on_set(self.wish, boards, name),
            )

    def action_pick_suite(self) -> None:
        """Choose a suite."""
        if self.page is not None and self.board is not None:
            boards = self.page.boards
            self._pick(
                "Suite",
                offers.suites(boards),
                self.board.suite,
                lambda name: offers.on_suite(self.wish, boards, name),
            )

    def action_pick_variant(self) -> None:
        """Choose what was trained on."""
        if self.page is not None and self.board is not None:
            self._pick(
                "Trained on",
                offers.confounders(self.page.boards, self.board),
                str(self.wish.variant),
                lambda place: replace(self.wish, variant=int(place)),
            )

    def action_pick_group(self) -> None:
        """Choose what rows are grouped by."""
        if self.board is not None:
            self._pick(
                "Group rows by",
                offers.groups(self.board),
                self.wish.by,
                lambda name: replace(self.wish, by=name, view=View.TABLE),
            )

    def action_turn(self, by: int) -> None:
        """Show the next board of the task, or the one before."""
        if self.page is not None and self.place is not None:
            place = (self.place + by) % len(self.page.boards)
            self.make(on_board(self.wish, self.page.boards, place))

    def action_view(self, by: int) -> None:
        """Show the next view, or the one before."""
        self.make(replace(self.wish, view=following(self.wish.view, by)))

    @on(PartsBar.Chosen)
    def _choose_view(self, message: PartsBar.Chosen) -> None:
        self.make(replace(self.wish, view=View(message.part)))

    def action_metric(self) -> None:
        """Measure by the other of PSNR and SSIM."""
        self.make(replace(self.wish, metric=following(self.wish.metric, 1)))

    def action_unit(self) -> None:
        """Make budgets equal in gradients, steps or seconds, in turn."""
        unit = self.wish.unit
        if self.wish.view is View.BUDGET:
            unit = following(unit, 1)
        self.make(replace(self.wish, view=View.BUDGET, unit=unit))

    def action_paper(self) -> None:
        """Put the paper's rows below, or take them away."""
        self.make(replace(self.wish, has_paper=not self.wish.has_paper, view=View.TABLE))
