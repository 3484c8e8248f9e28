"""Work spread over processes that end when this one does."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TypeVar

from trainers.data.ahead import ahead
from trainers.errors import DataError

Task = TypeVar("Task")
Result = TypeVar("Result")


@contextmanager
def spread(
    work: Callable[[Task], Result], tasks: Iterable[Task], *, workers: int
) -> Generator[Iterator[Result]]:
    """The results in the order of the tasks, which are begun a little ahead.

    Args:
        work: a function of a module; with one worker it is called here.
        tasks: what processes are sent.
        workers: processes.

    Raises:
        DataError: a process died.
    """
    if workers <= 1:
        yield map(work, tasks)
        return
    # A fork of a process with threads may hang; these also start without this process's memory.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_settle)
    try:
        yield ahead(pool, work, tasks, most=2 * workers)
    except BrokenProcessPool as error:
        raise DataError(
            "a process died, perhaps for want of memory; try again with fewer --workers"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _settle() -> None:
    """Leave Ctrl-C to the parent, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "only children settle"
    wait([parent.sentinel])
    os._exit(1)
