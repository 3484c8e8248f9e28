"""Trained runs: where the weights lie that they ended with."""

import socket
from pathlib import Path
from typing import get_args

from dilctl.errors import NotFoundError, UsageError
from dilctl.jobs.asking import Asking
from storage.errors import RefusedError
from storage.records import Run, Status
from trainers.files import Files
from trainers.reporter import Weights


class Trained(Asking):
    """What is left of training."""

    def weights(self, run: int, choice: str = "last") -> Path:
        """The file of a finished run's weights.

        Args:
            run: the run's number.
            choice: ``last``, ``best-seen`` or ``average``.

        Raises:
            UsageError: there are no weights of that name.
            RefusedError: the run is not done.
            NotFoundError: it kept no such weights, or they lie on another machine.
        """
        name = known(choice)
        found = self.run(run)
        if found.status is not Status.DONE:
            raise RefusedError(f"run {run} is {found.status}; it has weights once it is done")
        files = self._files(found)
        file = files.exported(name)
        if not file.exists():
            raise NotFoundError(_missing(found, file, files))
        return file

    def _files(self, run: Run) -> Files:
        folder = self.settings.run(run.id)
        return Files(
            packed=self.settings.packed, checkpoint=folder.checkpoint, weights=folder.weights
        )


def known(choice: str) -> Weights:
    """Which weights of a run a word means.

    Raises:
        UsageError: none.
    """
    for name in get_args(Weights):
        if choice == name:
            return name
    raise UsageError(f"--weights {choice}: a run's weights are {', '.join(get_args(Weights))}")


def _missing(run: Run, file: Path, files: Files) -> str:
    kept = [name for name in get_args(Weights) if files.exported(name).exists()]
    if kept:
        return f"run {run.id} kept no such weights ({file.name}); it has {', '.join(kept)}"
    if run.host not in (None, socket.gethostname()):
        return f"run {run.id} has no weights here; they lie on {run.host}, where it was trained"
    return f"run {run.id} has no weights ({file} is gone); train it again with --again"
