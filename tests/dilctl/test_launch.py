import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.agent import Agent, Machine, Pace
from dilctl.launch import Launch, LaunchError
from dilctl.launch.local import LocalLauncher, environment
from dilctl.launch.processes import identify, is_alive, send
from dilctl.order import Order
from dilctl.settings import Settings
from storage.records import Process, Status, Wanted
from storage.registry import Registry
from tests.dilctl.stage import HOST, new_run, queue

# Carries out no order, but comes up, stops and dies as a worker does.
STAND_IN = """
import os, signal, sys, threading
from pathlib import Path
from dilctl.order import Ended, Order, Outcome
from dilctl.worker import die_with_parent

die_with_parent(sys.argv[1])
order = Order.read(Path(sys.argv[1]))
stopping = threading.Event()
stubborn = order.experiment.get("stubborn", False)
signal.signal(signal.SIGTERM, lambda *_: None if stubborn else stopping.set())
mine = order.folder.path / ("rank-" + os.environ["RANK"])
beside = mine.with_name(mine.name + ".new")
beside.write_text(os.environ["MASTER_PORT"])
beside.replace(mine)
print(f"up {os.environ['RANK']} {os.environ['CUDA_VISIBLE_DEVICES']}", flush=True)
while not stopping.wait(0.05):
    pass
Outcome(attempt=order.attempt, ended=Ended.INTERRUPTED).leave(order.folder)
"""


def wait_until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def stand_in(settings: Settings) -> LocalLauncher:
    code = settings.code / "abc"
    (code / "trainers").mkdir(parents=True, exist_ok=True)
    (code / "stand_in.py").write_text(STAND_IN)
    return LocalLauncher(worker="stand_in")


def launch_of(settings: Settings, run: int, *, processes: int = 1) -> Launch:
    return Launch(
        order=Order(run=run, attempt=1, home=settings.home, seed=1, experiment={}),
        code=settings.code / "abc",
        processes=processes,
        threads=1,
        gpus=(),
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    # A name that a shell, a TOML file or a careless split would stumble over.
    return Settings(tmp_path / "a home, 'quoted' ü")


@pytest.fixture
def clean_up(settings: Settings) -> Iterator[None]:
    """Whatever a failed test leaves running ends with it."""
    yield
    launcher = LocalLauncher(worker="stand_in")
    for order in settings.home.glob("runs/*/order.json"):
        launcher.kill(launcher.processes(order))


def test_a_number_that_was_given_to_another_process_is_not_the_old_process():
    me = identify(os.getpid())
    assert me is not None
    assert is_alive(me)
    earlier = replace(me, started=me.started - 1)
    assert not is_alive(earlier)
    assert not is_alive(replace(me, boot="of last week"))
    send(earlier, signal.SIGKILL)  # would end this test


def test_a_process_that_ended_but_was_not_waited_for_is_dead():
    child = subprocess.Popen([sys.executable, "-c", ""])
    wait_until(lambda: identify(child.pid) is None)
    child.wait()


def test_a_run_whose_source_is_gone_is_not_started_with_other_source(settings: Settings):
    with pytest.raises(LaunchError, match="submit it again"):
        LocalLauncher().start(launch_of(settings, 1))
    assert not settings.home.exists()


def test_a_run_sees_the_gpus_it_was_given_and_no_other(settings: Settings):
    launch = launch_of(settings, 1)
    assert environment(launch, {"CUDA_VISIBLE_DEVICES": "7"})["CUDA_VISIBLE_DEVICES"] == ""
    chosen = environment(replace(launch, gpus=("2", "3"), threads=4), {"PYTHONPATH": "/mine"})
    assert chosen["CUDA_VISIBLE_DEVICES"] == "2,3"
    assert chosen["OMP_NUM_THREADS"] == "4"
    assert chosen["PYTHONPATH"] == f"{launch.code}{os.pathsep}/mine"


def test_a_run_is_told_of_the_registry_by_its_environment_alone(settings: Settings):
    launch = launch_of(settings, 1)
    url = "postgresql://me:secret@host/runs"
    assert environment(launch, {}, database=url)["DILCTL_DATABASE"] == url
    assert "DILCTL_DATABASE" not in environment(launch, {"DILCTL_DATABASE": url})


@pytest.mark.slow
@pytest.mark.usefixtures("clean_up")
def test_two_launches_at_once_do_not_collide_and_their_ranks_end_when_asked(settings: Settings):
    launcher = stand_in(settings)
    launches = [launch_of(settings, run, processes=2) for run in (1, 2)]
    first = [launcher.start(launch) for launch in launches]
    folders = [launch.order.folder for launch in launches]
    wait_until(lambda: all((f.path / f"rank-{r}").exists() for f in folders for r in (0, 1)))
    known = [launcher.processes(folder.order) for folder in folders]
    assert [processes[0] for processes in known] == first
    assert [len(processes) for processes in known] == [3, 3]
    assert len({(folder.path / "rank-0").read_text() for folder in folders}) == 2

    for processes in known:
        launcher.stop(processes)
    wait_until(lambda: not any(launcher.is_alive(p) for processes in known for p in processes))
    for folder in folders:
        assert folder.outcome.exists()
        assert "up 0" in folder.log.read_text()


@pytest.mark.slow
@pytest.mark.usefixtures("clean_up")
def test_ranks_die_with_torchrun(settings: Settings):
    launcher = stand_in(settings)
    launch = launch_of(settings, 1, processes=2)
    torchrun = launcher.start(launch)
    wait_until(lambda: all((launch.order.folder.path / f"rank-{r}").exists() for r in (0, 1)))
    known = launcher.processes(launch.order.folder.order)
    assert len(known) == 3
    send(torchrun, signal.SIGKILL)
    wait_until(lambda: not any(launcher.is_alive(process) for process in known))


AGENT = """
import sys
from pathlib import Path
from dilctl.agent import Agent, Machine
from dilctl.launch.local import LocalLauncher
from dilctl.settings import Settings
from storage.registry import Registry

settings = Settings(Path(sys.argv[1]))
machine = Machine(host=sys.argv[2], slots=2, gpus=tuple)
launcher = LocalLauncher(worker="stand_in")
Agent(Registry.open(settings.registry), launcher, settings, machine=machine).serve()
"""


@pytest.mark.slow
@pytest.mark.usefixtures("clean_up")
def test_workers_outlive_a_killed_agent_and_the_next_agent_ends_the_one_that_will_not_stop(
    settings: Settings,
):
    launcher = stand_in(settings)
    with Registry.open(settings.registry) as registry:
        (run,) = queue(registry, new_run(experiment={"stubborn": True}))
        killed = subprocess.Popen([sys.executable, "-c", AGENT, str(settings.home), HOST])
        wait_until(lambda: len(processes_of(registry)) == 2)
        killed.kill()
        killed.wait()
        known = processes_of(registry)
        assert all(is_alive(process) for process in known)

        agent = Agent(
            registry,
            launcher,
            settings,
            machine=Machine(host=HOST, slots=2, gpus=tuple),
            pace=Pace(poll=0.05, grace=0.5),
        )
        assert agent.tick() == 1
        registry.want(run.id, Wanted.CANCEL, who="test")
        agent.serve(lambda: registry.run(run.id).status is Status.CANCELLED)
        assert not any(is_alive(process) for process in known)
        assert registry.run(run.id).attempt == 1


def processes_of(registry: Registry) -> tuple[Process, ...]:
    return tuple(process for _, attempt in registry.held_by(HOST) for process in attempt.processes)
