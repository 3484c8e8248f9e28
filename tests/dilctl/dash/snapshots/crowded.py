"""A registry of 400 runs: eight live ones, nasty names, sixty metrics, twelve rows on the board."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

from dilctl.settings import Settings
from storage.records import Evaluation, NewRun, Past, Points, Status, Wanted
from storage.registry import Registry
from tests.dilctl import seeded
from tests.dilctl.dash.snapshots.typical import (
    WHO,
    beat,
    images,
    points,
    progress,
    scores,
    start,
    ticking,
)
from tests.dilctl.seeded import NOW
from trainers.recipe import apply_assignment, parse_experiment, read_settings

RUNS, LIVE, FAILED, PAUSED, CANCELLED, WAITING = 400, 8, 20, 4, 10, 14
RULES = ("erm", "dil-sf", "dil-pf", "dil-ss", "dil-ps", "group-dro")
NETWORKS = ("rrdb", "swinir")
LEVELS = ("poisson-noise alpha=2", "speckle-noise variance=0.02", "jpeg quality=10")
NAMES = (
    seeded.NASTY,
    "a name that goes on and on " * 8,
    "去噪实验 – 第三轮 · ノイズ除去",
    "שלום עולם (right to left)",
    "👩‍🔬 é combining é \u200b zero width",
    "two\nlines\tand a tab\x00",
    "$(rm -rf ~) `date` \\u001b]52;c;Zm9v\x07",
    "x",
)


def fill(settings: Settings) -> None:
    """Runs 1 to 24 are on the board; the last ones live, wait, failed, pause or were cancelled."""
    moments = ticking(NOW - timedelta(hours=1))
    with Registry.open(settings.home / "registry.db", now=lambda: next(moments)) as registry:
        adopted = RUNS - LIVE - FAILED - PAUSED - CANCELLED - WAITING
        for number, run in enumerate(_done(adopted), start=1):
            past = Past(host="tower", step=800, gradients=3200, seconds=60.0 + number)
            registry.adopt(run, past, who=WHO, bring=lambda _: None)
        for number in range(1, 2 * len(RULES) * len(NETWORKS) + 1):
            registry.add_evaluations(
                number, [*scores(number, number / 20), *_others(number)], who="ada"
            )
        _steer(registry, adopted)
        beat(registry, "bench", gpus=0)
        for tower in range(5):
            beat(registry, f"tower-{tower}.a-long-name.cluster.example.org", gpus=8)
        registry.tag(range(1, 40), add=["paper", "[b]old[/b]", "ünïcode " * 4])
        registry.note(adopted + 1, "first line\n\x1b[31msecond line\n" + "long " * 60, who=WHO)


def _steer(registry: Registry, adopted: int) -> None:
    """The runs after those that are done, by what becomes of them."""
    names = [NAMES[number % len(NAMES)] for number in range(RUNS - adopted)]
    rest = [_named("dil-sf", seed, name) for seed, name in enumerate(names, start=1)]
    numbers = iter([run.id for run in registry.submit(rest, who=WHO)])
    for _ in range(LIVE):
        _train(registry, next(numbers))
    for status, count in ((Status.FAILED, FAILED), (Status.PAUSED, PAUSED)):
        for _ in range(count):
            run = next(numbers)
            attempt = start(registry, run, host="bench")
            reason = "CUDA error: [red]an illegal memory access[/] was encountered\n" * 3
            registry.finish(run, attempt, status, reason=reason, outcome="died", who=WHO)
    for _ in range(CANCELLED):
        registry.want(next(numbers), Wanted.CANCEL, who=WHO)
    registry.explain_waits(dict.fromkeys(numbers, "waits for 8 GPUs on one machine: 3 are free"))


def _train(registry: Registry, run: int) -> None:
    attempt = start(registry, run, host="bench", gpu=run % 8)
    share = (run % 8 + 1) / 10
    registry.write(run, attempt, [*points(share), _sixty(share)], [])
    registry.heartbeat(run, attempt, progress(share))


def _sixty(share: float) -> Points:
    """Values of sixty metrics, two of which are no numbers."""
    values = {f"gradient norm/trunk.{layer:02}.weight": share * layer for layer in range(57)}
    odd = {"nan": float("nan"), "inf": float("inf"), "[bold]markup[/] \x1b[31m": 1.0}
    return Points(step=820, gradients=3280, seconds=70.0, values=values | odd)


def _done(count: int) -> Iterator[NewRun]:
    """Every rule on every network with two seeds, first; then more of the same."""
    every = list(product(RULES, NETWORKS, (1, 2)))
    made = {pair: _trained(*pair) for pair in product(RULES, NETWORKS)}
    for number in range(count):
        rule, network, seed = every[number % len(every)]
        run = made[rule, network]
        sweep = None if number < len(every) else f"sweep {number // 50}"
        yield replace(run, seed=seed + 2 * (number // len(every)), sweep=sweep)


def _trained(rule: str, network: str) -> NewRun:
    settings = read_settings("denoise-small")
    apply_assignment(settings, f"rule={rule}")
    apply_assignment(settings, f"network={network}")
    experiment = parse_experiment(settings)
    return replace(
        _named(rule, 1, f"denoise-small rule={rule} network={network}"),
        experiment=experiment.model_dump(mode="json"),
        signature=experiment.signature,
        network=network,
    )


def _named(rule: str, seed: int, name: str) -> NewRun:
    return seeded.new_run(rule, seed, name=name)


def _others(run: int) -> list[Evaluation]:
    """Other types of noise, on the same images."""
    return [
        Evaluation(
            run=run,
            step=800,
            suite="noise-types",
            test_set="CBSD68",
            degradation=degradation,
            standing="unseen",
            images=images(24.0 + run / 10),
        )
        for degradation in LEVELS
    ]
