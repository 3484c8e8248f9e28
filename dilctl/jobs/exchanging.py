"""Exchanging weights: out of a run into a file, and from a file into a run."""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dilctl import errand
from dilctl.errors import NotFoundError, UsageError
from dilctl.jobs.door import who
from dilctl.jobs.trained import Trained, known
from storage.errors import RefusedError
from storage.records import Json, Run, Status
from trainers.files import Files

if TYPE_CHECKING:  # this costs pydantic
    from dilctl.incoming import Incoming


Errands = Callable[[str, Json], Json]
"""Has an errand done, given its name and its request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file of weights that was written.

    Attributes:
        run: whose weights; weights: which of them.
        file: where.
        step: outer steps that they were trained for.
        parameters: how many numbers.
        is_final: whether the run had come to its end.
    """

    run: int
    weights: str
    file: Path
    step: int
    parameters: int
    is_final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file of weights.

    Attributes:
        run: the run that it is.
        is_new: whether it became a run just now.
        read: what was found in the file.
    """

    run: Run
    is_new: bool
    read: Json


class Exchanging(Trained):
    """Weights as files."""

    def export_weights(
        self,
        run: int,
        file: Path,
        *,
        choice: str = "last",
        force: bool = False,
        errands: Errands = errand.run,
    ) -> Exported:
        """Write a run's weights into a file that says what they are.

        Of a run that is not done, those of its newest checkpoint.

        Raises:
            RefusedError: there is such a file, and it is not to be replaced.
            NotFoundError, UsageError: no such run, weights or folder.
        """
        name, found = known(choice), self.run(run)
        files = self._files(found)
        if not files.exported(name).exists() and not files.checkpoint.exists():
            self._refuse_unwritten(found, choice)
        target = self._target(file, force=force)
        answer = errands("export-weights", _order(found, files, name, target))
        return Exported(
            run=run,
            weights=name,
            file=file,
            step=answer["step"],
            parameters=answer["parameters"],
            is_final=found.status is Status.DONE,
        )

    def import_weights(
        self, incoming: "Incoming", *, here: Path | None = None, errands: Errands = errand.run
    ) -> Imported:
        """Make a file of weights a run that is done, unless it is there already.

        Raises:
            WeightsError: the file cannot be used.
            UsageError: it does not say what it was trained with, and nobody else does.
        """
        from dilctl import incoming as coming

        _require(incoming.file)
        self.require_own_home()
        experiment = coming.experiment_of(incoming, here=here or Path.cwd())
        self.settings.home.mkdir(parents=True, exist_ok=True)
        beside = self.settings.home / f"imported-{os.getpid()}.new"
        request = {
            "file": str(incoming.file),
            "part": incoming.part,
            "target": str(beside),
            "experiment": None if experiment is None else experiment.model_dump(mode="json"),
            "is_network_said": coming.is_network_said(incoming),
            "seed": incoming.seed,
        }
        try:
            answer = errands("read-weights", request)
            return self._enter(incoming, answer, beside)
        finally:
            beside.unlink(missing_ok=True)

    def look_at_weights(self, file: Path, *, part: str | None = None) -> Json:
        """What a file of weights holds."""
        _require(file)
        return errand.run("read-weights", {"file": str(file), "part": part})

    def _enter(self, incoming: "Incoming", answer: Json, beside: Path) -> Imported:
        from dilctl import incoming as coming

        run = coming.new_run(incoming, answer)
        key = run.signature, run.seed
        if not incoming.again and (there := self.registry.twins([key])):
            return Imported(run=there[key], is_new=False, read=answer)
        past = coming.past(answer, host=socket.gethostname())

        def bring(number: int) -> None:
            folder = self.settings.run(number)
            folder.set_aside()
            folder.path.mkdir(parents=True)
            beside.replace(folder.weights)

        entered = self.registry.adopt(run, past, who=who(), bring=bring)
        return Imported(run=entered, is_new=True, read=answer)

    def _refuse_unwritten(self, run: Run, choice: str) -> None:
        if run.status is Status.DONE:
            self.weights(run.id, choice)  # which says what is wrong
        there = "" if run.host in (None, socket.gethostname()) else f"; it is on {run.host}"
        raise NotFoundError(f"run {run.id} is {run.status} and has no checkpoint here yet{there}")

    def _target(self, file: Path, *, force: bool) -> Path:
        """Where a file is to be written; what is at the end of a link is meant."""
        target = file.resolve()
        if target.is_dir():
            raise UsageError(f"{file}: is a folder; say a file in it, as in weights.safetensors")
        if not target.parent.is_dir():
            raise NotFoundError(f"{file.parent}: no such folder; make it first")
        if target.is_relative_to((self.settings.home / "runs").resolve()):
            raise UsageError(f"{file}: lies among the runs' own files; choose another place")
        if target.exists() and not force:
            raise RefusedError(f"{file}: is there already; --force replaces it")
        return target


def _require(file: Path) -> None:
    if not file.exists():
        raise NotFoundError(f"{file}: no such file")
    if file.is_dir():
        raise UsageError(f"{file}: is a folder; name a file of weights in it")


def _order(run: Run, files: Files, name: Any, target: Path) -> dict[str, Any]:
    exported = files.exported(name)
    return {
        "exported": str(exported) if exported.exists() else None,
        "checkpoint": str(files.checkpoint),
        "signature": run.signature,
        "seed": run.seed,
        "experiment": run.experiment,
        "weights": name,
        "said": _facts(run),
        "target": str(target),
    }


def _facts(run: Run) -> dict[str, Any]:
    """What an exported file says of its run; no edits of the person's that were not committed."""
    from importlib import metadata

    said: Mapping[str, Any] = run.provenance
    return {
        "dilctl": metadata.version("dilctl"),
        "number": run.id,
        "name": run.name,
        "status": str(run.status),
        "step": run.step,
        "gradients": run.gradients,
        "seconds": run.seconds,
        "finished_at": None if run.finished_at is None else run.finished_at.isoformat(),
        **{key: said.get(key) for key in ("commit", "code", "python", "packages", "imported")},
    }
