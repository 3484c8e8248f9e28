"""Tells a command or a web address of runs that have ended, without holding up the agent."""

import http.client
import json
import math
import os
import queue
import signal
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import IO, Any
from urllib.parse import urlsplit

from dilctl.configuration import Notify
from storage.records import Run

TIMEOUT = 30.0
"""Seconds that a command or an answer may take."""

_LEAVE = 5.0
_WAITING_AT_MOST = 1000


class Notifier:
    """Tells of ends one after the other, from a thread of its own, while the block lasts.

    What goes wrong is said once, and ends nothing: the run's end is in the registry.
    """

    def __init__(
        self, notify: Notify, *, say: Callable[[str], None], timeout: float = TIMEOUT
    ) -> None:
        """Prepare.

        Args:
            notify: whom to tell, and of what.
            say: told of each kind of trouble once.
            timeout: seconds that each telling may take.
        """
        self._notify, self._say, self._timeout = notify, say, timeout
        self._ended: queue.Queue[Run | None] = queue.Queue(_WAITING_AT_MOST)
        self._said: set[str] = set()
        self._thread = threading.Thread(target=self._work, name="notifier", daemon=True)

    def __call__(self, run: Run) -> None:
        """Tell of a run that has ended, soon; returns at once."""
        is_asked_for = self._notify.command or self._notify.webhook
        if not is_asked_for or run.status not in self._notify.on:
            return
        try:
            self._ended.put_nowait(run)
        except queue.Full:
            self._trouble("too many ends to tell of; some are left out")

    def __enter__(self) -> "Notifier":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Tell of what is left, for not much longer than one telling may take."""
        try:
            self._ended.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(self._timeout + _LEAVE)

    def _work(self) -> None:
        while (run := self._ended.get()) is not None:
            message = json.dumps(message_of(run), ensure_ascii=False).encode()
            if self._notify.command:
                self._trouble(_command(self._notify.command, run, message, self._timeout))
            if self._notify.webhook:
                self._trouble(_post(self._notify.webhook, message, self._timeout))

    def _trouble(self, trouble: str) -> None:
        if trouble and trouble not in self._said:
            self._said.add(trouble)
            self._say(f"could not tell of a run's end: {trouble}")


def message_of(run: Run) -> dict[str, Any]:
    """A run's end as JSON values; ``text`` is what chats show of a webhook's message."""
    why = f": {run.reason}" if run.reason else ""
    return {
        "text": f"run {run.id} ({run.name}, {run.rule}, seed {run.seed}) {run.status}{why}",
        "run": run.id,
        "status": run.status,
        "reason": run.reason,
        "name": run.name,
        "task": run.task,
        "rule": run.rule,
        "network": run.network,
        "seed": run.seed,
        "sweep": run.sweep,
        "tags": list(run.tags),
        "host": run.host,
        "attempt": run.attempt,
        "step": run.step,
        "seconds": run.seconds,
        "finished_at": None if run.finished_at is None else run.finished_at.isoformat(),
        "latest": {k: v if math.isfinite(v) else None for k, v in run.latest.items()},
    }


def _command(command: str, run: Run, message: bytes, timeout: float) -> str:
    """Run a command; returns what went wrong, empty for nothing."""
    surroundings = {**os.environ, "DILCTL_RUN": str(run.id), "DILCTL_STATUS": run.status}
    # A file, and no pipe: what the command leaves in the background would hold a pipe open.
    with tempfile.TemporaryFile() as errors:
        try:
            child = subprocess.Popen(
                ["/bin/sh", "-c", command],
                env=surroundings,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        except OSError as error:
            return f"the command cannot be started: {error.strerror}"
        try:
            child.communicate(message, timeout)
        except subprocess.TimeoutExpired:
            _kill(child)
            return f"the command took more than {timeout:g} seconds and was ended"
        return _complaint(child.returncode, errors)


def _complaint(code: int, errors: IO[bytes]) -> str:
    if code == 0:
        return ""
    errors.seek(0)
    said = errors.read().decode(errors="replace").strip().splitlines()
    return f"the command ended with {code}" + (f": {said[-1]}" if said else "")


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """End a command and what it has started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    with child:  # closes its pipes and waits for it
        pass


def _post(address: str, message: bytes, timeout: float) -> str:
    """Post a message; returns what went wrong, empty for nothing."""
    # The address may be a secret, as those of chats are: only its host is ever said.
    host = urlsplit(address).hostname
    request = urllib.request.Request(
        address,
        data=message,
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "dilctl"},
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout):
            return ""
    except urllib.error.HTTPError as error:
        with error:
            return f"{host} answered {error.code} {error.reason}"
    except urllib.error.URLError as error:
        return f"{host} cannot be reached: {error.reason}"
    except http.client.HTTPException as error:  # whose words may quote the address
        return f"{host} cannot be asked, or gave no answer of HTTP: {type(error).__name__}"
    except (OSError, ValueError) as error:
        return f"{host} cannot be reached: {error}"
