"""The child process that does one errand; `dilctl.errand` starts it and listens to it."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import FrameType

from dilctl.errand import STOPPED, Json
from dilctl.errors import DilctlError
from dilctl.faults import fault_of
from dilctl.shortage import is_out_of_memory

Say = Callable[[str, object], None]


def main(arguments: list[str]) -> None:
    """Do the errand of a module, answering through a file descriptor; both are named."""
    module, descriptor = arguments
    # A terminal's interrupt reaches the parent as well, which then closes our stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    try:
        _answer(module, request, _saying(int(descriptor)))
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


def _stop_with_parent() -> None:
    """Wait for the end of stdin, then interrupt the main thread."""
    while os.read(0, 1):
        pass
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1:])
