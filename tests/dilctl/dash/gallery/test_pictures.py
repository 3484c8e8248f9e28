import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from dilctl.dash.gallery import blocks, kitty
from dilctl.dash.gallery.arrangement import CAPTION, arrange, hung
from dilctl.dash.gallery.easel import Errors, cut, cut_errors
from dilctl.dash.gallery.error_map import coloured, common_scale, difference
from dilctl.dash.gallery.finer import Tile, finer
from dilctl.dash.gallery.view import View, scales, window, within
from dilctl.dash.graphics import BLOCKS, Graphics
from dilctl.dash.terminal import graphics_of, questions_for

SIZES = st.tuples(st.integers(1, 6000), st.integers(1, 6000))
BOXES = st.tuples(st.integers(1, 300), st.integers(1, 200))


@given(SIZES, BOXES, st.integers(0, 20), st.floats(0, 1), st.floats(0, 1))
def test_what_is_seen_lies_in_the_image_and_is_drawn_in_the_box(
    image: tuple[int, int], box: tuple[int, int], step: int, x: float, y: float
):
    seen = window(image, box, View(step=step, x=x, y=y))
    assert 0 <= seen.left < seen.right <= image[0]
    assert 0 <= seen.top < seen.bottom <= image[1]
    assert seen.size[0] <= box[0]
    assert seen.size[1] <= box[1]
    smaller = (max(1, image[0] // 4), max(1, image[1] // 4))
    left, top, right, bottom = seen.of_other(smaller)
    assert 0 <= left < right <= smaller[0]
    assert 0 <= top < bottom <= smaller[1]
    again = window(image, box, within(View(step=step, x=x, y=y), seen))
    assert (again.size, again.scale) == (seen.size, seen.scale)


def test_pixels_are_squares_of_one_size_once_they_are_enlarged():
    assert scales((5, 4), (19, 20))[:2] == (3, 4)
    assert scales((500, 400), (50, 50))[:3] == (0.1, 0.125, 0.25)
    seen = window((500, 400), (20, 18), View(step=len(scales((500, 400), (20, 18))) - 4))
    assert seen.scale == 8
    checks = Image.new("RGB", (500, 400))
    checks.putpixel((int(seen.left), int(seen.top)), (255, 0, 0))
    drawn = cut(checks, seen)
    assert drawn.getpixel((7, 7)) == (255, 0, 0)
    assert drawn.getpixel((8, 7)) == (0, 0, 0)


def test_what_is_made_smaller_is_a_mean():
    image = Image.new("RGB", (4, 4))
    image.paste((200, 100, 0), (0, 0, 2, 4))
    assert cut(image, window((4, 4), (1, 1), View())).getpixel((0, 0)) == (100, 50, 0)


def test_half_blocks_hold_two_pixels_a_cell_and_leave_the_rest_blank():
    image = Image.new("RGB", (2, 3), (255, 0, 0))
    image.putpixel((1, 0), (0, 0, 255))
    first, second = blocks.drawn(image, 4, 2)
    assert [segment.text for segment in first] == [" ", "▀", "▀", " "]
    assert "#ff0000 on #ff0000" in str(first[1].style)
    assert "#0000ff on #ff0000" in str(first[2].style)
    assert [segment.text for segment in second] == [" ", "▀▀", " "]
    assert "on" not in str(second[1].style)


def test_error_maps_share_a_scale_and_grow_lighter():
    truth = Image.new("RGB", (10, 10))
    off = Image.new("RGB", (10, 10), (3, 40, 7))
    worse = Image.new("RGB", (10, 10), (80, 0, 0))
    maps = [difference(image, truth) for image in (truth, off, worse)]
    assert [each.getpixel((0, 0)) for each in maps] == [0, 40, 80]
    assert common_scale(maps) == 80
    assert common_scale([]) == common_scale(maps[:1]) == 1
    light = [coloured(each, 80).convert("L").getpixel((0, 0)) for each in maps]
    assert light == sorted(set(light))


def test_means_of_an_error_map_are_of_errors():
    maps = {"a": Image.new("L", (2, 1))}
    maps["a"].putpixel((0, 0), 100)
    errors = Errors(maps=maps, scale=100)
    drawn = cut_errors(errors, "a", window((2, 1), (1, 1), View()))
    assert drawn.getpixel((0, 0)) == coloured(Image.new("L", (1, 1), 50), 100).getpixel((0, 0))


@given(
    st.integers(1, 30),
    st.tuples(st.integers(1, 300), st.integers(1, 100)),
    st.tuples(st.integers(1, 5000), st.integers(1, 5000)),
    st.integers(0, 29),
)
def test_the_chosen_picture_is_among_those_that_fit(
    count: int, size: tuple[int, int], image: tuple[int, int], chosen: int
):
    grid = arrange(count, size, image)
    assert grid.columns * (grid.width + 1) - 1 <= max(size[0], 1)
    assert grid.rows * (grid.height + CAPTION) <= max(size[1], CAPTION + 1)
    places = hung(count, grid.places, min(chosen, count - 1))
    assert min(chosen, count - 1) in places
    assert len(set(places)) == len(places) == min(count, grid.places)
    assert set(places) <= set(range(count))
    for place in range(len(places)):
        assert grid.place_at(*grid.corner(place)) == place


def test_degraded_and_truth_stay_beside_whichever_runs_are_seen():
    assert hung(8, 4, 1) == (0, 1, 2, 7)
    assert hung(8, 4, 3) == (0, 3, 4, 7)
    assert hung(8, 4, 6) == (0, 5, 6, 7)
    assert hung(8, 4, 7) == (0, 5, 6, 7)


def wall_of(kind: str):
    lines = [Strip([Segment("▀" * 8)]) for _ in range(4)]
    image = Image.new("RGBA", (30, 40), (255, 0, 0, 255))
    tile = Tile(x=2, y=1, width=3, height=2, image=image)
    return lines, finer(lines, [tile], Graphics(kind=kind, cell=(10, 20)), Style())


def test_placeholders_stand_where_the_picture_lies_and_it_is_sent_once():
    lines, wall = wall_of("kitty")
    assert wall is not None
    assert [line.cell_length for line in wall.lines] == [8] * 4
    assert wall.lines[0] == lines[0]
    assert wall.lines[2].text.count("\U0010eeee") == 3
    sent = re.findall(r"\x1b_Gi=(\d+),f=100,q=2,m=0;([^\x1b]*)\x1b\\", wall.before)
    ((name, data),) = sent
    assert base64.b64decode(data).startswith(b"\x89PNG")
    assert f"a=p,U=1,i={name},c=3,r=2" in wall.before
    assert wall.after == kitty.withdrawn(int(name))
    assert f"color({name})" in str(list(wall.lines[1])[1].style)


def test_sixels_are_drawn_over_blank_cells():
    lines, wall = wall_of("sixel")
    assert wall is not None
    assert wall.lines[1].text == "▀▀   ▀▀▀"
    ((x, y, data),) = wall.over
    assert (x, y) == (2, 1)
    assert data.startswith("\x1bP")
    assert data.endswith("\x1b\\")
    assert finer(lines, [], BLOCKS, Style()) is None


SIXEL = b"\x1b[6;18;9t\x1b[?62;4;22c"
KITTY = b"\x1b_Gi=31;OK\x1b\\\x1b[6;18;9t\x1b[?62;c"


@pytest.mark.parametrize(
    ("answer", "cell", "expected"),
    [
        (SIXEL, None, Graphics(kind="sixel", cell=(9, 18))),
        (KITTY, None, Graphics(kind="kitty", cell=(9, 18))),
        (b"\x1b_Gi=31;OK\x1b\\" + SIXEL, None, Graphics(kind="sixel", cell=(9, 18))),
        (b"\x1b[?62;4c", (8, 16), Graphics(kind="sixel", cell=(8, 16))),
        (b"\x1b[?62;4c", None, BLOCKS),
        (b"\x1b[6;0;0t\x1b[?4c", None, BLOCKS),
        (b"\x1b_Gi=31;EINVAL:bad\x1b\\\x1b[6;18;9t\x1b[?1;2c", None, BLOCKS),
        (b"\x1b[?64;14;24c", (8, 16), BLOCKS),
        (b"jkq", (8, 16), BLOCKS),
        (b"", None, BLOCKS),
    ],
)
def test_what_a_terminal_answers(answer: bytes, cell: tuple[int, int] | None, expected: Graphics):
    assert graphics_of(answer, cell) == expected


def test_not_every_terminal_is_asked_everything():
    assert "\x1b_G" in questions_for({"TERM": "xterm-kitty"})
    for multiplexed in ({"TERM": "tmux-256color"}, {"TERM": "xterm", "TMUX": "/tmp/x"}):
        assert questions_for(multiplexed).endswith("\x1b[c")
        assert "\x1b_G" not in questions_for(multiplexed)
    for silent in ({}, {"TERM": "dumb"}, {"TERM": "linux"}, {"TERM": "xterm", "NO_COLOR": "1"}):
        assert questions_for(silent) == ""
