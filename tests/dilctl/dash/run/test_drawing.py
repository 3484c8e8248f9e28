"""A plot fills its place, names its curves, and shows the part that is looked at."""

import pytest
from rich.cells import cell_len

from dilctl.braille import Series
from dilctl.dash.drawing import View, draw
from dilctl.dash.stretches import cut


def falling(count: int, label: str = "loss", *, high: float = 1.0, low: float = 0.5) -> Series:
    ys = tuple(high + (low - high) * index / max(1, count - 1) for index in range(count))
    return Series(label=label, xs=tuple(range(count)), ys=ys)


def lines_of(series, width: int, height: int, **how) -> list[str]:
    picture = draw(series, View(**{"axis": "step", **how}), width, height)
    return ["".join(text for text, _ in row) for row in picture.rows]


@pytest.mark.parametrize("count", [1, 2, 10_000])
@pytest.mark.parametrize(("width", "height"), [(78, 12), (12, 3), (40, 6), (200, 50)])
@pytest.mark.parametrize("label", ["loss", "損失" * 60, ""])
def test_a_plot_never_leaves_its_place(count, width, height, label):
    lines = lines_of([falling(count, label)], width, height, axis="gradients", smoothing=0.9)

    assert len(lines) == height
    if width > 20:  # a rule and the name of the axis always take so much
        assert max(map(cell_len, lines)) <= width


def test_a_falling_curve_goes_from_the_upper_left_to_the_lower_right():
    lines = lines_of([falling(50)], 60, 8)
    place = [line.split("│" if "│" in line else "┤", 1)[1] for line in lines[:6]]

    def starts(line: str) -> int:
        return min(i for i, character in enumerate(line) if "\u2800" < character <= "\u28ff")

    assert [starts(line) for line in place] == sorted(starts(line) for line in place)
    assert starts(place[0]) == 0
    assert place[-1].rstrip().endswith("loss 0.5")


def test_curves_that_end_at_the_same_height_are_all_named():
    curves = [falling(5, f"σ{sigma}", low=0.5 + sigma / 1e5) for sigma in range(10)]

    plot = "\n".join(lines_of(curves, 78, 12))

    assert all(f"σ{sigma} " in plot for sigma in range(10))


def test_a_curve_over_decades_is_drawn_over_a_logarithm_unless_told_otherwise():
    curve = falling(100, low=0.01)

    def marks(**how) -> set[str]:
        return set("\n".join(lines_of([curve], 60, 14, **how)).replace("┤", " ").split())

    assert {"0.02", "0.05", "0.1", "0.2", "0.5"} <= marks()
    assert "0.02" not in marks(stretching="linear")


def test_a_logarithm_of_what_is_not_above_zero_leaves_it_at_the_bottom():
    curve = Series(label="d", xs=(0, 1, 2, 3), ys=(-1.0, 0.0, 1.0, 100.0))

    picture = draw([curve], View(stretching="log"), 60, 10)

    assert picture.is_log
    assert picture.heights == (1.0, 100.0)


def test_heights_follow_what_is_in_sight_unless_they_are_held():
    curve = falling(101, high=100.0, low=0.0)

    near = draw([curve], View(window=(50.0, 60.0)), 60, 10)
    held = draw([curve], View(window=(50.0, 60.0), heights=(0.0, 100.0)), 60, 10)

    assert near.heights == (40.0, 50.0)
    assert held.heights == (0.0, 100.0)


def test_a_curve_goes_on_to_the_borders_of_what_is_in_sight():
    part = cut(Series(label="", xs=(0, 10), ys=(0.0, 10.0)), (2.0, 4.0))

    assert (part.xs, part.ys) == ((2.0, 4.0), (2.0, 4.0))


def test_the_crosshair_reads_each_curve_where_it_stands():
    curves = [falling(11, "a", high=10, low=0), Series(label="b", xs=(), ys=())]

    picture = draw(curves, View(cross=4.2), 60, 10)

    assert picture.under == ((4, 6.0), None)
    assert "●" in "".join(text for row in picture.rows for text, _ in row)


def test_what_is_no_number_tears_the_curve_and_is_marked():
    whole = Series(label="", xs=(0, 100), ys=(1.0, 1.0))
    torn = Series(label="", xs=(0, 100), ys=(1.0, 1.0), gaps=(50,))

    def dots(series: Series) -> int:
        return sum("\u2800" < c <= "\u28ff" for c in "".join(lines_of([series], 60, 6)))

    assert dots(torn) < dots(whole) / 4
    assert "×" in lines_of([torn], 60, 6)[3]


def test_where_an_attempt_began_a_line_stands():
    lines = lines_of([falling(100)], 60, 8, marks=(50.0,))

    assert sum("┊" in line for line in lines) >= 4


def test_time_is_written_as_spans_of_time():
    hours = Series(label="x", xs=(0, 4 * 3600.0), ys=(0.0, 1.0))

    assert "2h" in lines_of([hours], 78, 8, axis="time")[-1]
