"""Speed, as ratios measured side by side: python -m tests.benchmarks [--full] [--json FILE].

Machines differ and are noisy: the ratio to a plain reference counts, not the seconds. Each figure
is the median of several rounds; product and reference take turns.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests.benchmarks import (
    dashboard,
    reading,
    report,
    server,
    serving,
    start_up,
    submitting,
    training,
    writing,
)
from tests.benchmarks.figures import Figure, Figures

_TOPICS: Mapping[str, Callable[[Path], Figures]] = {
    "start-up": start_up.measure,
    "writing": writing.measure,
    "reading": reading.measure,
    "submitting": submitting.measure,
    "standing-by": serving.measure,
    "dashboard": dashboard.measure,
    "training": training.measure,
    "postgresql": server.measure,
}


def main() -> None:
    """Measure, print each figure with its target, write the report."""
    asked = _asked()
    topics = {**_TOPICS, "reading": partial(reading.measure, is_full=asked.full)}
    figures: list[Figure] = []
    for name in asked.only or topics:
        with tempfile.TemporaryDirectory() as folder:
            for figure in topics[name](Path(folder)):
                print(figure, flush=True)  # noqa: T201 (this is what it is for)
                figures.append(figure)
    print(report.summary(figures))  # noqa: T201
    if asked.json is not None:
        report.write(asked.json, "make bench" + (" ARGS=--full" if asked.full else ""), figures)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="read from 50 million points, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--only", nargs="+", choices=_TOPICS, help="measure only these")
    return parser.parse_args()


if __name__ == "__main__":
    main()
