"""The plot fills its place, names its curves and shows where they go."""

import pytest
from rich.cells import cell_len

from dilctl.braille import Series
from dilctl.dash.widgets.plot import draw


def falling(count: int, label: str = "loss", *, high: float = 1.0, low: float = 0.5) -> Series:
    ys = tuple(high + (low - high) * index / max(1, count - 1) for index in range(count))
    return Series(label=label, xs=tuple(range(count)), ys=ys)


@pytest.mark.parametrize("count", [1, 2, 3, 10_000])
@pytest.mark.parametrize(("width", "height"), [(78, 12), (40, 6), (200, 50)])
def test_a_plot_never_leaves_its_place(count, width, height):
    lines = draw([falling(count)], axis="gradients", width=width, height=height).plain.split("\n")

    assert len(lines) == height
    assert max(map(cell_len, lines)) <= width


def test_a_falling_curve_goes_from_the_upper_left_to_the_lower_right():
    lines = draw([falling(50)], axis="step", width=60, height=8).plain.split("\n")
    place = [line.split("│" if "│" in line else "┤", 1)[1] for line in lines[:6]]

    def starts(line: str) -> int:
        return min(i for i, character in enumerate(line) if "\u2800" < character <= "\u28ff")

    assert [starts(line) for line in place] == sorted(starts(line) for line in place)
    assert starts(place[0]) == 0
    assert place[-1].rstrip().endswith("loss 0.5")


def test_curves_that_end_at_the_same_height_are_all_named():
    curves = [falling(5, f"σ{sigma}", low=0.5 + sigma / 1e5) for sigma in range(10)]

    plot = draw(curves, axis="step", width=78, height=12).plain

    assert all(f"σ{sigma} " in plot for sigma in range(10))


def test_a_curve_over_decades_is_drawn_over_a_logarithm():
    plot = draw([falling(100, high=1.0, low=0.01)], axis="step", width=60, height=14).plain

    assert {"0.02", "0.05", "0.1", "0.2", "0.5"} <= set(plot.replace("┤", " ").split())


def test_a_constant_curve_is_drawn_in_the_middle():
    lines = draw([falling(9, high=2.0, low=2.0)], axis="step", width=50, height=9).plain.split("\n")

    assert [i for i, line in enumerate(lines) if "loss 2" in line] == [3]
