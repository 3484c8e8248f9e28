"""``dilctl agent`` as a person types it."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dilctl.launch.processes import identify, send
from dilctl.lock import AgentLock, Wish, ask, holder
from dilctl.settings import Settings
from dilctl.unit import install, unit_text
from storage.records import AgentBeat
from storage.registry import Registry
from tests.dilctl.shell import Shell
from tests.dilctl.stage import new_run, queue
from tests.dilctl.test_launch import wait_until

HERE = socket.gethostname()
NOW = datetime.now(UTC)
BEAT = AgentBeat(
    host="far-away",
    pid=4711,
    boot="boot",
    slots=8,
    gpus=({"index": 0}, {"index": 1}),
    started_at=NOW - timedelta(hours=3),
    heartbeat_at=NOW - timedelta(seconds=3),
)


@pytest.fixture
def lock(shell: Shell) -> Iterator[Path]:
    """The lock of the agent of this shell; whatever works there ends with the test."""
    path = Settings(shell.home).agent_lock(HERE)
    yield path
    pid = holder(path)
    agent = identify(pid) if pid else None
    if agent is not None and agent.pid != os.getpid():
        send(agent, signal.SIGKILL)
        wait_until(lambda: holder(path) is None)


def agents_in(shell: Shell, *beats: AgentBeat) -> list[dict]:
    with Registry.open(Settings(shell.home).registry) as registry:
        for beat in beats:
            registry.beat(beat)
    return json.loads(shell("agent", "status", "--json"))["agents"]


def test_where_no_agent_works_the_way_to_start_one_is_told(shell: Shell):
    assert shell("agent", "status") == (
        f"no agent works on {HERE}; start one with: dilctl agent start\n"
    )
    assert json.loads(shell("agent", "status", "--json"))["agents"] == []
    assert not shell.home.exists()


def test_the_agents_of_all_machines_are_told_with_what_they_have_given_away(shell: Shell):
    with Registry.open(Settings(shell.home).registry) as registry:
        (run,) = queue(registry, new_run())
        assert registry.claim(run.id, "far-away") is not None
        registry.record_processes(run.id, 1, (), {"slots": 3, "gpus": [1]})
    (agent,) = agents_in(shell, BEAT)
    told = {key: agent[key] for key in ("state", "runs", "slots_used", "gpus_used", "pid")}
    assert told == {"state": "working", "runs": 1, "slots_used": 3, "gpus_used": [1], "pid": 4711}
    table = shell("agent", "status")
    assert "far-away" in table
    assert "3/8" in table
    assert "1/2" in table


def test_agents_are_told_apart_on_a_narrow_terminal_too(shell: Shell):
    agents_in(shell, BEAT)
    told = shell("agent", "status", columns=24)
    assert "far-away silent" in told or "far-away working" in told


def test_an_agent_is_told_by_its_state(shell: Shell):
    silent = replace(BEAT, host="b", heartbeat_at=NOW - timedelta(minutes=5))
    killed = replace(BEAT, host=HERE)
    nasty = replace(BEAT, host="\x1b[31mred", draining=True)
    states = {agent["host"]: agent["state"] for agent in agents_in(shell, silent, killed, nasty)}
    assert states == {"b": "silent", HERE: "killed", "\x1b[31mred": "draining"}
    assert "\x1b" not in shell("agent", "status")


@pytest.mark.parametrize("numbers", ["", "x", "1,,2", "-1", "1;2", "²"])
def test_gpus_are_named_by_their_numbers(shell: Shell, numbers: str):
    for command in ("run", "start", "unit"):
        assert "as in --gpu 1,3" in shell.error("agent", command, f"--gpu={numbers}", code=2)


def test_an_agent_that_does_not_work_need_not_be_stopped(shell: Shell):
    assert shell("agent", "stop") == ""
    assert shell.result.stderr == f"no agent works on {HERE}\n"


def test_started_where_one_works_an_agent_is_refused_with_its_process(shell: Shell, lock: Path):
    with AgentLock(lock):
        assert f"process {os.getpid()}" in shell.error("agent", "start", code=7)


def test_an_agent_that_is_to_leave_when_all_is_done_does(shell: Shell):
    with Registry.open(Settings(shell.home).registry) as registry:
        queue(registry, new_run(needs={"processes": 9999, "threads": 1, "device": "cpu"}))
    shell("agent", "run", "--until-empty", "--slots", "1")
    said = shell.result.stderr
    assert "run 1 cannot run here: needs 9999 CPU slots, this agent gives 1" in said
    assert said.endswith("nothing is left to do; leaving\n")
    with Registry.open(Settings(shell.home).registry) as registry:
        assert registry.agents() == ()


def test_a_faulty_configuration_is_told_before_anything_is_served(shell: Shell):
    shell.home.mkdir()
    (shell.home / "config.toml").write_text("[notify]\nwebhok = 1")
    assert "did you mean webhook?" in shell.error("agent", "run", "--until-empty", code=2)


def test_the_unit_is_printed_and_keeps_the_password_out(tmp_path: Path):
    settings = Settings(tmp_path / "my %h $HOME 'home'", "postgresql://me:secret@host/runs")
    text = unit_text(settings, ("--slots", "2"), python="/opt/my python/bin/python")
    assert "secret" not in text
    (command,) = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    words = shlex.split(command.removeprefix("ExecStart="))
    expanded = [word.replace("%%", "%").replace("$$", "$") for word in words]
    assert expanded == [
        "/opt/my python/bin/python", "-P", "-m", "dilctl", "--home", str(settings.home),
        "agent", "run", "--slots", "2",
    ]  # fmt: skip
    path = tmp_path / "systemd" / "user" / "dilctl-agent.service"
    install(text, path)
    install(text, path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_text() == text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path):
    path = tmp_path / "dilctl-agent.service"
    install(unit_text(Settings(tmp_path / "a %h 'home' ü")), path)
    answer = subprocess.run(
        ["systemd-analyze", "--user", "verify", path],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert path.name not in answer.stderr
    assert answer.returncode == 0


@pytest.mark.slow
def test_an_agent_in_the_background_outlives_its_terminal_and_leaves_when_asked(
    shell: Shell, lock: Path
):
    shell("agent", "start", "--detach", "--slots", "1")
    pid = holder(lock)
    assert pid is not None
    assert f"process {pid}" in shell.result.stderr
    assert os.getsid(pid) == pid  # a session of its own, which no terminal hangs up
    wait_until(lambda: len(json.loads(shell("agent", "status", "--json"))["agents"]) == 1)
    shell("agent", "stop")
    assert holder(lock) is None
    assert shell.result.stderr.endswith("the agent has left\n")
    log = lock.with_suffix(".log").read_text()
    assert "1 CPU slot;" in log
    assert "asked to stop" in log
    assert json.loads(shell("agent", "status", "--json"))["agents"] == []


@pytest.mark.slow
def test_an_agent_that_cannot_begin_says_why_at_once(shell: Shell):
    shell.home.mkdir()
    (shell.home / "config.toml").write_text("[notify")
    sentence = shell.error("agent", "start", code=2)
    assert "the agent ended before it began" in sentence
    assert "not valid TOML" in sentence
    shell.error("agent", "start", code=2)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_terminated_agent_stops_as_an_interrupted_one_does(
    shell: Shell, lock: Path, number: signal.Signals
):
    agent = subprocess.Popen(
        [sys.executable, "-m", "dilctl", "--home", shell.home, "agent", "run"],
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: holder(lock) is not None)
    wait_until(lambda: len(json.loads(shell("agent", "status", "--json"))["agents"]) == 1)
    agent.send_signal(number)
    _, said = agent.communicate(timeout=60)
    assert agent.returncode == 130
    assert "stopping: the workers write a checkpoint first" in said
    assert holder(lock) is None
    assert json.loads(shell("agent", "status", "--json"))["agents"] == []


@pytest.mark.slow
def test_whoever_follows_with_an_agent_of_their_own_hears_that_it_is_to_stop(
    shell: Shell, lock: Path
):
    words = ["submit", "denoise-small", "--follow", "--set", "train.budget=100000 steps"]
    following = subprocess.Popen(
        [sys.executable, "-m", "dilctl", "--home", shell.home, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: holder(lock) == following.pid or following.poll() is not None)
    ask(lock, Wish.STOP)
    _, said = following.communicate(timeout=120)
    assert following.returncode == 1
    assert "the agent of this process was asked to stop" in said
    with Registry.open(Settings(shell.home).registry) as registry:
        assert registry.run(1).status.value == "queued"
