"""A text whose screen is laid out anew only when it comes to need other lines."""

from rich.text import Text
from textual.widgets import Static


class Said(Static):
    """What is said under a cursor, or at each look: other words seldom take another height."""

    _place = (-1, -1)

    def say(self, text: Text) -> None:
        """Show another text."""
        self.update(text, layout=False)
        width = self.content_size.width
        place = (width, self.get_content_height(self.container_size, self.app.size, max(1, width)))
        if place != self._place:
            self._place = place
            self.refresh(layout=True)
