"""A PostgreSQL server for tests: started in a folder of its own, gone with them."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

_DEBIAN = Path("/usr/lib/postgresql")
_USER = "postgres"


def programs() -> Path | None:
    """The folder of initdb and postgres, None where they are not installed."""
    found = shutil.which("initdb")
    candidates = [Path(found).parent] if found else []
    candidates += sorted(_DEBIAN.glob("*/bin"), reverse=True)
    return next((folder for folder in candidates if (folder / "postgres").exists()), None)


@contextmanager
def server(folder: Path) -> Generator[str]:
    """A running server; yields the URL of its database ``postgres``.

    Args:
        folder: an empty folder that the server's user may enter.
    """
    made = Server(folder)
    made.start()
    try:
        yield made.url
    finally:
        made.stop()


class Server:
    """A server that can be stopped and started again; it asks for a password if it has one."""

    def __init__(self, folder: Path, *, password: str = "") -> None:
        bin = programs()
        assert bin is not None, "PostgreSQL is not installed; see make test-servers"
        self._bin, self._folder, self._port = bin, folder, _free_port()
        self._running: subprocess.Popen[bytes] | None = None
        secret = f":{password}" if password else ""
        self.url = f"postgresql://{_USER}{secret}@127.0.0.1:{self._port}/postgres"
        _allow_entry(folder)
        self._as_user = _unprivileged()
        if self._as_user:
            shutil.chown(folder, _USER)
        said = folder / "password"
        said.write_text(f"{password}\n")
        said.chmod(0o644)
        how = ["-A", "scram-sha-256", f"--pwfile={said}"] if password else ["-A", "trust"]
        subprocess.run(
            [*self._as_user, bin / "initdb", "-D", folder / "data", "-U", _USER, *how, "-E", "UTF8",
             "-N"],
            check=True, capture_output=True, cwd="/",
        )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = ["-c", f"port={self._port}", "-c", "listen_addresses=127.0.0.1"]
        settings += ["-c", f"unix_socket_directories={self._folder}", "-c", "max_connections=200"]
        settings += ["-c", "fsync=off"]
        with (self._folder / "log").open("ab") as log:
            self._running = subprocess.Popen(
                [*self._as_user, self._bin / "postgres", "-D", self._folder / "data", *settings],
                stdout=log, stderr=log, cwd="/",
            )  # fmt: skip
        try:
            _wait_for(self.url, self._running, self._folder / "log")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop it as a machine that goes down does: connections are cut."""
        if self._running is not None:
            self._running.send_signal(signal.SIGINT)
            self._running.wait(30)
            self._running = None


def _wait_for(url: str, running: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            assert running.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < deadline, log.read_text(errors="replace")
            time.sleep(0.05)
        else:
            return


def _unprivileged() -> list[str]:
    """What a command begins with so that it does not run as root, which PostgreSQL refuses."""
    return (
        [] if os.getuid() else ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups"]
    )


def _allow_entry(folder: Path) -> None:
    """Let other users pass through the temporary folders above."""
    for place in (folder, *folder.parents):
        if place.stat().st_uid == os.getuid() and place != Path(place.anchor):
            place.chmod(place.stat().st_mode | 0o011)


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
