"""Expected errors as plain JSON and back, so that they cross from a child process to its parent."""

import os
from collections.abc import Mapping
from typing import Any

import dilctl.errors
import storage.errors
import trainers.errors
from trainers.errors import ExperimentError

_TREES = (dilctl.errors, trainers.errors, storage.errors)


def fault_of(error: Exception) -> Mapping[str, Any] | None:
    """An expected error as plain JSON; None for one that is a fault of the program."""
    match error:
        case OSError():
            return _of_system(error)
        case ExperimentError():
            return {"kind": ExperimentError.__name__, "sentences": list(error.faults)}
        case _:
            kind = _kind_of(error)
            return None if kind is None else {"kind": kind, "sentences": str(error).splitlines()}


def error_of(fault: Mapping[str, Any]) -> Exception:
    """The error that was made plain, or one of the nearest kind above it that has a plain form."""
    match fault:
        case {"errno": number, "words": words, "path": path}:
            return OSError(number, words, path)
        case {"kind": "ExperimentError", "sentences": sentences}:
            return ExperimentError(sentences)
        case _:
            kind = next(found for tree in _TREES if (found := getattr(tree, fault["kind"], None)))
            return kind("\n".join(fault["sentences"]))


def _of_system(error: OSError) -> Mapping[str, Any] | None:
    """An error of the system; what a library only calls so, without a number, is none."""
    if error.errno is None:
        return None
    path = error.filename
    named = os.fsdecode(path) if isinstance(path, bytes | os.PathLike) else path
    return {"errno": error.errno, "words": error.strerror, "path": named}


def _kind_of(error: Exception) -> str | None:
    """The name of the nearest kind that all three trees know, and that one sentence makes."""
    kinds = (
        kind.__name__
        for kind in type(error).__mro__
        if any(getattr(tree, kind.__name__, None) is kind for tree in _TREES)
        and kind.__init__ is Exception.__init__
    )
    return next(kinds, None)
