"""Pictures by Kitty's graphics protocol, held in place by cells of text.

The picture is sent once; cells that hold a placeholder character then show it, so that it scrolls,
is covered and is cleared like any other text. A placeholder names its picture by its colour, and
its own row and column by combining characters.
"""

from base64 import b64encode
from io import BytesIO

from PIL import Image
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

_PLACEHOLDER = "\U0010eeee"
_CHUNK = 4096  # bytes that a terminal takes at once

# Of colours that a terminal numbers; the first 16 are left to themes, which may change them.
FIRST_NAME, LAST_NAME = 16, 255

# What stands for a row or a column, 0 first, as the protocol lists them.
_NUMBERS = tuple(
    chr(code)
    for span in (
        "305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 "
        "597-599 59c-5a1 5a8-5a9 5ab-5ac 5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 "
        "6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 747 749-74a 7eb-7f1 7f3 "
        "816-819 81b-823 825-827 829-82d 951 953-954 f82-f83 f86-f87 135d-135f 17dd 193a 1a17 "
        "1a75-1a7c 1b6b 1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0 1dc0-1dc1 1dc3-1dc9 1dcb-1dcc "
        "1dd1-1de6 1dfe 20d0-20d1 20d4-20d7 20db-20dc 20e1 20e7 20e9 20f0 2cef-2cf1 2de0-2dff "
        "a66f a67c-a67d a6f0-a6f1 a8e0-a8f1 aab0 aab2-aab3 aab7-aab8 aabe-aabf aac1 fe20-fe26 "
        "10a0f 10a38 1d185-1d189 1d1aa-1d1ad 1d242-1d244 "
    ).split()
    for first, _, last in [span.partition("-")]
    for code in range(int(first, 16), int(last or first, 16) + 1)
)

MOST = len(_NUMBERS)
"""Cells that a picture may be wide or high."""


def sent(image: Image.Image, name: int, width: int, height: int) -> str:
    """What gives a terminal a picture, and says how many cells it is to fill."""
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    data = b64encode(file.getvalue()).decode()
    parts = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    transfer = (
        _message(f"i={name},f=100,q=2,m={int(part is not parts[-1])}", part) for part in parts
    )
    return "".join(transfer) + _message(f"a=p,U=1,i={name},c={width},r={height},q=2")


def withdrawn(name: int) -> str:
    """What has a terminal forget a picture."""
    return _message(f"a=d,d=I,i={name},q=2")


def cells(name: int, width: int, height: int, base: Style) -> list[Segment]:
    """The placeholders of a picture, a segment a row."""
    style = base + Style(color=Color.from_ansi(name))
    columns = _NUMBERS[:width]
    return [
        Segment("".join(f"{_PLACEHOLDER}{_NUMBERS[row]}{column}" for column in columns), style)
        for row in range(height)
    ]


def _message(keys: str, data: str = "") -> str:
    return f"\x1b_G{keys};{data}\x1b\\" if data else f"\x1b_G{keys}\x1b\\"
