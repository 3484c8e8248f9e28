"""What a person demands of the machine that a run goes to, said as settings of the experiment."""

import re
from collections.abc import Iterator
from dataclasses import replace

from dilctl.errors import UsageError
from dilctl.request import Request, key_of


def parse_gpu(text: str | None) -> tuple[int, ...]:
    """Numbers of GPUs as people write them: ``1,3``; none for None.

    Raises:
        UsageError: not of that form.
    """
    if text is None:
        return ()
    words = [word.strip() for word in text.split(",")]
    if not all(re.fullmatch(r"[0-9]{1,4}", word) for word in words):
        raise UsageError(f"--gpu {text}: write the GPUs' numbers, as in --gpu 1,3")
    return tuple(sorted({int(word) for word in words}))


def with_demands(
    request: Request, *, gpus: int | None = None, gpu_memory: str | None = None
) -> Request:
    """The request with its demands as settings.

    Args:
        request: what was asked otherwise; the GPUs that it names count, too.
        gpus: processes, each on a GPU of its own.
        gpu_memory: of each GPU, as in ``12GiB``.

    Raises:
        UsageError: its settings or sweeps say otherwise.
    """
    demands = list(_demands(request, gpus, gpu_memory))
    for option, assignment in demands:
        _refuse_contradiction(request, option, assignment)
    if gpu_memory is not None and _says(request, "resources.device", "cpu"):
        raise UsageError(f"--gpu-memory {gpu_memory}: --set resources.device=cpu has no GPU")
    added = dict.fromkeys(assignment for _, assignment in demands)
    return replace(request, assignments=(*request.assignments, *added))


def _demands(
    request: Request, gpus: int | None, gpu_memory: str | None
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """Each option that was said, with the assignment that it means."""
    if gpus is not None:
        yield f"--gpus {gpus}", f"resources.processes={gpus}"
        yield f"--gpus {gpus}", "resources.device=cuda"
    if gpu_memory is not None:
        yield f"--gpu-memory {gpu_memory}", f"resources.gpu_memory={gpu_memory}"
    if request.gpu:
        yield f"--gpu {','.join(map(str, request.gpu))}", "resources.device=cuda"


def _refuse_contradiction(request: Request, option: str, assignment: str) -> None:
    key, _, value = assignment.partition("=")
    for said in request.assignments:
        if key_of(said) == key and _value(said) != value:
            raise UsageError(f"{option}: --set {said} says otherwise; say it once")
    if any(key_of(sweep) == key for sweep in request.sweeps):
        raise UsageError(f"{option}: --sweep {key} says it, too; say it once")


def _says(request: Request, key: str, value: str) -> bool:
    return any(key_of(said) == key and _value(said) == value for said in request.assignments)


def _value(assignment: str) -> str:
    return assignment.partition("=")[2].strip().strip("\"'")
