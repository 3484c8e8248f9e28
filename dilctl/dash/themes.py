"""The colours of the dashboard: a theme for the frame, and sixteen named colours for what is in it.

What is drawn names colours as a terminal does (``green``, ``bold red``); a theme says what they
look like.
"""

from collections.abc import Mapping

from rich.terminal_theme import TerminalTheme
from textual.theme import Theme

Triple = tuple[int, int, int]

DEFAULT = "dilctl-dark"
WITHOUT_COLOUR = "ansi-dark"
"""Of Textual: takes the terminal's own colours, which NO_COLOR then leaves out."""


def _named(back: Triple, fore: Triple, grey: Triple, **colours: Triple) -> TerminalTheme:
    """The same eight colours plain and bright."""
    order = ("red", "green", "yellow", "blue", "magenta", "cyan")
    eight = [back, *(colours[name] for name in order), fore]
    return TerminalTheme(back, fore, eight, [grey, *eight[1:]])


THEMES = (
    Theme(
        name=DEFAULT,
        primary="#5fafd7",
        secondary="#8787d7",
        warning="#d7af5f",
        error="#e06c75",
        success="#87c46f",
        accent="#5fafd7",
        foreground="#d4d4d4",
        background="#14161a",
        surface="#1c1f25",
        panel="#2a2e37",
    ),
    Theme(
        name="dilctl-light",
        primary="#1f6f9f",
        secondary="#5b4fa8",
        warning="#8a5a00",
        error="#b3261e",
        success="#2f6f1f",
        accent="#1f6f9f",
        foreground="#1f2328",
        background="#fbfbf9",
        surface="#f1f1ee",
        panel="#dddfe2",
        dark=False,
    ),
    Theme(
        name="dilctl-colour-blind",
        primary="#56b4e9",
        secondary="#cc79a7",
        warning="#f0e442",
        error="#d55e00",
        success="#56b4e9",
        accent="#e69f00",
        foreground="#dcdcdc",
        background="#101318",
        surface="#191d24",
        panel="#2a303a",
    ),
)

# Okabe and Ito, "Color Universal Design" (2008): colours that all kinds of colour vision part.
_OKABE_ITO = _named(
    (16, 19, 24),
    (220, 220, 220),
    (130, 136, 146),
    red=(213, 94, 0),
    green=(86, 180, 233),
    yellow=(240, 228, 66),
    blue=(0, 114, 178),
    magenta=(204, 121, 167),
    cyan=(0, 158, 115),
)
_DARK = _named(
    (20, 22, 26),
    (212, 212, 212),
    (120, 126, 136),
    red=(224, 108, 117),
    green=(135, 196, 111),
    yellow=(222, 184, 98),
    blue=(97, 150, 222),
    magenta=(198, 134, 212),
    cyan=(95, 190, 196),
)
_LIGHT = _named(
    (251, 251, 249),
    (31, 35, 40),
    (110, 118, 129),
    red=(179, 38, 30),
    green=(47, 111, 31),
    yellow=(138, 90, 0),
    blue=(31, 90, 170),
    magenta=(130, 50, 140),
    cyan=(0, 110, 120),
)

NAMED_COLOURS: Mapping[str, TerminalTheme] = {
    DEFAULT: _DARK,
    "dilctl-light": _LIGHT,
    "dilctl-colour-blind": _OKABE_ITO,
}
"""What the named colours look like, by theme; other themes have Textual's."""
