import fcntl
import os
import threading
from pathlib import Path

import pytest

from dilctl.errors import BusyError
from dilctl.lock import AgentLock, Wish, ask, holder, kept_free


def test_a_second_agent_is_refused_with_the_first_ones_process(tmp_path: Path):
    path = tmp_path / "agent.lock"
    with AgentLock(path):
        with pytest.raises(BusyError, match=f"process {os.getpid()}"), AgentLock(path):
            pass
        assert path.read_text() == f"{os.getpid()}\n"
    with AgentLock(path):  # free again
        pass


def test_whoever_asks_for_an_instant_whether_an_agent_runs_does_not_stop_one(tmp_path: Path):
    path = tmp_path / "agent.lock"
    path.touch()
    asking = path.open("rb")
    fcntl.flock(asking, fcntl.LOCK_SH)
    answered = threading.Timer(0.1, asking.close)
    answered.start()
    with AgentLock(path):
        answered.join()


def test_who_holds_the_lock_is_known_only_while_it_is_held(tmp_path: Path):
    path = tmp_path / "agent.lock"
    assert holder(path) is None
    with AgentLock(path):
        assert holder(path) == os.getpid()
    assert holder(path) is None


def test_an_agent_hears_what_is_asked_of_it_and_the_next_one_does_not(tmp_path: Path):
    path = tmp_path / "agent-host.example.lock"
    ask(path, Wish.STOP)  # of one that has gone meanwhile
    with AgentLock(path) as lock:
        assert lock.wish() is None
        ask(path, Wish.DRAIN)
        assert lock.wish() is Wish.DRAIN
        ask(path, Wish.STOP)
        assert lock.wish() is Wish.STOP
    with AgentLock(path) as lock:
        assert lock.wish() is None
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_while_it_is_kept_free_an_agent_waits_and_then_starts(tmp_path: Path):
    path = tmp_path / "agent.lock"
    path.write_text("4711\n")  # of an agent that was killed
    kept = kept_free(path)
    assert kept.__enter__()
    done = threading.Timer(0.5, kept.__exit__, (None, None, None))
    done.start()
    with AgentLock(path):
        done.join()
        with kept_free(path) as is_free:
            assert not is_free
