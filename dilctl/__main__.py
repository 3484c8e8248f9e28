"""The entry of ``dilctl`` and of ``python -m dilctl``."""

import gc
import io
import os
import sys

# Imports make much that stays: to look through all of it every 700 objects delays each command.
_ALLOCATIONS = 50_000


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(_ALLOCATIONS)
    from dilctl.cli.app import app

    _open_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that is not UTF-8 is shown a "?"
            stream.reconfigure(errors="replace")
    app(prog_name="dilctl")


def _open_closed() -> None:
    """Give the standard streams that were closed, as by ``>&-``, a place that holds nothing."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115 (to the end)
            setattr(sys, name, nowhere)


if __name__ == "__main__":
    main()
