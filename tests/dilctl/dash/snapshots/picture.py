"""What stands on a screen, as text that shows in a review what changed.

A picture has three layers of the same lines: the text; the ink, a letter for how each character is
written; and the paper, a letter for what it is written on. Spaces have no ink, and what lies on the
screen's own ground has no paper, so that both layers stay nearly empty.
"""

import colorsys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import chain

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual.app import App
from textual.strip import Strip

INK = ". plain , faint W bold : faint bold; r y g c b m coloured, capitals bold"
PAPER = "# raised r y g c b m coloured % reversed _ underlined"
_HUES = ((20, "r"), (70, "y"), (170, "g"), (200, "c"), (260, "b"), (335, "m"), (361, "r"))
_GREY, _FAINT = 0.2, 90


def picture(app: App[object]) -> str:
    """The screen that is in front."""
    return layers(strips(app))


def strips(app: App[object]) -> list[Strip]:
    """Its lines, as they are painted."""
    # Textual offers pictures of a screen, not its text, except here.
    return app.screen._compositor.render_strips()


def layers(strips: Sequence[Strip]) -> str:
    """Lines as text, ink and paper, one layer below the other."""
    ground = _ground(strips)
    text = [strip.text for strip in strips]
    ink = [_layer(strip, _inks) for strip in strips]
    paper = [_layer(strip, partial(_papers, ground)) for strip in strips]
    parts = (("text", text), (f"ink    {INK}", ink), (f"paper  {PAPER}", paper))
    return "".join(
        f"=== {title}\n" + "".join(f"{line.rstrip()}\n" for line in layer) for title, layer in parts
    )


def _layer(strip: Strip, letters: Callable[[str, Style], str]) -> str:
    return "".join(letters(segment.text, segment.style or Style.null()) for segment in strip)


def _ground(strips: Sequence[Strip]) -> Color | None:
    """What most of the screen lies on."""
    widths = Counter[Color | None]()
    for segment in chain.from_iterable(strips):
        widths[(segment.style or Style.null()).bgcolor] += segment.cell_length
    return widths.most_common(1)[0][0]


def _inks(text: str, style: Style) -> str:
    letter = _ink(style)
    return "".join(" " if each.isspace() else letter * cell_len(each) for each in text)


@cache
def _ink(style: Style) -> str:
    letter = _hue(style.color) or ("," if _is_faint(style) else ".")
    return {".": "W", ",": ":"}.get(letter, letter.upper()) if style.bold else letter


def _papers(ground: Color | None, text: str, style: Style) -> str:
    if style.reverse:
        letter = "%"
    elif style.bgcolor != ground:
        letter = _hue(style.bgcolor) or "#"
    else:
        letter = "_" if style.underline else " "
    return letter * cell_len(text)


@cache
def _hue(colour: Color | None) -> str:
    """The letter of a colour; empty for shades of grey."""
    if colour is None or colour.is_default:
        return ""
    red, green, blue = colour.get_truecolor()
    hue, lightness, _ = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    if max(red, green, blue) - min(red, green, blue) < 255 * _GREY * min(1, 2 * lightness):
        return ""
    return next(letter for end, letter in _HUES if 360 * hue < end)


def _is_faint(style: Style) -> bool:
    if style.dim:
        return True
    if style.color is None or style.bgcolor is None:
        return False
    ink, paper = style.color.get_truecolor(), style.bgcolor.get_truecolor(foreground=False)
    return abs(sum(ink) - sum(paper)) < 3 * _FAINT
