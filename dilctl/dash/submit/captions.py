"""What a form means, in sentences; pure functions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dilctl.request import Request, key_of, split_values
from dilctl.spans import spans
from storage.records import Json, Run

if TYPE_CHECKING:  # this costs pydantic and numpy, which are loaded in a thread
    from dilctl.submission import Plan, PlannedRun

_MOST_ABSENT = 5


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 run``, ``4 runs``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def meaning(request: Request, plan: "Plan", twins: Sequence[Run]) -> Iterator[str]:
    """How many runs, what each costs and needs, what is there already, what is not there."""
    runs = len(plan.runs)
    yield f"{count(runs, 'run')}{_factors(request, runs)}; {_cost(plan.runs)}"
    if twins:
        ids = [run.id for run in twins]
        are = (
            "is there already and stays as it is"
            if len(ids) == 1
            else ("are there already and stay as they are")
        )
        yield f"run{'s' * (len(ids) > 1)} {spans(ids)} {are}"
    yield f"{'each' if runs > 1 else 'it'} needs {' or '.join(_needs(plan.runs))}"
    yield from _data(plan.runs)
    absent = plan.absent
    yield from (f"absent: {sentence}" for sentence in absent[:_MOST_ABSENT])
    if len(absent) > _MOST_ABSENT:
        yield f"absent: {len(absent) - _MOST_ABSENT:,} more"


def _factors(request: Request, runs: int) -> str:
    """What is tried with what: ``: 2 rules × 3 seeds``."""
    seeds = len(request.seeds)
    swept = {key_of(each): _values(each) for each in request.sweeps}
    combinations = 1
    for values in swept.values():
        combinations *= values
    factors = [_factor(key, values) for key, values in swept.items()]
    if combinations * seeds != runs:  # a table brings its own
        factors = [count(runs // seeds, "experiment")]
    if seeds > 1:
        factors.append(count(seeds, "seed"))
    return f": {' × '.join(factors)}" if runs > 1 else ""


def _values(sweep: str) -> int:
    return len(set(split_values(sweep.partition("=")[2])))


def _factor(key: str, values: int) -> str:
    return count(values, key) if key in ("rule", "network") else f"{values:,} of {key}"


def _cost(runs: "Sequence[PlannedRun]") -> str:
    each = " each" if len(runs) > 1 else ""
    costs = {entry.gradients for entry in runs}
    known = [cost for cost in costs if cost is not None]
    if None in costs:
        return "as many gradient evaluations as their time allows"
    if len(known) == 1:
        return f"{count(known[0], 'gradient evaluation')}{each}"
    return f"{min(known):,} to {max(known):,} gradient evaluations{each}"


def _needs(runs: "Iterable[PlannedRun]") -> list[str]:
    """Of a machine, each kind of need once."""
    return list(dict.fromkeys(_need(entry.run.needs) for entry in runs))


def _need(needs: Json) -> str:
    processes, threads = int(needs.get("processes", 1)), int(needs.get("threads", 1))
    slots = count(processes * threads, "CPU slot")
    gpus = count(processes, "GPU")
    if "gpu_memory" in needs:
        size = f"{needs['gpu_memory'] / (1 << 30):.3g} GiB"
        gpus = f"{size} of {'a GPU' if processes == 1 else f'each of {gpus}'}"
    if pinned := needs.get("gpu"):
        gpus += f" (of those numbered {', '.join(map(str, pinned))})"
    match needs.get("device"):
        case "cpu":
            return slots
        case "cuda":
            return gpus
        case _:
            return f"{gpus}, where there is none {slots}"


def _data(runs: "Sequence[PlannedRun]") -> Iterator[str]:
    first = runs[0]
    trained = ", ".join(
        f"{each.what} ({count(len(each.files), 'image')})" for each in first.training
    )
    tested = ", ".join(each.name for each in first.tests)
    more = (
        ", for one"
        if any((entry.training, entry.tests) != (first.training, first.tests) for entry in runs)
        else ""
    )
    yield f"trained on {trained}, tested on {tested}{more}"
