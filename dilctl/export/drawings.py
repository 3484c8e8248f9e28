"""What a board shows as charts: quality against level, and seen against unseen quality."""

from collections.abc import Callable, Sequence

from dilctl.export.chart import Axes, Chart, Point, Series, chart
from dilctl.leaderboard import Board
from dilctl.leaderboard.curves import LevelCurve, LevelCurves
from dilctl.leaderboard.tradeoff import Trail

# The first looks lie so far below all others that these would shrink to a point.
_EARLY = 1 / 4
_SIGNS = {"gaussian-noise sigma": "σ of Gaussian noise"}


def level_charts(curves: LevelCurves) -> tuple[Chart, ...]:
    """PSNR against level; and minus that of ERM with intervals, if any row is compared with it.

    Without the second, curves a tenth of a decibel apart look the same.
    """
    level = _level(curves)
    said = (
        ("PSNR", f"PSNR in dB against {level}, a line for each row of the table.", "PSNR in dB"),
        (
            "PSNR minus that of ERM",
            f"The same minus that of ERM, in dB, against {level}, paired over images, "
            "with 95 % intervals.",
            "Δ to ERM in dB",
        ),
    )
    series = (_series(curves.curves, _absolute), _series(curves.curves, _to_erm))
    ticks = tuple(sorted({p.level for each in curves.curves for p in each.points}))
    trained = (curves.seen[0], curves.seen[-1]) if curves.seen else None
    return tuple(
        chart(
            Axes(
                title=f"{title} against {level}",
                description=description,
                x=level,
                y=y,
                trained=trained,
                ticks=ticks,
                has_zero=own is series[1],
            ),
            own,
        )
        for (title, description, y), own in zip(said, series, strict=True)
        if any(each.points for each in own)
    )


def trade_off_chart(board: Board, trails: Sequence[Trail]) -> Chart | None:
    """Unseen against seen PSNR through training; None without seen degradations.

    The rows look as in the charts of their board.
    """
    places = {row.label: place for place, row in enumerate(board.rows)}
    series = [_trail(places[trail.label], trail) for trail in trails if trail.looks.seen]
    if not series:
        return None
    return chart(
        Axes(
            title="Unseen against seen PSNR through training",
            description="A line for each seed of each row, from look to look at validation crops; "
            "its end is marked. The first quarter of the steps is left out.",
            x="seen PSNR in dB",
            y="unseen PSNR in dB",
        ),
        series,
    )


def _level(curves: LevelCurves) -> str:
    named = f"{curves.kind} {curves.parameter}"
    return f"{_SIGNS.get(named, named)} {curves.convention}".strip()


def _series(
    curves: Sequence[LevelCurve], points: Callable[[LevelCurve], tuple[Point, ...]]
) -> list[Series]:
    return [
        Series(number=number, label=curve.label, points=points(curve))
        for number, curve in enumerate(curves)
    ]


def _absolute(curve: LevelCurve) -> tuple[Point, ...]:
    return tuple(Point(x=point.level, y=point.psnr.mean) for point in curve.points)


def _to_erm(curve: LevelCurve) -> tuple[Point, ...]:
    return tuple(
        Point(x=p.level, y=p.to_erm.mean, low=p.to_erm.low, high=p.to_erm.high)
        for p in curve.points
        if p.to_erm
    )


def _trail(number: int, trail: Trail) -> Series:
    looks = trail.looks
    settled = tuple(
        Point(x=seen, y=unseen)
        for step, seen, unseen in zip(looks.steps, looks.seen or (), looks.unseen, strict=True)
        if step >= _EARLY * looks.steps[-1]
    )
    return Series(
        number=number,
        label=trail.label,
        detail=f", seed {trail.seed}",
        points=settled,
        is_trail=True,
    )
