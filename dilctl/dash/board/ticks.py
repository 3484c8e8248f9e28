"""Boxes and buttons to tick whose sign goes where they are off, so that no colour is needed."""

from textual.content import Content
from textual.widgets import Checkbox, RadioButton


class Tick(Checkbox):
    """``X`` for yes, empty for no."""

    def render(self) -> Content:
        """The box as it stands."""
        self.BUTTON_INNER = "X" if self.value else " "
        return super().render()


class Pick(RadioButton):
    """A dot for the chosen one."""

    def render(self) -> Content:
        """The button as it stands."""
        self.BUTTON_INNER = "●" if self.value else " "
        return super().render()
