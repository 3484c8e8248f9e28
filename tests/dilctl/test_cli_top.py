"""``dilctl top``: what runs and what waits, at one moment."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from dilctl.cli.overview import Overview, look, panel
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import AgentBeat
from storage.registry import Registry
from tests.dilctl.seeded import NOW
from tests.dilctl.shell import Shell
from tests.dilctl.terminal import INTERRUPT, at_terminal, hung_up


def drawn(seen: Overview, width: int, height: int | None = None) -> list[str]:
    console = Console(width=width, force_terminal=False, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(panel(seen, width, height=height))
    return captured.get().splitlines()


@pytest.fixture
def seen(seeded: Shell) -> Overview:
    with Jobs(Settings(seeded.home)) as jobs:
        return look(jobs, waiting=None)


def test_a_pipe_gets_it_once(seeded: Shell) -> None:
    page = seeded("top")
    for words in ("1 running, 1 waiting", "4 done", "no agent works", "waits for 2 CPU slots"):
        assert words in page
    assert "q ends" not in page
    assert "\x1b" not in page


def test_it_is_data_too(seeded: Shell) -> None:
    found = json.loads(seeded("top", "--json"))
    assert [run["id"] for run in found["running"]] == [7]
    assert [run["id"] for run in found["waiting"]] == [8]
    assert found["counts"]["done"] == 4


def test_agents_and_their_gpus_are_a_line_each(seeded: Shell) -> None:
    settings = Settings(seeded.home)
    gib = 2**30
    beat = AgentBeat(
        host="elsewhere", pid=1, boot="b", slots=16, started_at=NOW, heartbeat_at=NOW,
        gpus=(
            {"index": 0, "name": "H200", "memory_total": 141 * gib, "memory_free": 100 * gib},
            {"index": 1, "name": "H200", "memory_total": None, "memory_free": None},
        ),
    )  # fmt: skip
    with Registry.open(settings.registry) as registry:
        registry.beat(beat)
    with Jobs(settings) as jobs:
        lines = drawn(look(jobs, waiting=5), 120)
    assert "agent on elsewhere: silent · CPU slots 0/16 · GPU 0 · 41/141 GiB · GPU 1 ·" in lines


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("height", [6, 12, 24])
def test_it_stays_within_the_terminal(seen: Overview, width: int, height: int) -> None:
    many = replace(
        seen,
        live=tuple(replace(seen.live[0], id=number) for number in range(100)),
        waiting=tuple(replace(seen.waiting[0], id=number) for number in range(500)),
        counts={**seen.counts, seen.waiting[0].status: 500},
    )
    lines = drawn(many, width, height)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width
    assert any("of 100 shown" in line for line in lines)


def test_silence_is_counted_to_the_moment_of_the_look(seen: Overview) -> None:
    beat = seen.live[0].heartbeat_at
    assert beat is not None
    soon = replace(seen, at=beat + timedelta(seconds=59))
    late = replace(seen, at=beat + timedelta(minutes=5))
    assert not any("silent" in line for line in drawn(soon, 80))
    assert any("running, silent 5m00s" in line for line in drawn(late, 80))


def test_a_fresh_home_stays_empty(shell: Shell) -> None:
    assert shell("top") == ""
    assert "dilctl demo" in shell.result.stderr
    assert not shell.home.exists()


@pytest.mark.slow
@pytest.mark.parametrize("key", ["q", INTERRUPT])
def test_a_key_ends_it_and_leaves_the_terminal_as_it_was(seeded: Shell, key: str) -> None:
    left = at_terminal(seeded.home, "top", after="waits because", press=key)
    assert left.code == 0
    assert left.takes_lines
    assert "q ends" in left.text
    assert "\x1b[?1049h" not in left.text  # the screen that a person had stays


@pytest.mark.slow
def test_it_ends_when_its_terminal_goes(seeded: Shell) -> None:
    assert hung_up(seeded.home, "top", after="waits because") in {0, 1}
