"""A recipe that is a table: several runs, each made from another recipe."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from trainers.errors import ExperimentError
from trainers.experiment import Settings
from trainers.experiment.base import one
from trainers.faults import sentence

Words = Annotated[tuple[str, ...], BeforeValidator(one)]


class Entry(Settings):
    """Runs that are made from one recipe."""

    recipe: str = Field(min_length=1, description="a shipped recipe, or a file beside the table")
    set: Words = Field(default=(), description="settings to change, as train.batch=16")
    sweep: Words = Field(default=(), description="settings to try, as rule=erm,dil-sf")


def _some(runs: tuple[Entry, ...]) -> tuple[Entry, ...]:
    # `min_length` would count an entry with a fault of its own as missing.
    if not runs:
        raise ValueError("must have at least 1 entry")
    return runs


class Table(Settings):
    """All runs of a table.

    What ``set`` and ``sweep`` say at the top holds for every entry.
    """

    paper: int | None = Field(
        default=None, ge=1, le=7, description="number of the paper's table that it repeats"
    )
    set: Words = ()
    sweep: Words = ()
    runs: Annotated[tuple[Entry, ...], AfterValidator(_some)]


def is_table(settings: Mapping[str, Any]) -> bool:
    """Whether what a file says is a table of runs, not an experiment."""
    return "runs" in settings


def parse_table(settings: Mapping[str, Any]) -> Table:
    """Validate a table; its recipes are not looked at.

    Raises:
        ExperimentError: with every fault, each with its place.
    """
    try:
        return Table.model_validate(settings)
    except ValidationError as error:
        raise ExperimentError([sentence(fault, Table) for fault in error.errors()]) from error
