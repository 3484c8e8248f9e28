"""Runs as the registry would tell of them, without a registry."""

from dataclasses import replace
from datetime import timedelta

from storage.records import Run, Status
from tests.dilctl.seeded import NOW


def a_run(number: int, status: Status, **changes: object) -> Run:
    rule = "erm" if number % 2 else "dil-sf"
    run = Run(
        id=number,
        name=f"denoise-small {rule}",
        experiment={"task": "denoise", "rule": {"kind": rule}},
        seed=(number + 1) // 2,
        signature=f"{number:016d}",
        task="denoise",
        rule=rule,
        network="rrdb",
        sweep=None,
        priority=0,
        needs={},
        provenance={},
        status=status,
        wanted=None,
        reason="",
        attempt=0 if status is Status.QUEUED else 1,
        attempts_lost=0,
        step=0,
        gradients=0,
        seconds=0.0,
        fraction=0.0,
        seconds_left=None,
        activity="",
        latest={},
        host=None if status is Status.QUEUED else "bench",
        created_at=NOW - timedelta(minutes=50 - number),
        started_at=None,
        finished_at=None,
        heartbeat_at=None,
        after=(),
        after_any=False,
        retries=2,
        adjustments={},
        tags=(),
    )
    return replace(run, **changes)
