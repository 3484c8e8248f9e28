"""Steering: what is to become of runs that are there."""

import shutil
from collections.abc import Callable, Iterable, Sequence

from dilctl.jobs.asking import Asking
from storage.errors import RefusedError, UnknownRunError
from storage.records import Run, Wanted


class Steering(Asking):
    """What a person does to runs; what cannot be done to some is done to the others."""

    def cancel(self, runs: Sequence[int], *, who: str) -> tuple[Run, ...]:
        """Cancel queued and paused runs now, and ask that live ones be stopped."""
        return _each(runs, lambda run: self.registry.want(run, Wanted.CANCEL, who=who))

    def pause(self, runs: Sequence[int], *, who: str) -> tuple[Run, ...]:
        """Ask that live runs write a checkpoint and free their devices."""
        return _each(runs, lambda run: self.registry.want(run, Wanted.PAUSE, who=who))

    def resume(self, runs: Sequence[int], *, who: str) -> tuple[Run, ...]:
        """Queue paused runs; of live ones, withdraw the wish to pause them."""
        return _each(runs, lambda run: self.registry.resume(run, who=who))

    def retry(self, runs: Sequence[int], *, who: str) -> tuple[Run, ...]:
        """Queue failed runs; they go on from their checkpoints."""
        return _each(runs, lambda run: self.registry.retry(run, who=who))

    def set_priority(self, runs: Sequence[int], priority: int, *, who: str) -> tuple[Run, ...]:
        """Move runs in the queue."""
        return _each(runs, lambda run: self.registry.set_priority(run, priority, who=who))

    def tag(
        self, runs: Sequence[int], *, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> None:
        """Put tags on runs and take others off, all or none."""
        self.registry.tag(runs, add=add, remove=remove)

    def note(self, run: int, text: str, *, who: str) -> None:
        """Add a note to a run."""
        self.registry.note(run, text, who=who)

    def remove(self, runs: Sequence[int]) -> None:
        """Forget runs, all or none, then delete their folders.

        Raises:
            RefusedError: one of them lives, or another run waits for it.
        """
        self.registry.remove(runs)
        for run in runs:
            shutil.rmtree(self.settings.run(run).path, ignore_errors=True)


def _each(runs: Sequence[int], deed: Callable[[int], Run]) -> tuple[Run, ...]:
    """Do something to each run; those that can be changed are, whatever becomes of others.

    Raises:
        RefusedError, UnknownRunError: some could not be changed; a line for each.
    """
    done: list[Run] = []
    faults: list[RefusedError | UnknownRunError] = []
    for run in dict.fromkeys(runs):
        try:
            done.append(deed(run))
        except (RefusedError, UnknownRunError) as error:
            faults.append(error)
    if faults:
        raise type(faults[0])("\n".join(map(str, faults)))
    return tuple(done)
