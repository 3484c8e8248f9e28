"""One of several processes that write at once: python -m tests.benchmarks.writer REGISTRY RUN."""

import sys
from pathlib import Path

from storage.registry import Registry
from tests.benchmarks.writing import EACH, write


def main() -> None:
    """Say that it is ready, wait for the start, write."""
    path, run = Path(sys.argv[1]), int(sys.argv[2])
    with Registry.open(path) as registry:
        [attempt] = registry.attempts(run)
        print("ready", flush=True)  # noqa: T201 (the one who started it reads this)
        sys.stdin.read()
        write(registry, attempt, 0, points=EACH, batch=50)


if __name__ == "__main__":
    main()
