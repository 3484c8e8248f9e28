"""Submitting: from a request to runs that wait in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dilctl.jobs.door import Door, who
from storage.records import NewRun, Run

if TYPE_CHECKING:  # these cost pydantic, which `dilctl runs` does without
    from dilctl.request import Request
    from dilctl.submission import Packing, Plan, PlannedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What became of a request.

    Attributes:
        queued: now; already: twins that were there before.
        absent: what a table names that is not there, a sentence each.
    """

    queued: tuple[Run, ...]
    already: tuple[Run, ...]
    absent: tuple[str, ...] = ()


class Submitting(Door):
    """What a person wants to be trained."""

    def plan(self, request: "Request", *, here: Path | None = None) -> "Plan":
        """The runs that a request means, fully validated; writes nothing.

        Of training images the headers are read; only ``submit`` decodes them.
        """
        from dilctl import submission

        plan = submission.plan(request, here=here or Path.cwd())
        submission.examine_headers(plan.runs)
        return plan

    def twins(self, planned: "Sequence[PlannedRun]") -> tuple[Run, ...]:
        """Runs of equal signature and seed that are done, live or waiting; creates nothing."""
        if not self.settings.has_registry:
            return ()
        found = self.registry.twins([_key(entry.run) for entry in planned])
        return tuple(sorted(found.values(), key=lambda run: run.id))

    def submit(
        self, request: "Request", *, packing: "Packing | None" = None, here: Path | None = None
    ) -> Submission:
        """Queue what is not there yet: one transaction, all runs or none.

        What another process queues between the look and the transaction is not queued again.
        """
        from dilctl import code, submission

        self.require_own_home()
        plan = submission.plan(request, here=here or Path.cwd())
        planned = plan.runs
        already = () if request.again else self.twins(planned)
        there = {(run.signature, run.seed) for run in already}
        fresh = planned if request.again else _without(planned, there)
        if not fresh:
            return Submission(queued=(), already=already, absent=plan.absent)
        submission.decode(fresh, self.settings.packed, packing)
        source = code.snapshot(self.settings.code)
        provenance = {**fresh[0].run.provenance, "code": source}  # one for all, so written once
        runs = [replace(entry.run, provenance=provenance) for entry in fresh]
        queued = self.registry.submit(runs, who=who(), repeat=request.again)
        if len(queued) < len(runs):
            fresh = {(run.signature, run.seed) for run in queued}
            already = tuple(run for run in self.twins(planned) if _key(run) not in fresh)
        return Submission(queued=queued, already=already, absent=plan.absent)

    def recipes(self) -> tuple[tuple[str, str], ...]:
        """Shipped recipes: (name, first sentence)."""
        from dilctl.describe import summary
        from trainers.recipe import recipe_names

        return tuple((name, summary(name)) for name in recipe_names())


def _without(
    planned: "Sequence[PlannedRun]", there: set[tuple[str, int]]
) -> "tuple[PlannedRun, ...]":
    """The planned runs that are not there; of those that a sweep names twice, the first."""
    first = {_key(entry.run): entry for entry in reversed(planned)}
    return tuple(
        entry
        for entry in planned
        if first[_key(entry.run)] is entry and _key(entry.run) not in there
    )


def _key(run: NewRun | Run) -> tuple[str, int]:
    return run.signature, run.seed
