"""Work that a pool does a little ahead of whoever takes its results, in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def ahead(
    pool: Executor, work: Callable[[Task], Result], tasks: Iterable[Task], *, most: int
) -> Iterator[Result]:
    """The results in the order of the tasks, at most so many of them kept waiting.

    A pool's own ``map`` begins all tasks at once, so that results may fill the memory.
    """
    waiting: deque[Future[Result]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
