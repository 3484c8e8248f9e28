"""The entry of ``dilctl`` and of ``python -m dilctl``."""

import gc
import io
import sys

# Imports make much that stays: to look through all of it every 700 objects delays each command.
_ALLOCATIONS = 50_000


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(_ALLOCATIONS)
    from dilctl.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that is not UTF-8 is shown a "?"
            stream.reconfigure(errors="replace")
    app(prog_name="dilctl")


if __name__ == "__main__":
    main()
