"""Runs, points and evaluations to try the registry with, and ways into every status."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.records import Evaluation, ImageValue, NewRun, Points, Progress, Status, Wanted
from storage.registry import Registry


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 8, 0, 0, 250_001, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def a_run(seed: int = 1, **changes: Any) -> NewRun:
    values: dict[str, Any] = {
        "name": "denoise-small",
        "experiment": {"task": "denoise", "train": {"batch": 8}},
        "seed": seed,
        "signature": "abc",
        "task": "denoise",
        "rule": "erm",
        "network": "rrdb",
        "needs": {"processes": 1},
        "provenance": {"commit": "0123", "diff": "- a\n+ b"},
    }
    return NewRun(**{**values, **changes})


def submitted(registry: Registry, **changes: Any) -> int:
    return registry.submit([a_run(**changes)], who="ada")[0].id


def progress(step: int) -> Progress:
    return Progress(
        step=step,
        gradients=4 * step,
        seconds=step / 10,
        fraction=0.25,
        seconds_left=30.0,
        activity="training",
    )


def finish(registry: Registry, run: int, status: Status, attempt: int = 1) -> None:
    registry.finish(run, attempt, status, reason=f"it is {status}", outcome=status, who="agent")


def requeue(registry: Registry, run: int, attempt: int = 1, *, lost: bool = True) -> None:
    registry.requeue(run, attempt, reason="it vanished", outcome="lost", lost=lost, who="agent")


def running(registry: Registry, **changes: Any) -> int:
    run = submitted(registry, **changes)
    registry.claim(run, "box")
    registry.running(run, 1)
    return run


def bring_to(registry: Registry, status: Status) -> int:
    """A new run that has come to a status by a lawful way."""
    run = submitted(registry)
    if status is Status.CANCELLED:
        registry.want(run, Wanted.CANCEL, who="ada")
    elif status is not Status.QUEUED:
        registry.claim(run, "box")
        if status is not Status.STARTING:
            registry.running(run, 1)
            if status is not Status.RUNNING:
                finish(registry, run, status)
    return run


def points(*steps: int, **values: Callable[[int], float] | float) -> list[Points]:
    return [
        Points(
            step=step,
            gradients=4 * step,
            seconds=step / 10,
            values={n: v(step) if callable(v) else v for n, v in values.items()},
        )
        for step in steps
    ]


def evaluation(run: int, step: int, **changes: Any) -> Evaluation:
    values: dict[str, Any] = {
        "suite": "noise-levels",
        "test_set": "bundled",
        "degradation": "gaussian-noise sigma=30",
        "standing": "unseen",
        "images": (
            ImageValue(image="moon.png", psnr=30.0 + step, ssim=0.9),
            ImageValue(image="chelsea.png", psnr=28.0, ssim=0.8),
        ),
    }
    return Evaluation(run=run, step=step, **{**values, **changes})
