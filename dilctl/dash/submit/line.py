"""A line of the form: its name, what is typed, what the word may become, what is wrong."""

from collections.abc import Sequence

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from dilctl.dash.submit.offers import Known, offered, word_of
from dilctl.text import visible

LONGEST = 20_000


class _Input(Input):
    """Text in which nothing hides."""

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in; a paste may bring what a terminal would obey, which is made visible."""
        super().replace(visible(text), start, end)


class Line(Vertical):
    """Offers are shown below while a word can be completed; they take no key that is typed.

    Args:
        says: what it says, by the name that the draft has for it.
        title: shown before it.
        example: shown while it is empty.
        completes: whether words are offered.
    """

    BINDINGS = [
        Binding("down", "offer(1)", "Next offer", show=False),
        Binding("up", "offer(-1)", "Offer before", show=False),
        Binding("escape", "close", "Close", show=False),
    ]

    class Typed(Message):
        """It says something else now."""

    class Taken(Message):
        """Enter was pressed, and it chose no offer."""

    def __init__(
        self, says: str, title: str, *, example: str = "", completes: bool = False
    ) -> None:
        super().__init__(id=says)
        self._title = title
        self._example = example
        self._completes = completes
        self._known = Known()

    def compose(self) -> ComposeResult:
        """Title and input, offers, fault."""
        with Horizontal(classes="line"):
            yield Static(self._title, classes="title", markup=False)
            yield _Input(
                placeholder=self._example, compact=True, max_length=LONGEST, select_on_focus=False
            )
        if self._completes:
            listed = OptionList(classes="offers", compact=True, markup=False)
            listed.can_focus = False  # the keys stay in the line
            yield listed
        yield Static(classes="fault", markup=False)

    @property
    def said(self) -> str:
        """What is typed."""
        return self.query_one(_Input).value

    def say(self, text: str) -> None:
        """Put text into it."""
        line = self.query_one(_Input)
        line.value = visible(text)
        line.cursor_position = len(line.value)

    def begin(self) -> None:
        """Be typed in."""
        self.query_one(_Input).focus()

    def learn(self, known: Known) -> None:
        """What may be offered from now on."""
        self._known = known
        if self.query_one(_Input).has_focus:
            self._offer()

    def complain(self, faults: Sequence[str]) -> None:
        """Say what is wrong; nothing where nothing is."""
        if faults or self.has_class("-faulty"):
            self.query_one(".fault", Static).update("\n".join(map(visible, faults)))
            self.set_class(bool(faults), "-faulty")

    @property
    def _typed(self) -> str:
        line = self.query_one(_Input)
        return line.value[: line.cursor_position]

    @property
    def _listed(self) -> OptionList | None:
        return self.query_one(OptionList) if self._completes else None

    @property
    def _is_open(self) -> bool:
        return self.has_class("-open")

    def _offer(self, *, all_of_them: bool = False) -> None:
        """Show what the word may become; before anything is typed only where it is asked for."""
        listed = self._listed
        if listed is None:
            return
        is_asked = all_of_them or self.id == "recipe" or bool(word_of(self.id or "", self._typed))
        found = offered(self.id or "", self._typed, self._known) if is_asked else []
        if not found and not self._is_open:
            return
        listed.clear_options()
        listed.add_options(Option(_told(word, words), id=word) for word, words in found)
        listed.highlighted = None
        self._open(is_open=bool(found))

    def action_offer(self, by: int) -> None:
        """Move in what is offered."""
        listed = self._listed
        if listed is None:
            raise SkipAction
        if not self._is_open:
            self._offer(all_of_them=True)
        if by > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def action_close(self) -> None:
        """Offer no more."""
        if not self._is_open:
            raise SkipAction
        self._open(is_open=False)

    def _open(self, *, is_open: bool) -> None:
        self.set_class(is_open, "-open")

    def _put(self, word: str) -> None:
        """Make the word under the cursor whole."""
        line = self.query_one(_Input)
        start = line.cursor_position - len(word_of(self.id or "", self._typed))
        rest = "" if self.id == "recipe" else line.value[line.cursor_position :]
        with self.prevent(Input.Changed):
            line.value = line.value[:start] + word + rest
        line.cursor_position = start + len(word)
        self._open(is_open=False)
        if word.endswith("="):  # its values come next
            self._offer()
        self.post_message(self.Typed())

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.complain(())  # of what was typed before
        if self.query_one(_Input).has_focus:
            self._offer()
        self.post_message(self.Typed())

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        option = self._listed.highlighted_option if self._listed and self._is_open else None
        if option is not None and option.id is not None:
            self._put(option.id)
        else:
            self._open(is_open=False)
            self.post_message(self.Taken())

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.begin()
        if event.option.id is not None:
            self._put(event.option.id)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Typed in now; a recipe is chosen from a list."""
        self.add_class("-current")
        if self.id == "recipe" and not self.said:
            self._offer()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Elsewhere now."""
        self.remove_class("-current")
        self._open(is_open=False)


def _told(word: str, words: str) -> Content:
    return Content.assemble(visible(word), (f"  {visible(words)}" if words else "", "dim"))
