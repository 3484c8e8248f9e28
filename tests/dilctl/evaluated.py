"""Finished runs with made-up scores, for tests of boards and of what is made from them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from storage.records import Evaluation, ImageValue, Run, Status
from trainers.degradations.kinds import GaussianNoise, standing
from trainers.experiment import Experiment
from trainers.recipe import parse_experiment

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
Scores = Mapping[int, Sequence[float]]
"""PSNR of each image under each noise level."""


def experiment(rule: str = "erm", **train: Any) -> Experiment:
    return parse_experiment(
        {
            "task": "denoise",
            "confounders": [{"kind": "gaussian-noise", "sigma": sigma} for sigma in (5, 20)],
            "rule": rule,
            "network": {"kind": "rrdb", "features": 24, "blocks": 2, "growth": 12},
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
    run: Run, scores: Scores, *, step: int = 800, test_set: str = "CBSD68", first_image: int = 0
) -> list[Evaluation]:
    confounders = tuple(GaussianNoise(**each) for each in run.experiment["confounders"])
    return [
        Evaluation(
            run=run.id,
            step=step,
            suite="noise-levels",
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
