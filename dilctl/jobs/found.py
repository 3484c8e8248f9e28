"""Runs that were asked for, as records and as plain columns."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

from dilctl.errors import NotFoundError
from storage.records import Run

_PLAIN = tuple(
    field.name
    for field in fields(Run)
    if field.name not in {"experiment", "needs", "provenance", "adjustments", "latest"}
)


class Found(tuple[Run, ...]):
    """Runs in the order in which they were asked for."""

    __slots__ = ()

    def columns(self, *names: str) -> dict[str, list[Any]]:
        """Plain columns, as ``pandas.DataFrame(found.columns())`` takes them.

        Args:
            names: fields of a run, as ``rule``; settings, as ``config.train.lr``; metrics and means
                of evaluations by their full names, as ``psnr@CBSD68:noise-levels unseen``. None:
                all plain fields, then all that any of the runs measured.

        Returns:
            A list for each name, in the order of the runs; None where a run has no such value.

        Raises:
            NotFoundError: a name is no field, and none of the runs has such a metric.
        """
        wanted = names or (*_PLAIN, *sorted({name for run in self for name in run.latest}))
        for name in wanted:
            self._require(name)
        return {name: [value_of(run, name) for run in self] for name in wanted}

    def _require(self, name: str) -> None:
        metric = name.removeprefix("metric.")
        is_known = name in _PLAIN or name.startswith("config.")
        if self and not is_known and not any(metric in run.latest for run in self):
            raise NotFoundError(
                f"{name}: no field of a run, and none of these has measured it; metrics are named "
                "in full, as psnr@CBSD68:noise-levels unseen"
            )


def value_of(run: Run, name: str) -> Any:
    """A field, setting or metric of a run by its name; None where it has none of that name."""
    if name.startswith("config."):
        return _setting(run.experiment, name.split(".")[1:])
    if name in _PLAIN:
        value = getattr(run, name)
        return str(value) if name in {"status", "wanted"} and value is not None else value
    return run.latest.get(name.removeprefix("metric."))


def _setting(inside: Any, path: list[str]) -> Any:
    for name in path:
        if not isinstance(inside, Mapping) or name not in inside:
            return None
        inside = cast("Mapping[str, Any]", inside)[name]
    return inside
