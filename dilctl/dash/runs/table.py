"""What keys and mouse do in the list of runs."""

from textual import events
from textual.binding import Binding
from textual.message import Message

from dilctl.dash.runs.columns import Column
from dilctl.dash.runs.order import Group, runs_of
from dilctl.dash.runs.painting import column_at
from dilctl.dash.runs.sheet import RunsSheet


class RunsTable(RunsSheet):
    """Moves the cursor, marks runs, folds groups."""

    BINDINGS = [
        Binding("enter", "open", "Open", id="runs.open"),
        Binding("space", "mark", "Mark", key_display="␣", id="runs.mark"),
        Binding("j,down", "move(1)", "Down", show=False, id="runs.down"),
        Binding("k,up", "move(-1)", "Up", show=False, id="runs.up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="runs.page_down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="runs.page_up"),
        Binding("g,home", "first", "First", show=False, id="runs.first"),
        Binding("G,end", "last", "Last", show=False, id="runs.last"),
        Binding("shift+down,J", "stretch(1)", "Mark down", show=False, id="runs.mark_down"),
        Binding("shift+up,K", "stretch(-1)", "Mark up", show=False, id="runs.mark_up"),
        Binding("v", "draw", "Mark a stretch", show=False, id="runs.mark_stretch"),
        Binding("a", "mark_all", "Mark all", show=False, id="runs.mark_all"),
        Binding("escape", "unmark", "Unmark all", show=False, id="runs.unmark"),
        Binding("left,h", "sideways(-1)", "Fold, or left", show=False, id="runs.left"),
        Binding("right,l", "sideways(1)", "Unfold, or right", show=False, id="runs.right"),
        Binding("z", "fold_all", "Fold or unfold all", show=False, id="runs.fold_all"),
    ]

    class Opened(Message):
        """The run under the cursor is to be opened."""

    class Headed(Message):
        """The head of a column was clicked."""

        def __init__(self, column: Column) -> None:
            super().__init__()
            self.column = column

    class Folded(Message):
        """Other groups are to be folded."""

        def __init__(self, folded: frozenset[str | None]) -> None:
            super().__init__()
            self.folded = folded

    def action_open(self) -> None:
        """Open the run under the cursor; fold its group where it is the line of one."""
        match self.under:
            case None:
                return
            case Group() as group:
                self._fold(group)
            case int():
                self.post_message(self.Opened())

    def action_move(self, by: int) -> None:
        """Move by rows."""
        self._go(self.row + by)

    def action_page(self, by: int) -> None:
        """Move by pages."""
        self._go(self.row + by * self.page)

    def action_first(self) -> None:
        """Go to the first row."""
        self._go(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self._go(len(self.rows) - 1)

    def _go(self, row: int) -> None:
        if self.marks.is_drawing:
            self._stretch_to(row)
        else:
            self.marks.end()
            self.move_to(row)

    def action_stretch(self, by: int) -> None:
        """Mark the rows that the cursor passes."""
        self._stretch_to(self.row + by)

    def _stretch_to(self, row: int) -> None:
        end = max(0, min(row, len(self.rows) - 1))
        stretch = self.marks.stretch(self.row, end)
        self.marks.take(id for place in stretch for id in runs_of(self.rows[place]))
        self.move_to(end)
        self.refresh()

    def action_draw(self) -> None:
        """Begin a stretch of marks that follows the cursor, or leave it as it is."""
        if self.marks.is_drawing or not self.rows:
            self.marks.end()
        else:
            self.marks.end()
            self._stretch_to(self.row)
            self.marks.is_drawing = True

    def action_mark(self) -> None:
        """Mark what is under the cursor, or take the mark away."""
        self.marks.toggle(runs_of(self.under))
        self._marked()

    def action_mark_all(self) -> None:
        """Mark all runs that are listed, or none."""
        self.marks.toggle(self.listed)
        self._marked()

    def action_unmark(self) -> None:
        """Mark nothing."""
        self.marks.clear()
        self._marked()

    def _marked(self) -> None:
        self.refresh()
        self.post_message(self.Moved())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape takes marks away where there are some, else it leads back."""
        del parameters
        match action:
            case "unmark":
                return bool(self.marks.ids or self.marks.is_drawing)
            case "fold_all":
                return self.is_grouped or None
            case _:
                return True

    def action_sideways(self, by: int) -> None:
        """Fold or unfold the group under the cursor; where there are none, scroll."""
        if not self.is_grouped:
            self.scroll_relative(x=8 * by, animate=False)
            return
        above = self.row
        while above > 0 and not isinstance(self.rows[above], Group):
            above -= 1
        group = self.rows[above] if self.rows else None
        if isinstance(group, Group) and (group.label in self.folded) == (by > 0):
            self.move_to(above if by < 0 else self.row)
            self._fold(group)

    def action_fold_all(self) -> None:
        """Fold all groups; unfold them where all are folded."""
        labels = frozenset(row.label for row in self.rows if isinstance(row, Group))
        self.post_message(self.Folded(frozenset() if labels <= self.folded else labels))

    def _fold(self, group: Group) -> None:
        self.post_message(self.Folded(self.folded ^ {group.label}))

    def on_click(self, event: events.Click) -> None:
        """Sort by a head; mark at the edge; else move there, and open by a second click."""
        place = event.get_content_offset(self)
        if place is None:
            return
        if place.y == 0:
            column = column_at(self.columns, place.x + self.scroll_offset.x)
            if column is not None:
                self.post_message(self.Headed(column))
            return
        row = self.scroll_offset.y + place.y - 1
        if row < len(self.rows):
            self._click(row, event, at_edge=place.x + self.scroll_offset.x == 0)

    def _click(self, row: int, event: events.Click, *, at_edge: bool) -> None:
        if event.shift:
            self._stretch_to(row)
            return
        self.marks.end()
        self.move_to(row)
        if at_edge or event.ctrl:
            self.action_mark()
        elif isinstance(self.under, Group) or event.chain == 2:  # noqa: PLR2004 -- a double click
            self.action_open()
