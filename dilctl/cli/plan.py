"""What ``dilctl submit --dry-run`` prints: the runs that would be queued."""

import sys
from typing import TYPE_CHECKING, Any

from dilctl.cli import output, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dilctl.jobs import Jobs
    from dilctl.request import Request
    from dilctl.submission import Plan, PlannedRun

_SHOWN_AT_MOST = 20


def print_plan(jobs: "Jobs", request: "Request", *, as_json: bool) -> None:
    """Say what a request means; nothing is written."""
    plan = jobs.plan(request)
    twins = () if request.again else jobs.twins(plan.runs)
    there = {(run.signature, run.seed): run.id for run in twins}
    rows = [(entry, there.get((entry.run.signature, entry.run.seed))) for entry in plan.runs]
    if as_json:
        output.write_json([_plan_json(entry, twin) for entry, twin in rows])
        for absent in plan.absent:
            output.say(f"absent: {absent}")
        return
    fresh = sum(twin is None for _, twin in rows)
    output.write(f"{words.many(fresh, 'run')} would be queued; nothing was written.")
    _write_data(plan)
    common = set.intersection(*(set(entry.differences) for entry, _ in rows))
    output.write("settings that differ from the defaults:")
    for difference in plan.runs[0].differences:
        if difference in common:
            output.write(f"  {output.cell(difference)}")
    shown = _SHOWN_AT_MOST if sys.stdout.isatty() else len(rows)
    for entry, twin in rows[:shown]:
        output.write(_plan_line(entry, twin, common))
    if len(rows) > shown:
        output.write(f"... and {len(rows) - shown:,} more; --json or a pipe gives them all")


def _write_data(plan: "Plan") -> None:
    """The folders of all runs, each list of them once."""
    trained = (((i.what, len(i.files)) for i in entry.training) for entry in plan.runs)
    tested = (((t.name, len(t.files)) for t in entry.tests) for entry in plan.runs)
    for found in dict.fromkeys(map(_found, trained)):
        output.write(f"train on: {found}")
    for found in dict.fromkeys(map(_found, tested)):
        output.write(f"test on:  {found}")
    for absent in plan.absent:
        output.write(output.cell(f"absent:   {absent}"))


def _found(sources: "Iterable[tuple[str, int]]") -> str:
    return ", ".join(
        f"{output.cell(what)} ({words.many(images, 'image')})" for what, images in sources
    )


def _plan_line(entry: "PlannedRun", twin: int | None, common: set[str]) -> str:
    swept = {word.partition("=")[0] for word in entry.words}
    own = [
        difference
        for difference in entry.differences
        if difference not in common and difference.partition("=")[0] not in swept
    ]
    if entry.gradients is None:
        cost = "as many gradient evaluations as its time allows"
    else:
        cost = words.many(entry.gradients, "gradient evaluation")
    there = "" if twin is None else f" · already there as run {twin}"
    return output.cell(" · ".join([*entry.words, *own, f"seed {entry.run.seed}", cost]) + there)


def _plan_json(entry: "PlannedRun", twin: int | None) -> dict[str, Any]:
    return {
        "name": entry.run.name,
        "seed": entry.run.seed,
        "signature": entry.run.signature,
        "already": twin,
        "gradients": entry.gradients,
        "differences": list(entry.differences),
        "training": [_images(images.what, len(images.files)) for images in entry.training],
        "tests": [_images(test_set.name, len(test_set.files)) for test_set in entry.tests],
        "absent": list(entry.absent),
        "needs": output.plain(entry.run.needs),
        "experiment": output.plain(entry.run.experiment),
    }


def _images(source: str, images: int) -> dict[str, Any]:
    return {"source": source, "images": images}
