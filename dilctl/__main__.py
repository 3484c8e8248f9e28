"""The entry of ``dilctl`` and of ``python -m dilctl``."""

import io
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from dilctl.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that is not UTF-8 is shown a "?"
            stream.reconfigure(errors="replace")
    app(prog_name="dilctl")


if __name__ == "__main__":
    main()
