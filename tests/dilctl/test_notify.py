"""Telling of ends: to a real command, and to a real web server."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dilctl.configuration import Notify
from dilctl.notify import Notifier, message_of
from storage.records import Run, Status
from storage.registry import Registry
from tests.dilctl.stage import new_run, queue

pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path: Path) -> Run:
    with Registry.open(tmp_path / "registry.db") as registry:
        (run,) = queue(registry, new_run(name="nöise \x1b[31m", tags=("best",)))
    return replace(run, status=Status.DONE, latest={"loss": float("nan"), "psnr": 30.0})


class Server(ThreadingHTTPServer):
    """Keeps what is posted, and answers as it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.posted: list[dict] = []
        self.answer = 200
        self.may_answer = threading.Event()
        self.may_answer.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/secret-of-the-chat"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.may_answer.wait(10)
        self.server.posted.append(json.loads(body))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.may_answer.set()
    server.shutdown()
    thread.join()
    server.server_close()


def tell(notify: Notify, *runs: Run, timeout: float = 30) -> list[str]:
    said: list[str] = []
    with Notifier(notify, say=said.append, timeout=timeout) as notifier:
        for run in runs:
            notifier(run)
    return said


def test_a_command_gets_the_run_on_its_input_and_in_its_environment(tmp_path: Path, run: Run):
    told = tmp_path / "told.json"
    command = f'cat > "{told}"; echo "$DILCTL_RUN $DILCTL_STATUS" >> "{told}"'
    assert tell(Notify(command=command), run) == []
    message, environment = told.read_text().rsplit("\n", 2)[0].rsplit("}", 1)
    assert json.loads(message + "}") == message_of(run)
    assert environment == f"{run.id} done"


def test_a_web_address_gets_the_same_and_chats_find_their_text(server: Server, run: Run):
    assert tell(Notify(webhook=server.address), run) == []
    (posted,) = server.posted
    assert posted == message_of(run)
    assert posted["text"] == "run 1 (nöise \x1b[31m, erm, seed 1) done"
    assert posted["latest"] == {"loss": None, "psnr": 30.0}
    assert posted["tags"] == ["best"]


def test_only_the_ends_that_are_asked_for_are_told(server: Server, run: Run):
    failed, cancelled = (replace(run, status=s) for s in (Status.FAILED, Status.CANCELLED))
    tell(Notify(webhook=server.address, on=("failed",)), run, failed, cancelled)
    assert [posted["status"] for posted in server.posted] == ["failed"]


def test_nobody_is_told_where_nobody_is_named(run: Run):
    assert tell(Notify(), run) == []


def test_trouble_is_said_once_and_hides_the_secret_in_the_address(server: Server, run: Run):
    server.answer = 500
    assert tell(Notify(webhook=server.address), run, run) == [
        "could not tell of a run's end: 127.0.0.1 answered 500 Internal Server Error"
    ]
    assert len(server.posted) == 2


def test_an_address_that_nobody_serves_ends_nothing(server: Server, run: Run):
    address = server.address
    server.server_close()
    (said,) = tell(Notify(webhook=address), run)
    assert said.startswith("could not tell of a run's end: 127.0.0.1 cannot be reached")


def test_what_answers_otherwise_than_the_web_does_ends_nothing(run: Run):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=babble, args=(listener, 2))
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/secret-of-the-chat"
        (said,) = tell(Notify(webhook=address), run, run)
        thread.join()
    assert said.endswith("127.0.0.1 cannot be asked, or gave no answer of HTTP: BadStatusLine")


def test_an_address_that_cannot_be_asked_is_not_quoted(run: Run):
    (said,) = tell(Notify(webhook="http://127.0.0.1/secret of the chat"), run, run)
    assert "secret" not in said


def babble(listener: socket.socket, times: int) -> None:
    for _ in range(times):
        caller, _ = listener.accept()
        with caller:
            caller.recv(1 << 16)
            caller.sendall(b"220 mail.example ready\r\n")


def test_a_command_that_fails_is_quoted(run: Run):
    assert tell(Notify(command="echo no bell >&2; exit 3"), run) == [
        "could not tell of a run's end: the command ended with 3: no bell"
    ]
    (said,) = tell(Notify(command="no-such-command-at-all"), run)
    assert "the command ended with 127" in said


def test_a_command_that_does_not_end_is_ended_with_its_children(run: Run):
    (said,) = tell(Notify(command="sleep 600 & sleep 600"), run, timeout=0.5)
    assert said.endswith("the command took more than 0.5 seconds and was ended")


def test_what_a_command_leaves_in_the_background_is_not_waited_for(run: Run):
    assert tell(Notify(command="sleep 2 & exit 0"), run, timeout=30) == []


def test_telling_holds_nobody_up(server: Server, run: Run):
    server.may_answer.clear()
    said: list[str] = []
    with Notifier(Notify(webhook=server.address), say=said.append) as notifier:
        for _ in range(3):
            notifier(run)  # returns although the first is not answered
        assert server.posted == []
        server.may_answer.set()
    assert len(server.posted) == 3
    assert said == []
