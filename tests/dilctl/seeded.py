"""A real registry with a typical set of runs, curves, evaluations and a log."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dilctl.settings import Settings
from storage.records import (
    Evaluation,
    ImageValue,
    NewRun,
    Points,
    Progress,
    Run,
    Status,
    Wanted,
)
from storage.registry import Registry
from trainers.recipe import apply_assignment, parse_experiment, read_settings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NASTY = "[bold red]not bold[/] \x1b[31mnot red"
LEVELS = range(5, 55, 5)
SEEN = (5, 10, 15, 20)
IMAGES = ("astronaut.png", "camera.png", "chelsea.png", "coffee.png", "moon.png", "rocket.png")
LOG = "\n".join(f"step {step}: loss {0.4 / step:.4f}" for step in range(10, 410, 10))


def fill(settings: Settings) -> tuple[Run, ...]:
    """Fill the registry of an empty home.

    Runs 1 to 4 are done (``erm`` and ``dil-sf``, seeds 1 and 2) and evaluated on two test sets,
    5 failed, 6 was cancelled, 7 runs half way on host ``bench``, 8 waits and is called ``NASTY``.

    Returns:
        The runs, run 1 first.
    """
    template, runs = _filled()
    shutil.copytree(template.name, settings.home, dirs_exist_ok=True)
    return runs


@cache
def _filled() -> tuple[TemporaryDirectory[str], tuple[Run, ...]]:
    """A home that is copied, since filling one takes longer than most tests of it."""
    folder = TemporaryDirectory()
    settings = Settings(Path(folder.name))
    moment = NOW - timedelta(hours=1)

    def clock() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=10)
        return moment

    with Registry.open(settings.home / "registry.db", now=clock) as registry:
        _fill(registry)
        found = registry.runs()
    log = settings.run(7).log
    log.parent.mkdir(parents=True)
    log.write_text(LOG, encoding="utf-8")
    return folder, tuple(sorted(found, key=lambda run: run.id))


def _fill(registry: Registry) -> None:
    rules = (("erm", 1), ("dil-sf", 1), ("erm", 2), ("dil-sf", 2))
    registry.submit([new_run(rule, seed) for rule, seed in rules], who="ada@bench")
    others = (("erm", 3), ("dil-sf", 3), ("dil-sf", 4))
    registry.submit([new_run(rule, seed) for rule, seed in others], who="ada@bench")
    registry.submit([new_run("dil-sf", 5, name=NASTY)], who="ada@bench")
    for number, (rule, seed) in enumerate(rules, start=1):
        _finish(registry, number, _evaluations(number, rule, seed))
    attempt = _start(registry, 5, share=0.3)
    registry.finish(
        5,
        attempt,
        Status.FAILED,
        reason="the loss is no longer a number after step 120",
        outcome="diverged",
        who="agent on bench",
    )
    registry.requeue(
        6,
        _start(registry, 6, share=0.1),
        reason="its process vanished",
        outcome="lost",
        lost=True,
        who="agent on bench",
    )
    registry.want(6, Wanted.CANCEL, who="ada@bench")
    _start(registry, 7, share=0.5)
    registry.explain_waits({8: "waits for 2 CPU slots: 1 of 2 is free"})


def new_run(rule: str, seed: int, *, name: str | None = None) -> NewRun:
    """A run of the recipe ``denoise-small``."""
    settings = read_settings("denoise-small")
    apply_assignment(settings, f"rule={rule}")
    experiment = parse_experiment(settings)
    return NewRun(
        name=name or f"denoise-small {rule}",
        experiment=experiment.model_dump(mode="json"),
        seed=seed,
        signature=experiment.signature,
        task="denoise",
        rule=rule,
        network="rrdb",
        needs={"processes": 1, "threads": 1, "device": "cpu"},
    )


def _start(registry: Registry, run: int, *, share: float) -> int:
    attempt = registry.claim(run, "bench")
    assert attempt is not None
    registry.running(run, attempt.number)
    registry.write(run, attempt.number, _points(share), [])
    spent = int(3200 * share)
    progress = Progress(
        step=spent // 4,
        gradients=spent,
        seconds=60 * share,
        fraction=share,
        seconds_left=60 * (1 - share),
        activity="training",
    )
    registry.heartbeat(run, attempt.number, progress)
    return attempt.number


def _finish(registry: Registry, run: int, evaluations: Sequence[Evaluation]) -> None:
    attempt = _start(registry, run, share=1.0)
    registry.write(run, attempt, [], evaluations)
    registry.finish(run, attempt, Status.DONE, reason="", outcome="done", who="agent on bench")


def _points(share: float) -> list[Points]:
    """A look every 200 gradient evaluations, quality approaching its end."""
    looks = range(200, int(3200 * share) + 1, 200)
    return [_look(gradients, 1 - 0.5 ** (gradients / 800)) for gradients in looks]


def _look(gradients: int, gained: float) -> Points:
    def level(sigma: int) -> float:
        return 15.0 + gained * (21.0 - 0.28 * sigma)

    unseen = [level(sigma) for sigma in LEVELS if sigma not in SEEN]
    values = {
        "loss": 0.4 * (1 - gained) + 0.03,
        "psnr@crops:seen": sum(map(level, SEEN)) / len(SEEN),
        "psnr@crops:unseen": sum(unseen) / len(unseen),
        **{f"psnr@crops:gaussian-noise sigma={sigma}": level(sigma) for sigma in LEVELS},
    }
    return Points(step=gradients // 4, gradients=gradients, seconds=gradients / 50, values=values)


def _evaluations(run: int, rule: str, seed: int) -> list[Evaluation]:
    bonus = {"erm": 0.0, "dil-sf": 0.3}[rule] + 0.05 * seed
    return [
        Evaluation(
            run=run,
            step=800,
            suite="noise-levels",
            test_set=test_set,
            degradation=f"gaussian-noise sigma={sigma}",
            standing="seen" if sigma in SEEN else "unseen",
            images=tuple(
                ImageValue(image=image, psnr=36.0 - 0.28 * sigma + bonus + index, ssim=0.8)
                for index, image in enumerate(IMAGES)
            ),
        )
        for test_set in ("CBSD68", "Kodak24")
        for sigma in LEVELS
    ]
