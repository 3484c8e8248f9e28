"""The child process that does errands of one kind; `dilctl.errand` starts it and listens to it."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from queue import SimpleQueue
from types import FrameType

from dilctl.errand import STOPPED, Json
from dilctl.errors import DilctlError
from dilctl.faults import fault_of
from dilctl.shortage import is_out_of_memory

Say = Callable[[str, object], None]

_PIECE = 1 << 20


def main(arguments: list[str]) -> None:
    """Do the errands of a module, answering through a file descriptor; both are named."""
    module, descriptor = arguments
    # A terminal's interrupt reaches the parent as well, which then closes our stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    requests: SimpleQueue[Json] = SimpleQueue()
    threading.Thread(target=_read_requests, args=[requests], daemon=True).start()
    try:
        say = _saying(int(descriptor))
        while True:
            _answer(module, requests.get(), say)
    except (KeyboardInterrupt, BrokenPipeError):  # a broken pipe: nobody listens any more
        raise SystemExit(STOPPED) from None


def _answer(module: str, request: Json, say: Say) -> None:
    try:
        carry_out = import_module(module).carry_out
        say("result", carry_out(request, partial(say, "told")))
    except BrokenPipeError:
        raise
    except Exception as error:
        fault = fault_of(_in_words(error))
        if fault is None:
            raise
        say("fault", fault)


def _in_words(error: Exception) -> Exception:
    if not is_out_of_memory(error):
        return error
    return DilctlError("out of memory; free some, or ask for less at once")


def _saying(descriptor: int) -> Say:
    """Answers, a line each. The pipe is closed by the end of this process, and by nothing else."""
    os.set_inheritable(descriptor, False)  # noqa: FBT003 (its own signature)
    answers = os.fdopen(descriptor, "w", encoding="ascii")

    def say(kind: str, what: object) -> None:
        answers.write(f"{json.dumps({kind: what})}\n")
        answers.flush()

    return say


def _stop(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # cleaning up is not to be interrupted
    raise KeyboardInterrupt


def _read_requests(requests: "SimpleQueue[Json]") -> None:
    """Until stdin ends, which interrupts the main thread."""
    kept = b""
    while piece := os.read(0, _PIECE):  # a buffered file would be locked as this process ends
        *lines, kept = (kept + piece).split(b"\n")
        for line in lines:
            requests.put(json.loads(line))
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1:])
