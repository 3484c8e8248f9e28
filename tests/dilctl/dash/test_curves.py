"""Grouping curves, and what is left of them over an axis."""

import math

from dilctl.braille import Series
from dilctl.dash.curves import charts, series
from storage.records import Curve


def test_values_that_are_no_numbers_are_left_out_of_a_series():
    curve = Curve(
        run=1,
        metric="loss",
        steps=(1, 2, 3),
        gradients=(4, 8, 12),
        seconds=(0.1, 0.2, 0.3),
        values=(0.5, math.nan, math.inf),
    )

    assert series(curve, "loss", "gradients") == Series(label="loss", xs=(4,), ys=(0.5,))
    assert series(curve, "loss", "seconds").xs == (0.1,)


def test_seen_and_unseen_share_a_plot_and_levels_share_another_in_the_order_of_their_strength():
    names = (
        "loss",
        "lr",
        "psnr@crops:gaussian-noise sigma=10",
        "psnr@crops:gaussian-noise sigma=5",
        "psnr@crops:unseen",
        "psnr@crops:seen",
    )

    found = {chart.title: [label for _, label in chart.metrics] for chart in charts(names)}

    assert list(found) == ["psnr@crops", "psnr@crops, each degradation", "loss", "lr"]
    assert found["psnr@crops"] == ["seen", "unseen"]
    assert found["psnr@crops, each degradation"] == ["σ5", "σ10"]
    assert charts(()) == ()
