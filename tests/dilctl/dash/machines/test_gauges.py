"""Bars, numbers and little histories in the cells that there are."""

from pathlib import Path

import pytest

from dilctl.dash.machines.gauges import gauge, sparkline
from dilctl.dash.machines.weighing import Weighing


@pytest.mark.parametrize("width", [1, 10, 38, 56, 78, 200])
@pytest.mark.parametrize("share", [None, 0.0, 0.5, 1.0, 1.7])
def test_a_gauge_takes_exactly_its_room(width: int, share: float | None):
    line = gauge("memory", share, "3.0 of 6.0 GB", [0.1, None, 0.9] * 20, width=width)
    assert line.cell_len == width


def test_the_number_stands_beside_the_bar_and_the_past_at_the_end():
    line = gauge("CPU", 0.5, "2 of 4 cores", [0.0, None, 0.5, 1.0], width=70).plain
    assert line.startswith("CPU      ━━━━━━──────  50% 2 of 4 cores")
    assert line.endswith("▁ ▅█")


def test_of_a_history_the_newest_is_drawn():
    assert sparkline([1.0] * 60 + [0.0, 0.0], 4) == "██▁▁"
    assert sparkline([0.5], 3) == "  ▅"


def test_the_folders_of_runs_are_weighed_a_few_at_a_look(tmp_path: Path):
    for number in range(250):
        folder = tmp_path / "runs" / str(number)
        folder.mkdir(parents=True)
        (folder / "log.txt").write_bytes(b"x" * 10)
    weighing = Weighing(tmp_path / "runs")
    assert [weighing.go_on() for _ in range(3)] == [None, None, 2500]
    (tmp_path / "runs" / "7" / "more").write_bytes(b"x" * 100)
    later = [weighing.go_on() for _ in range(40)]
    assert (later[0], later[-1]) == (2500, 2600)


def test_a_home_without_runs_weighs_nothing_and_the_first_run_is_soon_noticed(tmp_path: Path):
    weighing = Weighing(tmp_path / "runs")
    assert [weighing.go_on() for _ in range(50)] == [0] * 50
    (tmp_path / "runs" / "1").mkdir(parents=True)
    (tmp_path / "runs" / "1" / "log.txt").write_bytes(b"x" * 10)
    assert 10 in [weighing.go_on() for _ in range(7)]
