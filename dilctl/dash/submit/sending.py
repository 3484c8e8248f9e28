"""Submitting in a thread: told of as images are decoded, and stopped between two of them."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

from textual.message import Message

from dilctl.dash.live import EXPECTED
from dilctl.dash.submit.checking import sentences_of
from dilctl.dash.submit.messages import Advanced, Queued, Refused
from dilctl.jobs import Jobs
from dilctl.request import Request

_TOLD = 100
"""How often at most it is told of one folder's images."""


class _Stopped(Exception):  # noqa: N818 -- nothing is wrong
    """It was asked to stop."""


class Sending:
    """One request on its way; called in a thread.

    Args:
        jobs: takes the request.
        request: what is asked for.
        here: the folder that relative paths start from.
        tell: posts a message.
    """

    def __init__(
        self, jobs: Jobs, request: Request, here: Path, tell: Callable[[Message], object]
    ) -> None:
        self._jobs = jobs
        self._request = request
        self._here = here
        self._tell = tell
        self._is_stopped = Event()

    def stop(self) -> None:
        """Decode no further; what is queued by then stays so."""
        self._is_stopped.set()

    def __call__(self) -> None:
        """Submit, and tell what became of it."""
        try:
            taken = self._jobs.submit(self._request, packing=self._decoding, here=self._here)
        except _Stopped:
            self._tell(Refused(("stopped; nothing was queued",)))
        except EXPECTED as error:
            self._tell(Refused(tuple(sentences_of(error))))
        else:
            self._tell(Queued(taken))

    def _decoding(self, what: str, done: int, total: int) -> None:
        if self._is_stopped.is_set():
            raise _Stopped
        if done == total or done % max(1, total // _TOLD) == 0:
            self._tell(Advanced(what, done, total))
