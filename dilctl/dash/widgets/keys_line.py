"""The line at the bottom: the keys that do something now; a click on one is like pressing it."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.screen import Screen
from textual.widget import Widget


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One key of the line.

    Attributes:
        key: as Textual names it.
        name: as people know it.
        does: what pressing it does.
        is_enabled: whether it does that now.
    """

    key: str
    name: str
    does: str
    is_enabled: bool

    @property
    def width(self) -> int:
        """In cells."""
        return cell_len(f" {self.name} {self.does} ")


class KeysLine(Widget, can_focus=False):
    """A single widget, painted anew only when other keys are to be shown.

    Textual's ``Footer`` makes a widget for every key whenever the focus moves.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"keys-line--key"}

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Shown, ...] = ()
        self._is_due = False

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        """Look once, after all that happens now."""
        if self.app.app_focus and not self._is_due:
            self._is_due = True
            screen.call_after_refresh(self._look)

    def _look(self) -> None:
        self._is_due = False
        if self.is_attached and (shown := self._now()) != self._shown:
            self._shown = shown
            self.refresh()

    def _now(self) -> tuple[Shown, ...]:
        """Each action once, by its first key."""
        found: dict[str, Shown] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and binding.action not in found:
                name = self.app.get_key_display(binding)
                found[binding.action] = Shown(
                    key=binding.key,
                    name=name,
                    does=binding.description,
                    is_enabled=active.enabled,
                )
        return tuple(found.values())

    def render(self) -> Text:
        """Keys, and what they do."""
        line = Text(no_wrap=True)
        of_keys = self.get_component_rich_style("keys-line--key")
        for shown in self._shown:
            dim = Style(dim=not shown.is_enabled)
            line.append(f" {shown.name} ", of_keys + dim).append(f"{shown.does} ", dim)
        return line

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Press the key under the pointer."""
        end = 0
        for shown in self._shown:
            end += shown.width
            if event.x < end:
                self._press(shown)
                return

    def _press(self, shown: Shown) -> None:
        if shown.is_enabled:
            self.app.simulate_key(shown.key)
        else:
            self.app.bell()
