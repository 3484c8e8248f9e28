"""The list of runs: what a person does with it."""

from dataclasses import replace

from textual import on
from textual.binding import Binding

from dilctl.dash.actions.screen import ActingScreen
from dilctl.dash.places import Place, Subject
from dilctl.dash.runs import words
from dilctl.dash.runs.columns import Column, column
from dilctl.dash.runs.columns_form import ColumnsForm
from dilctl.dash.runs.grouping_form import GroupingForm
from dilctl.dash.runs.order import Group
from dilctl.dash.runs.reading import RunsPage
from dilctl.dash.runs.sorting_form import SortingForm
from dilctl.dash.runs.table import RunsTable
from dilctl.dash.runs.view import RunsView
from storage.records import Run


class RunsScreen(RunsView, ActingScreen[RunsPage]):
    """Opens, compares, sorts, groups; the actions on runs take ``chosen_runs``."""

    BINDINGS = [
        Binding("s", "sort", "Sort", id="runs.sort"),
        Binding("S", "sort_back", "Sort by column before", show=False, id="runs.sort_back"),
        Binding("I", "invert", "Other way round", show=False, id="runs.invert"),
        Binding("w", "group", "Group", id="runs.group"),
        Binding("C", "columns", "Columns", show=False, id="runs.columns"),
        Binding("o", "pane", "Pane", show=False, id="runs.pane"),
        Binding("x", "compare", "Compare", show=False, id="runs.compare"),
        Binding("i", "pictures", "Pictures", show=False, id="runs.pictures"),
        Binding("y", "copy_numbers", "Copy the number", show=False, id="runs.copy"),
        Binding("Y", "copy_command", "Copy the command", show=False, id="runs.copy_command"),
    ]

    def chosen_runs(self) -> tuple[Run, ...]:
        """The marked runs, else the one under the cursor; none where they are not known yet."""
        table, held = self.table, self.held
        if not table.marks.ids and isinstance(table.under, Group):
            self.tell("Mark the runs of this group first: Space does it.")
            return ()
        if not self.is_known(table.chosen):
            self.tell("These runs are still being read: once more, in a moment.")
            return ()
        return tuple(held[id] for id in table.chosen)

    @on(RunsTable.Opened)
    def _open(self) -> None:
        under = self.table.under
        if isinstance(under, int):
            self.go(Place.RUN, Subject(runs=(under,)))

    def show_submitted(self, runs: tuple[int, ...]) -> None:
        """Go to the first of them."""
        self.visit(Subject(runs=runs))

    def action_compare(self) -> None:
        """Lay the chosen runs over one another."""
        self._take_to(Place.COMPARE)

    def action_pictures(self) -> None:
        """Look at what the chosen runs restore."""
        self._take_to(Place.GALLERY)

    def _take_to(self, place: Place) -> None:
        if self.table.chosen:
            self.go(place, Subject(runs=self.table.chosen))

    def action_copy_numbers(self) -> None:
        """Copy the numbers of the chosen runs."""
        self._copy("", "run")

    def action_copy_command(self) -> None:
        """Copy the command that shows the chosen runs."""
        self._copy("dilctl show ", "dilctl show")

    def _copy(self, before: str, what: str) -> None:
        ids = self.table.chosen
        if ids:
            said = str(ids[0]) if len(ids) == 1 else f"{len(ids):,} numbers"
            self.copy(before + " ".join(map(str, ids)), f"{what} {said}")

    def action_sort(self) -> None:
        """Ask by which column to sort."""
        form = SortingForm(self.wish.sort, self.table.columns)
        self.app.push_screen(form, self._sort_by)

    def _sort_by(self, key: str | None) -> None:
        if key is not None:
            self._sort(column(key), before=self.wish.sort)

    def action_sort_back(self) -> None:
        """Sort by the column before."""
        sortable = [column for column in self.table.columns if column.sort]
        if sortable:
            now = (self.wish.sort or "id").removeprefix("-")
            place = next((i for i, column in enumerate(sortable) if column.sort == now), 0)
            self._sort(sortable[place - 1], before="-")

    def action_invert(self) -> None:
        """Turn the order round."""
        sort = self.wish.sort
        turned = {"": "id", "id": ""}.get(sort, sort[1:] if sort.startswith("-") else f"-{sort}")
        self.make(replace(self.wish, sort=turned))

    @on(RunsTable.Headed)
    def _headed(self, message: RunsTable.Headed) -> None:
        if message.column.sort:
            self._sort(message.column, before=self.wish.sort)
        else:
            self.tell(f"Runs cannot be sorted by {message.column.title}.")

    def _sort(self, column: Column, *, before: str) -> None:
        self.make(replace(self.wish, sort=column.order(before)))

    def action_group(self) -> None:
        """Ask by what to group."""
        form = GroupingForm(self.wish.by, (*words.fields(), *words.settings(self.known_runs())))
        self.app.push_screen(form, self._group)

    def _group(self, by: str | None) -> None:
        if by is not None and by != self.wish.by:
            self.view = replace(self.view, folded=frozenset())
            self.make(replace(self.wish, by=by))

    def action_columns(self) -> None:
        """Ask which columns to show."""
        known = self.known_runs()
        shown = [column.key for column in self.table.columns]
        form = ColumnsForm(shown, (*words.settings(known), *words.metrics(known)))
        self.app.push_screen(form, self._choose_columns)

    def _choose_columns(self, columns: tuple[str, ...] | None) -> None:
        if columns is not None:
            self.view = replace(self.view, columns=columns)
            self.draw()

    def action_pane(self) -> None:
        """Show the pane, or take it away."""
        self.turn_pane()
        self.call_after_refresh(self.look, again=True)
