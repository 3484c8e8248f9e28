"""The page of figures, docs/performance.md, made from reports: python -m tests.benchmarks.page."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tests.benchmarks import report
from tests.benchmarks.figures import Figure, amount

PAGE = Path("docs/performance.md")
REPORTS = tuple(Path(f"docs/performance/{name}.json") for name in ("bench", "dashboard", "peers"))

_HEAD = """\
# Performance

What dilctl costs, measured. Ratios were measured side by side in one run; each figure is the
median of several rounds, in which product and reference took turns. Machines differ, so the ratios
count, not the seconds.

Measure on your own machine:

```
make bench                   # about 7 minutes
make bench-peers             # about 2 minutes; makes an environment for mlflow and others
```

This page is made from what those two write:

```
make bench ARGS="--full --json docs/performance/bench.json"     # reads from 50 million points, too
make bench-peers ARGS="--json docs/performance/peers.json"
.venv/bin/python -m tests.benchmarks.page
```
"""


def page(reports: Sequence[Path]) -> str:
    """The page; a report that is not there has no part in it."""
    there = [path for path in reports if path.exists()]
    return "\n".join([_HEAD, *(line for path in there for line in _part(path))])


def _part(path: Path) -> Iterator[str]:
    about, figures = report.read(path)
    yield f"`{about['command']}`, {about['date']}, on {about['machine']}:"
    yield ""
    for topic, group in groupby(figures, key=lambda figure: figure.topic):
        yield f"## {topic[0].upper()}{topic[1:]}"
        yield ""
        yield "| figure | measured | target | | made of |"
        yield "|---|---:|---|---|---|"
        yield from map(_row, group)
        yield ""


def _row(figure: Figure) -> str:
    value = f"{amount(figure.value)} {figure.unit}"
    cells = (figure.name, value, figure.target, figure.verdict, figure.note)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(REPORTS), "utf-8")


if __name__ == "__main__":
    main()
