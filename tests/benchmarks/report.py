"""Figures as JSON, with the machine that they were measured on."""

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure


def machine() -> str:
    """What kind of machine this is; names of hosts and processors are nobody's business."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def write(path: Path, command: str, figures: Sequence[Figure]) -> None:
    """Write a report, beside first and then renamed."""
    report = {
        "date": datetime.now(UTC).date().isoformat(),
        "command": command,
        "machine": machine(),
        "figures": [_plain(figure) for figure in figures],
    }
    draft = path.with_name(f"{path.name}.new")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    draft.replace(path)


def _plain(figure: Figure) -> dict[str, Any]:
    return {key: value for key, value in asdict(figure).items() if value not in (None, "")}


def read(path: Path) -> tuple[dict[str, str], tuple[Figure, ...]]:
    """Date, command and machine of a report, and its figures."""
    report = json.loads(path.read_text("utf-8"))
    figures = tuple(Figure(**figure) for figure in report.pop("figures"))
    return report, figures


def summary(figures: Sequence[Figure]) -> str:
    """How many targets are met, and which are not."""
    judged = [figure for figure in figures if figure.is_met is not None]
    missed = [figure.name for figure in judged if not figure.is_met]
    words = f"{len(judged) - len(missed)} of {len(judged)} targets are met"
    return f"{words}; missed: {', '.join(missed)}" if missed else words
