import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from dilctl import errand
from dilctl.cli.errors import exit_code_of, sentences
from dilctl.errors import DilctlError, ExitCode
from dilctl.faults import error_of, fault_of
from storage.errors import StorageError
from tests.dilctl.errand_stand_in import ERRORS
from tests.dilctl.test_launch import wait_until

run = partial(errand.run, "errand-stand-in", package="tests.dilctl")


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    "name", ["experiment", "data", "checkpoint", "refused", "not-found", "full", "missing"]
)
def test_an_expected_error_crosses_as_it_is(name: str):
    error = ERRORS[name]()
    assert isinstance(error, Exception)
    fault = fault_of(error)
    assert fault is not None
    crossed = error_of(fault)
    assert type(crossed) is type(error)
    assert sentences(crossed) == sentences(error)
    assert exit_code_of(crossed) == exit_code_of(error)


def test_an_error_of_a_kind_that_the_parent_cannot_make_crosses_as_the_nearest_that_it_can():
    for name, kind in (("launch", DilctlError), ("query", StorageError)):
        error = ERRORS[name]()
        assert isinstance(error, Exception)
        fault = fault_of(error)
        assert fault is not None
        crossed = error_of(fault)
        assert type(crossed) is kind
        assert str(crossed) == str(error)


@pytest.mark.parametrize("name", ["bug", "numberless"])
def test_a_fault_of_the_program_does_not_cross_as_an_error(name: str):
    error = ERRORS[name]()
    assert isinstance(error, Exception)
    assert fault_of(error) is None


def test_progress_and_result_come_back_whatever_is_printed_beside():
    told: list[Mapping[str, Any]] = []
    several = [{"done": 1, "name": "ü\udcff\x00\n"}, {"psnr": float("inf")}]
    answer = run({"tell": several}, progress=told.append)
    assert told == several
    assert (answer["told"], answer["threads"]) == (2, 2)


def test_a_request_of_megabytes_comes_back_whole():
    request = {"names": ["a long name " * 10] * 20_000}
    assert run(request) == request


def test_an_error_of_the_child_is_raised_in_the_parent():
    with pytest.raises(FileNotFoundError, match="/x/y"):
        run({"raise": "missing"})


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"raise": "torch-memory"}, r"^out of memory; "),
        ({"raise": "bug"}, r"exit code 1; .*\n(  .*\n)+  ZeroDivisionError: 1 / 0$"),
        ({"die": signal.SIGKILL}, r"killed, as systems do when memory runs out"),
        ({"die": signal.SIGSEGV}, r"died of SIGSEGV; its last words:\n  last\n  words"),
        ({"die": signal.SIGINT}, r"stopped from outside"),
        ({"leave": 3}, r"exit code 3; its last words:\n  \(none\)"),
    ],
)
def test_a_child_that_fails_or_dies_is_told_of_in_a_sentence(request_: dict[str, Any], words: str):
    with pytest.raises(DilctlError, match=words) as caught:
        run(request_)
    assert exit_code_of(caught.value) is ExitCode.FAILED


def test_an_interrupt_ends_the_child_which_cleans_up(tmp_path: Path):
    pids: list[int] = []

    def interrupt(told: Mapping[str, Any]) -> None:
        pids.append(told["pid"])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run({"wait": str(tmp_path)}, progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["cleaned-up"]
    assert not is_there(pids[0])


@pytest.mark.slow
def test_a_child_whose_parent_is_killed_cleans_up_and_ends(tmp_path: Path):
    program = (
        "import sys; from dilctl import errand; "
        "errand.run('errand-stand-in', {'wait': sys.argv[1]}, package='tests.dilctl')"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)])
    half_written = tmp_path / "half-written"
    wait_until(lambda: half_written.exists() and bool(half_written.read_text()))
    child = int(half_written.read_text())
    parent.kill()
    parent.wait()
    wait_until(lambda: (tmp_path / "cleaned-up").exists())
    assert not half_written.exists()
    wait_until(lambda: not is_there(child))


@pytest.mark.slow
def test_a_terminals_interrupt_which_both_get_cleans_up_once(tmp_path: Path):
    program = (
        "import sys; from dilctl import errand; "
        "errand.run('errand-stand-in', {'wait': sys.argv[1]}, package='tests.dilctl')"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE) as parent:
        wait_until(lambda: (tmp_path / "half-written").exists())
        os.killpg(parent.pid, signal.SIGINT)
        parent.communicate()
    assert [path.name for path in tmp_path.iterdir()] == ["cleaned-up"]


def test_a_companion_does_several_errands_with_one_child_and_survives_its_death():
    companion = errand.Companion("errand-stand-in", package="tests.dilctl")
    try:
        first, second = (companion.ask({"tell": []})["pid"] for _ in range(2))
        assert first == second
        with pytest.raises(DilctlError, match="exit code 3"):
            companion.ask({"leave": 3})
        assert not is_there(first)
        third = companion.ask({"tell": []})["pid"]
    finally:
        companion.dismiss()
    assert not is_there(third)


def test_a_companion_that_is_dismissed_in_the_midst_of_an_errand_cleans_up(tmp_path: Path):
    companion = errand.Companion("errand-stand-in", package="tests.dilctl")
    told: Queue[Mapping[str, Any]] = Queue()
    with ThreadPoolExecutor() as threads:
        under_way = threads.submit(companion.ask, {"wait": str(tmp_path)}, progress=told.put)
        told.get()
        companion.dismiss()
        with pytest.raises(DilctlError, match="stopped from outside"):
            under_way.result()
    assert [path.name for path in tmp_path.iterdir()] == ["cleaned-up"]
