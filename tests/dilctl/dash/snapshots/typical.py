"""What ``tests.dilctl.seeded`` has, and a sweep on a second machine: a week's work."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dilctl.settings import Settings
from storage.records import (
    AgentBeat,
    Evaluation,
    ImageValue,
    Json,
    NewRun,
    Points,
    Process,
    Progress,
    Status,
)
from storage.registry import Registry
from tests.dilctl import seeded
from tests.dilctl.seeded import IMAGES, LEVELS, NOW, SEEN

WHO = "ada@bench"
GIGABYTE = 1_000_000_000
SWEEP = "learning rates"


def ticking(start: datetime, seconds: int = 1) -> Iterator[datetime]:
    """One moment after the other."""
    while True:
        start += timedelta(seconds=seconds)
        yield start


def fill(settings: Settings) -> None:
    """Runs 9 to 14: a sweep of which two are done, two run on ``tower``, two wait."""
    seeded.fill(settings)
    moments = ticking(NOW - timedelta(minutes=12))
    with Registry.open(settings.home / "registry.db", now=lambda: next(moments)) as registry:
        registry.submit([*_sweep()], who=WHO)
        for run in (9, 10):
            attempt = start(registry, run, gpu=run - 9)
            registry.write(run, attempt, [*points(0.4 + 0.1 * run)], scores(run, 0.2))
            finish(registry, run, attempt)
        lose(registry, 11)
        for run in (11, 12):
            attempt = start(registry, run, gpu=run - 11)
            registry.write(run, attempt, [*points(0.1), *_of_the_machine(0.4)], [])
            registry.heartbeat(run, attempt, progress(0.4))
        registry.explain_waits({13: "waits for a GPU: 2 of 2 on tower are taken"})
        registry.write(7, 1, [*_of_the_machine(0.5)], [])
        registry.heartbeat(7, 1, progress(0.5))
        registry.tag([2, 4], add=["best", "paper"])
        registry.tag([13], add=["später"])
        registry.note(4, "Steady from 1,600 gradients on; goes into table 2.", who=WHO)
        beat(registry, "bench", gpus=0)
        beat(registry, "tower", gpus=2, draining=True)


def _sweep() -> Iterator[NewRun]:
    for number, rate in enumerate(("1e-3", "5e-4", "2e-4")):
        for seed in (1, 2):
            run = seeded.new_run("dil-ps", seed, name=f"denoise-small train.lr={rate}")
            train = {**run.experiment["train"], "lr": float(rate)}
            yield replace(
                run,
                experiment={**run.experiment, "train": train},
                signature=f"{run.signature}{number}",
                sweep=SWEEP,
                after=(12,) if rate == "2e-4" and seed == 2 else (),
                needs={**run.needs, "device": "cuda"},
            )


def start(registry: Registry, run: int, *, host: str = "tower", gpu: int | None = None) -> int:
    """Begin an attempt; its number."""
    attempt = registry.claim(run, host)
    assert attempt is not None
    process = Process(pid=5000 + run, started=1.0, boot="boot")
    devices: dict[str, Any] = {"slots": 1, "gpus": [] if gpu is None else [gpu]}
    registry.record_processes(run, attempt.number, [process], devices)
    registry.running(run, attempt.number)
    return attempt.number


def finish(registry: Registry, run: int, attempt: int) -> None:
    """End a run as done, after its last sign of life."""
    registry.heartbeat(run, attempt, progress(1.0))
    registry.finish(run, attempt, Status.DONE, reason="", outcome="done", who="agent on tower")


def lose(registry: Registry, run: int) -> None:
    """A first attempt that went wrong."""
    registry.requeue(
        run,
        start(registry, run, gpu=0),
        reason="out of memory on GPU 0; goes on with a micro-batch of 4",
        outcome="out of memory",
        lost=True,
        adjustments={"micro_batch": 4},
        who="agent on tower",
    )


def progress(share: float) -> Progress:
    """How far a run of a minute has come."""
    return Progress(
        step=int(800 * share),
        gradients=int(3200 * share),
        seconds=60 * share,
        fraction=share,
        seconds_left=60 * (1 - share),
        activity="" if share == 1 else "training",
    )


def points(slope: float, looks: int = 16) -> Iterator[Points]:
    """A loss that falls, and quality that rises to its end."""
    for look in range(1, looks + 1):
        gained = 1 - 0.5 ** (look * (1 + slope) / 4)
        yield Points(
            step=50 * look,
            gradients=200 * look,
            seconds=4.0 * look,
            values={
                "loss": 0.4 * (1 - gained) + 0.03,
                "psnr@crops:seen": 15 + 17.5 * gained,
                "psnr@crops:unseen": 15 + 10.1 * gained + slope,
            },
        )


def _of_the_machine(share: float) -> Iterator[Points]:
    for step in range(0, int(800 * share), 20):
        values = {
            "system:cpu": 0.9 + 0.1 * (step % 3),
            "system:memory": 1.2 + step / 800,
            "system:gpu 0": 0.8 + 0.05 * (step % 4),
            "system:gpu-memory 0": 11.5,
            "speed:examples": 410.0 + step % 7,
        }
        yield Points(step=step + 1, gradients=4 * step + 4, seconds=step / 12, values=values)


def scores(run: int, bonus: float) -> list[Evaluation]:
    """Every level on two test sets."""
    return [
        Evaluation(
            run=run,
            step=800,
            suite="noise-levels",
            test_set=test_set,
            degradation=f"gaussian-noise sigma={sigma}",
            standing="seen" if sigma in SEEN else "unseen",
            images=images(36.0 - 0.28 * sigma + bonus),
        )
        for test_set in ("CBSD68", "Kodak24")
        for sigma in LEVELS
    ]


def images(psnr: float) -> Sequence[ImageValue]:
    """Six images around a mean."""
    return tuple(
        ImageValue(image=image, psnr=psnr + index - 2.5, ssim=0.8)
        for index, image in enumerate(IMAGES)
    )


def beat(registry: Registry, host: str, *, gpus: int, draining: bool = False) -> None:
    """A sign of life of an agent, half a minute ago."""
    registry.beat(
        AgentBeat(
            host=host,
            pid=4100,
            boot="boot",
            slots=8,
            gpus=tuple(_gpu(index) for index in range(gpus)),
            draining=draining,
            started_at=NOW - timedelta(hours=30),
            heartbeat_at=NOW - timedelta(seconds=30),
            vitals=vitals(gpus=gpus),
        )
    )


def vitals(*, gpus: int) -> Json:
    """How a machine fares."""
    return {
        "cores": 16,
        "busy": 5.5,
        "load": 6.25,
        "memory_total": 64 * GIGABYTE,
        "memory_free": 41 * GIGABYTE,
        "disk_total": 1000 * GIGABYTE,
        "disk_free": 212 * GIGABYTE,
        "gpus": [_gpu(index) for index in range(gpus)],
    }


def _gpu(index: int) -> Json:
    return {
        "index": index,
        "name": "NVIDIA H200",
        "uuid": f"GPU-{index}",
        "memory_total": 141 * GIGABYTE,
        "memory_free": (130 - 40 * index) * GIGABYTE,
        "utilisation": 0.87 - 0.3 * index,
        "temperature": 61 + index,
        "power": 540,
        "power_limit": 700,
    }
