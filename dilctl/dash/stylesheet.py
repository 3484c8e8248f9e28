"""A style sheet of Textual that parses nothing twice: a place that is new costs its own rules."""

from textual.css.stylesheet import Stylesheet


class ThriftyStylesheet(Stylesheet):
    """Keeps what it parsed until the variables of the theme are others.

    Textual's own parses all rules of all widgets anew, and more than once, for each new screen.
    """

    _given: dict[str, str] | None = None

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take other variables; the same ones change nothing."""
        if variables != self._given:
            self._given = dict(variables)
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse what is new."""
        self.parse()
