"""One line that says what stands in the way; gone when nothing does."""

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from dilctl.text import visible


class Banner(Widget):
    """Trouble with the registry goes before advice.

    Attributes:
        trouble: why the registry cannot be read; empty when it can.
        advice: what a person may want to do; empty when there is nothing.
    """

    trouble = reactive("", layout=True)
    advice = reactive("", layout=True)

    def render(self) -> Text:
        """The weightier of the two sentences."""
        if self.trouble:
            return Text(f"✗ {visible(self.trouble.rstrip('.'))}. Trying again every second.")
        return Text(f"! {self.advice}")

    def watch_trouble(self) -> None:
        """Show or hide."""
        self._appear()

    def watch_advice(self) -> None:
        """Show or hide."""
        self._appear()

    def _appear(self) -> None:
        self.display = bool(self.trouble or self.advice)
        self.set_class(bool(self.trouble), "-trouble")
