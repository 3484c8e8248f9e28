"""Where the runs behind some boards come from, and in what their settings differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dilctl.flat import flat
from dilctl.leaderboard.labels import confounders_of
from dilctl.words import short_degradation
from storage.records import Run

ABSENT = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """The runs behind some boards.

    Attributes:
        runs: in the order of their numbers.
        settings: those that differ, by their paths, with the value of each run.
        packages: those that differ, likewise; the rest is alike.
        alike: what all runs share, as (name, value): packages, Python, commit.
    """

    runs: tuple[Run, ...]
    settings: Mapping[str, tuple[str, ...]]
    packages: Mapping[str, tuple[str, ...]]
    alike: tuple[tuple[str, str], ...]


def origins(runs: Sequence[Run]) -> Origins:
    """What the runs have in common and what not."""
    ordered = tuple(sorted(runs, key=lambda run: run.id))
    settings = _columns([_settings(run) for run in ordered])
    versions = _columns([_versions(run) for run in ordered])
    return Origins(
        runs=ordered,
        settings={path: values for path, values in settings.items() if _differ(values)},
        packages={name: values for name, values in versions.items() if _differ(values)},
        alike=tuple((name, v[0]) for name, v in versions.items() if not _differ(v)),
    )


def _settings(run: Run) -> Mapping[str, str]:
    """All settings by their paths, the degradations by their short names."""
    names = (short_degradation(name) for name in confounders_of(run.experiment))
    settings = {**run.experiment, "confounders": ", ".join(names)}
    return {path: _said(value) for path, value in flat(settings).items() if path != "rule.kind"}


def _columns(rows: Sequence[Mapping[str, str]]) -> Mapping[str, tuple[str, ...]]:
    names = {name: None for row in rows for name in row}
    return {name: tuple(row.get(name, ABSENT) for row in rows) for name in names}


def _differ(values: tuple[str, ...]) -> bool:
    return len(set(values)) > 1


def _versions(run: Run) -> dict[str, str]:
    """Everything that is not the experiment: commit, edits to it, Python and packages."""
    said: Mapping[str, Any] = run.provenance
    packages: Mapping[str, Any] = said.get("packages") or {}
    return {
        "commit": str(said.get("commit") or ABSENT)[:12],
        "uncommitted lines": str(_changed_lines(said.get("diff") or "")),
        "trainers": str(said.get("code") or ABSENT)[:12],
        "python": str(said.get("python") or ABSENT),
        **{name: str(version or ABSENT) for name, version in packages.items()},
    }


def _changed_lines(diff: str) -> int:
    """How many lines a diff adds or takes away."""
    signs = [line[:3] for line in diff.splitlines() if line.startswith(("+", "-"))]
    return sum(sign not in {"+++", "---"} for sign in signs)


def _said(value: Any) -> str:
    """A setting as a person reads it."""
    match value:
        case list():
            return ", ".join(_said(each) for each in value)
        case bool() | None:
            return str(value).lower()
        case _:
            return str(value)
