"""What a run writes into its own log."""

import logging

from dilctl.diary import Diary
from trainers.reporter import ImageScore, Position, Scores, Silent


def at(step: int) -> Position:
    return Position(step=step, gradients=4 * step, seconds=step / 10, fraction=step / 1000)


def test_looks_and_tests_are_told_at_once_and_a_loss_when_nothing_was_said_for_long(caplog):
    caplog.set_level(logging.INFO)
    moment = 0.0
    diary = Diary(Silent(), clock=lambda: moment)
    diary.resumed(at(0))
    diary.working(at(0), "training")
    diary.measured(at(10), {"loss": 0.5, "lr": 1e-4})
    moment = 31.0
    diary.measured(at(20), {"loss": 0.25, "lr": 1e-4})
    diary.measured(at(50), {"psnr@crops:seen": 31.234, "psnr@crops:unseen": 24.5, "loss": 0.2})
    diary.working(at(50), "training")
    images = (
        ImageScore(image="a", psnr=30.0, ssim=0.9),
        ImageScore(image="b", psnr=32.0, ssim=0.9),
    )
    diary.evaluated(
        at(1000),
        Scores(
            suite="noise-levels",
            test_set="CBSD68",
            degradation="gaussian-noise sigma=50",
            standing="unseen",
            images=images,
        ),
    )
    diary.resumed(at(50))
    diary.secure()
    assert [record.getMessage() for record in caplog.records] == [
        "begins",
        "training",
        "step 20, 80 gradients, 2%: loss 0.25",
        "step 50, 200 gradients, 5%: crops seen 31.23 dB, unseen 24.50 dB",
        "tested the last weights on CBSD68, gaussian-noise sigma=50 (unseen): "
        "31.00 dB over 2 images",
        "goes on from step 50",
    ]
