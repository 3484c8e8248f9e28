"""What every command starts from: the home folder that was asked for, and the use cases on it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from dilctl.settings import Settings

if TYPE_CHECKING:
    from dilctl.jobs import Jobs


def settings_of(context: typer.Context) -> Settings:
    """The settings that the options before the command chose."""
    return context.ensure_object(Settings)


@contextmanager
def jobs_of(context: typer.Context, *, patience: float | None = None) -> "Generator[Jobs]":
    """The use cases, closed afterwards; they wait so many seconds for another writer."""
    from dilctl.jobs import PATIENCE, Jobs

    jobs = Jobs(settings_of(context), patience=PATIENCE if patience is None else patience)
    try:
        yield jobs
    finally:
        jobs.close()


@contextmanager
def settled_jobs_of(context: typer.Context) -> "Generator[Jobs]":
    """The same for commands that tell how runs do: what has died is first said to be dead."""
    from dilctl.reaping import reap

    with jobs_of(context) as jobs:
        if jobs.settings.has_registry:
            reap(jobs.registry, jobs.settings)
        yield jobs
