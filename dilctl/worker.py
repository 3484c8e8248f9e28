"""The process that carries out one order, under torchrun: where trainer and registry meet."""

import ctypes
import errno
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dilctl.consumption import Consumption
from dilctl.diary import Diary
from dilctl.order import Ended, Order, Outcome
from dilctl.recorder import Recorder
from dilctl.settings import DATABASE, Settings
from dilctl.shortage import is_out_of_memory
from storage.registry import Registry
from trainers.errors import DivergedError, TrainerError
from trainers.experiment import Experiment
from trainers.recipe import parse_experiment
from trainers.reporter import Reporter

if TYPE_CHECKING:  # importing PyTorch takes seconds, in which a signal may already come
    from trainers.loop import Ending

_PR_SET_PDEATHSIG = 1


class Train(Protocol):
    """What a worker calls to train."""

    def __call__(
        self,
        experiment: Experiment,
        order: Order,
        reporter: Reporter | None,
        should_stop: Callable[[], bool],
    ) -> str:
        """Train until the end or until asked to stop; returns ``done`` or ``interrupted``."""
        ...


def main(arguments: list[str]) -> None:
    """Carry out the order in the file that is named."""
    (path,) = arguments
    die_with_parent(path)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    carry_out(Order.read(Path(path)), rank=int(os.environ["RANK"]), stopping=stopping, train=train)


def carry_out(order: Order, *, rank: int, stopping: threading.Event, train: Train) -> None:
    """Train as ordered, and leave a word on how it ended.

    Args:
        order: what to do.
        rank: number of this process among those of the run; the first one reports.
        stopping: set when the run is to checkpoint and end.
        train: trains.
    """
    try:
        ended = _report(order, stopping, train) if rank == 0 else _assist(order, stopping, train)
    except BaseException as error:
        if not _is_neighbours_fault(error):
            outcome_of(error, order.attempt).leave(order.folder)
        raise
    if rank == 0:
        Outcome(attempt=order.attempt, ended=Ended(ended)).leave(order.folder)


def _report(order: Order, stopping: threading.Event, train: Train) -> str:
    experiment = parse_experiment(order.experiment)
    recorder = Recorder(
        lambda: Registry.open(Settings(order.home, os.environ.get(DATABASE)).registry),
        run=order.run,
        attempt=order.attempt,
        spool=order.folder.spool,
        is_overtaken=order.is_overtaken,
        sample=Consumption.of_this_run(experiment.train.batch),
    )
    try:
        return train(
            experiment, order, Diary(recorder), lambda: stopping.is_set() or recorder.fenced
        )
    finally:
        recorder.close()


def _assist(order: Order, stopping: threading.Event, train: Train) -> str:
    return train(parse_experiment(order.experiment), order, None, stopping.is_set)


def train(
    experiment: Experiment,
    order: Order,
    reporter: Reporter | None,
    should_stop: Callable[[], bool],
) -> "Ending":
    """Train with PyTorch, on as many threads as the experiment says.

    Raises:
        TrainerError: among others, for a run whose snapshot of the trainers is too old for this
            worker.
    """
    import torch

    try:
        from trainers.files import Files
        from trainers.loop import train as train_with_torch
    except ImportError as error:
        raise TrainerError(
            "the run was submitted with an older dilctl, whose trainers this one cannot run; "
            "submit it again"
        ) from error

    torch.set_num_threads(experiment.resources.threads)
    folder = order.folder
    return train_with_torch(
        experiment,
        seed=order.seed,
        files=Files(
            packed=Settings(order.home).packed,
            checkpoint=folder.checkpoint,
            weights=folder.weights,
        ),
        reporter=reporter,
        should_stop=should_stop,
    )


def outcome_of(error: BaseException, attempt: int) -> Outcome:
    """How an attempt ended that ended in an error, in a sentence for the person who waits."""
    match error:
        case DivergedError():
            ended, reason = Ended.DIVERGED, str(error)
        case TrainerError():
            ended, reason = Ended.FAILED, str(error)
        case OSError(errno=errno.ENOSPC):
            ended, reason = Ended.FAILED, "no space left on the disk; free some, then submit again"
        case _ if is_out_of_memory(error):
            ended, reason = Ended.OUT_OF_MEMORY, f"out of memory: {_first_line(error)}"
        case _:
            ended, reason = Ended.FAILED, f"{type(error).__name__}: {_first_line(error)}"
    return Outcome(attempt=attempt, ended=ended, reason=reason)


def _is_neighbours_fault(error: BaseException) -> bool:
    """Whether another rank has gone: it leaves its own word, or was killed and the run is lost."""
    # By name: the run may execute older trainers than these, which do not know it.
    return type(error).__name__ == "PeerLostError"


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or "no message").splitlines()[0]


def die_with_parent(order: str) -> None:
    """Ask the system to kill this process when the one that started it dies.

    Args:
        order: the order's path, by which the rightful parent is known: it was given it as well.

    Raises:
        SystemExit: the parent was dead before we could ask.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    parent = Path(f"/proc/{os.getppid()}/cmdline").read_bytes().split(b"\0")
    if os.fsencode(order) not in parent:
        raise SystemExit("torchrun is gone")


if __name__ == "__main__":
    main(sys.argv[1:])
