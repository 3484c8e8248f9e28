"""Charts laid out on a page."""

import math

from hypothesis import given
from hypothesis import strategies as st

from dilctl.export.chart import Axes, Point, Scale, Series, chart

AXES = Axes(title="t", description="d", x="x", y="y")
numbers = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30))
def test_every_point_and_every_tick_stands_inside_the_frame(values):
    points = tuple(Point(x=x, y=y) for x, y in values)
    drawn = chart(AXES, [Series(number=0, label="a", points=points)])
    (line,) = drawn.lines
    assert all(drawn.left <= x <= drawn.right for x, _, _ in line.marks)
    assert all(drawn.top <= y <= drawn.bottom for _, y, _ in line.marks)
    assert all(drawn.left <= place <= drawn.right for place, _ in drawn.x_ticks)
    assert all(drawn.top <= place <= drawn.bottom for place, _ in drawn.y_ticks)


@given(numbers, st.floats(1e-3, 1e6))
def test_ticks_are_few_and_rise(start, width):
    ticks = Scale.over([start, start + width], 0, 100).ticks
    assert 2 <= len(ticks) <= 12
    assert list(ticks) == sorted(set(ticks))


def test_higher_values_stand_higher():
    points = (Point(x=0, y=1), Point(x=1, y=2))
    ((_, low, _), (_, high, _)) = chart(
        AXES, [Series(number=0, label="a", points=points)]
    ).lines[0].marks  # fmt: skip
    assert high < low


def test_what_is_no_number_is_left_out():
    points = (Point(x=0, y=1), Point(x=1, y=math.nan), Point(x=2, y=math.inf), Point(x=3, y=2))
    (line,) = chart(AXES, [Series(number=0, label="a", points=points)]).lines
    assert len(line.marks) == 2
    assert "nan" not in line.path


def test_a_trail_is_marked_at_its_end_alone():
    points = (Point(x=0, y=1), Point(x=1, y=2))
    trail = Series(number=0, label="a", detail=", seed 3", points=points, is_trail=True)
    ((_, _, said),) = chart(AXES, [trail]).lines[0].marks
    assert said == "a, seed 3: 2.00 dB at 1"
