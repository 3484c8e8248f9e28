"""Finished runs with made-up scores, for tests of boards and of what is made from them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dilctl.leaderboard import Board, CropCurves, Row, boards
from storage.records import Curve, Evaluation, ImageValue, Run, Status
from trainers.degradations.kinds import GaussianNoise
from trainers.degradations.standing import standing
from trainers.experiment import Experiment
from trainers.recipe import parse_experiment

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SIX = (30.0, 31.0, 29.0, 28.0, 32.0, 30.5)
Scores = Mapping[int, Sequence[float]]
"""PSNR of each image under each noise level."""


def experiment(
    rule: str = "erm", *, is_oracle: bool = False, bias: bool = True, **train: Any
) -> Experiment:
    narrow = [{"kind": "gaussian-noise", "sigma": sigma} for sigma in (5, 20)]
    return parse_experiment(
        {
            "task": "denoise",
            "confounders": "noise-levels" if is_oracle else narrow,
            "rule": rule,
            "network": {"kind": "rrdb", "features": 24, "blocks": 2, "growth": 12, "bias": bias},
            "data": {"train": ["/somewhere/BSDS500", "/somewhere/CID22"]},
            "train": {"budget": "3200 gradients"} | train,
        }
    )


def finished(number: int, made: Experiment, *, seed: int = 1, status: Status = Status.DONE) -> Run:
    return Run(
        id=number,
        name=f"run {number}",
        experiment=made.model_dump(mode="json"),
        seed=seed,
        signature=made.signature,
        task=made.task,
        rule=made.rule.kind,
        network=made.network.kind,
        sweep=None,
        priority=0,
        after=(),
        after_any=False,
        retries=2,
        adjustments={},
        tags=(),
        needs={},
        provenance={},
        status=status,
        wanted=None,
        reason="",
        attempt=1,
        attempts_lost=0,
        step=800,
        gradients=3200,
        seconds=60.0 + number,
        fraction=1.0,
        seconds_left=None,
        activity="",
        latest={},
        host="here",
        created_at=NOON,
        started_at=NOON,
        finished_at=NOON,
        heartbeat_at=NOON,
    )


def evaluations(
    run: Run,
    scores: Scores,
    *,
    step: int = 800,
    test_set: str = "CBSD68",
    first_image: int = 0,
    weights: str = "last",
) -> list[Evaluation]:
    confounders = tuple(GaussianNoise(**each) for each in run.experiment["confounders"])
    return [
        Evaluation(
            run=run.id,
            step=step,
            suite="noise-levels",
            weights=weights,
            test_set=test_set,
            degradation=(noise := GaussianNoise(sigma=sigma)).name,
            standing=standing(noise, confounders),
            images=tuple(
                ImageValue(image=f"{first_image + i}.png", psnr=value, ssim=value / 100)
                for i, value in enumerate(values)
            ),
        )
        for sigma, values in scores.items()
    ]


def looked_at(run: int, *unseen: float, weights: str = "last") -> CropCurves:
    """A look at every step, 5 dB better under noise level 5, which is seen, than under 30."""
    levels = {5: [value + 5 for value in unseen], 30: unseen}
    steps = tuple(range(1, len(unseen) + 1))
    names = {sigma: GaussianNoise(sigma=sigma).name for sigma in levels}
    return CropCurves(
        run=run,
        weights=weights,
        psnr={
            names[sigma]: Curve(
                run=run,
                metric=names[sigma],
                steps=steps,
                gradients=tuple(4 * step for step in steps),
                seconds=tuple(map(float, steps)),
                values=tuple(values),
            )
            for sigma, values in levels.items()
        },
    )


def board_of(*runs_with_scores: tuple[Run, Scores], looks: Sequence[CropCurves] = ()) -> Board:
    """The only board of some runs."""
    runs = [run for run, _ in runs_with_scores]
    found = [e for run, scores in runs_with_scores for e in evaluations(run, scores)]
    (board,) = boards(runs, found, looks)
    return board


def row_of(board: Board, rule: str) -> Row:
    """The only row of a rule."""
    (row,) = [row for row in board.rows if row.rule == rule]
    return row


def raised(values: Sequence[float], *by: float) -> list[float]:
    """Each value raised by its own amount; a single amount raises all."""
    amounts = by * len(values) if len(by) == 1 else by
    return [value + amount for value, amount in zip(values, amounts, strict=True)]
