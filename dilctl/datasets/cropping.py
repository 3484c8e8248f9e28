"""A folder of images cut into a folder of tiles, going on where an earlier call ended."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from dilctl.datasets import crop_record
from dilctl.datasets.crop_plan import Plan, Task, Told, Wish, clear_unfinished, images_of, plan
from dilctl.datasets.crop_record import Record
from dilctl.datasets.processes import spread
from trainers.data.cropping import Cut, cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a plan.

    Attributes:
        written: tiles.
        faults: a sentence for each image that could not be cut.
    """

    written: int
    faults: tuple[str, ...]


def look(wish: Wish, *, told: Told) -> Plan:
    """What would be done; nothing is written.

    Raises:
        DataError: the source cannot be read, or holds no image.
        UsageError: the target cannot be used.
    """
    record = crop_record.read(wish.target, source=wish.source, patch=wish.patch)
    return plan(wish, record.entries, told=told)


@contextmanager
def begun(wish: Wish, *, told: Told) -> Generator[tuple[Plan, Record]]:
    """The same, with the target made, and held so that nobody else writes there.

    Raises:
        BusyError: somebody else does.
        DataError, UsageError: as of ``look``.
    """
    images_of(wish)  # of a wrong path, no folder is made
    with crop_record.opened(wish.target, source=wish.source, patch=wish.patch) as record:
        clear_unfinished(wish)
        yield plan(wish, record.entries, told=told), record


def crop(planned: Plan, record: Record, *, workers: int, told: Told) -> Outcome:
    """Write the missing tiles.

    Raises:
        NoSpaceError: the disk is full.
        DataError: a process died.
    """
    faults: list[str] = []
    done, lost = 0, 0
    tasks = planned.tasks
    with spread(cut, _begun(tasks, record), workers=min(workers, len(tasks))) as results:
        for task, fault in zip(tasks, results, strict=True):
            if fault is None:
                record.write(task.entry)
            else:
                faults.append(fault)
                lost += len(task.cut.wanted)
            done += len(task.cut.wanted)
            told("cutting", done, planned.missing)
    return Outcome(written=done - lost, faults=tuple(faults))


def _begun(tasks: Sequence[Task], record: Record) -> Iterator[Cut]:
    """What is to be cut, each image as it begins."""
    for task in tasks:
        # Old tiles go before the record speaks of new ones: after a crash in between, none of them
        # is taken for a new one.
        for name in task.outdated:
            (task.cut.target / name).unlink(missing_ok=True)
        record.write(replace(task.entry, done=False))
        yield task.cut
