"""Leaderboards as a screen gets them, without runs behind them."""

from dilctl.leaderboard import Board, Cell, Estimate, Row


def an_estimate(mean: float, half: float) -> Estimate:
    return Estimate(mean=mean, low=mean - half, high=mean + half)


def a_board(test_set: str) -> Board:
    unseen = [f"gaussian-noise sigma={sigma}" for sigma in (25, 30, 35, 40, 45, 50)]

    def row(rule: str, base: float, gain: Estimate | None, verdict: str) -> Row:
        cells = tuple(
            Cell(
                degradation=name,
                standing="unseen",
                psnr=an_estimate(base + 3 - index, 0.4),
                ssim=0.7,
            )
            for index, name in enumerate(unseen)
        )
        return Row(
            label=f"{rule} rrdb 24×2×12",
            rule=rule,
            network="rrdb 24×2×12",
            budget="3200 gradients",
            seeds=(1, 2),
            runs=(1, 2),
            images=68,
            cells=cells,
            seen=an_estimate(32.11, 0.5),
            unseen=an_estimate(base, 0.45),
            seed_range=(base - 0.1, base + 0.1),
            worst=cells[-1],
            gain=gain,
            verdict=verdict,
            gradients=3200,
            seconds=61.0,
        )

    return Board(
        task="denoise",
        suite="noise-levels",
        test_set=test_set,
        images=68,
        confounders=tuple(f"gaussian-noise sigma={sigma}" for sigma in (5, 10, 15, 20)),
        degradations=(
            *((f"gaussian-noise sigma={sigma}", "seen") for sigma in (5, 10, 15, 20)),
            *((name, "unseen") for name in unseen),
        ),
        rows=(
            row("dil-sf", 25.82, an_estimate(0.12, 0.14), "undecided"),
            row("erm", 25.70, None, "baseline"),
        ),
        notes=("Means of 2 seeds; below five seeds no interval over seeds is shown.",),
    )
