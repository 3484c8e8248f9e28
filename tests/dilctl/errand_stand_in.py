"""An errand that does as it is told: fails, prints, dies, waits for ever."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dilctl.errors import NotFoundError
from dilctl.launch import LaunchError
from storage.errors import QueryError, RefusedError
from trainers.errors import CheckpointError, DataError, ExperimentError

ERRORS: Mapping[str, Callable[[], BaseException]] = {
    "experiment": lambda: ExperimentError(["train.batch: must be at least 1", "and\nthis"]),
    "data": lambda: DataError("a.png: no image"),
    "checkpoint": lambda: CheckpointError("damaged"),
    "refused": lambda: RefusedError("run 3 is done"),
    "not-found": lambda: NotFoundError("no run 7"),
    "launch": lambda: LaunchError("a kind that only its own module knows"),
    "query": lambda: QueryError("no such word", "abc\n^", 1),
    "full": lambda: OSError(28, "No space left on device", "/x/ü\udcff"),
    "missing": lambda: FileNotFoundError(2, "No such file or directory", Path("/x/y")),
    "memory": MemoryError,
    "torch-memory": lambda: RuntimeError("DefaultCPUAllocator: can't allocate memory"),
    "bug": lambda: ZeroDivisionError("1 / 0"),
    "numberless": lambda: OSError("image file is truncated"),
}  # fmt: skip


def carry_out(request: Mapping[str, Any], tell: Callable[[Mapping[str, Any]], None]) -> Any:
    match request:
        case {"raise": name}:
            raise ERRORS[name]()
        case {"tell": several}:
            for each in several:
                tell(each)
            sys.stdout.write("libraries print")
            return {
                "told": len(several),
                "threads": threading.active_count(),
                "pid": os.getpid(),
            }
        case {"die": number}:
            sys.stderr.write("last\n\nwords \x1b[31m\n")
            sys.stderr.flush()
            if number == signal.SIGINT:
                os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), number)
            return {}
        case {"leave": code}:
            os._exit(code)
        case {"wait": folder}:
            return _wait(Path(folder), tell)
        case _:
            return dict(request)


def _wait(folder: Path, tell: Callable[[Mapping[str, Any]], None]) -> Any:
    half_written = folder / "half-written"
    half_written.write_text(str(os.getpid()))
    try:
        tell({"pid": os.getpid()})
        threading.Event().wait()
    finally:
        half_written.unlink()
        (folder / "cleaned-up").touch()
